//! Sentences about bounds of octets: every field that has a length has a limit, and messages do not nest for ever.
//! They walk what the samples encode, so a new field is met as soon as it has a sample; the vectors see that it has one.

use ktr_core::{
    Command,
    id::{Height, Nonce, Sha256},
    time::Secs,
};
use ktr_testkit::Actor;
use ktr_tests::sample::{self, START};
use ktr_wire::{
    Refusal, record,
    recorded::{Entry, Recorded},
    refusal::Wire,
    transaction::{Draft, Transaction, assemble, signed},
};

/// More than any field may hold, and less than any whole message.
const LONG: usize = 1_500;
/// Messages in messages (design: ledger, section 6).
const DEPTH_MAX: usize = 4;

/// Where a field with a length lies in a message: its length, then its content from `start` to `end`.
#[derive(Clone, Copy)]
struct Field {
    length: usize,
    start: usize,
    end: usize,
}

/// A number as protobuf writes it, from `at` on, and where it ends.
fn varint(octets: &[u8], at: usize) -> Option<(u64, usize)> {
    let mut value = 0_u64;
    for (place, octet) in octets.get(at..)?.iter().enumerate().take(10) {
        value |= u64::from(octet & 0x7F).checked_shl(u32::try_from(place * 7).ok()?)?;
        if octet & 0x80 == 0 {
            return Some((value, at + place + 1));
        }
    }
    None
}

/// The fields with a length of a message; `None` if the octets are none.
fn fields(octets: &[u8]) -> Option<Vec<Field>> {
    let (mut at, mut found) = (0, Vec::new());
    while at < octets.len() {
        let (key, length) = varint(octets, at)?;
        let (number, kind) = (key >> 3, key & 7);
        if number == 0 || number > 300 {
            return None;
        }
        let (value, after) = varint(octets, length)?;
        at = match kind {
            0 => after,
            2 => after.checked_add(usize::try_from(value).ok()?)?,
            _ => return None,
        };
        if at > octets.len() {
            return None;
        }
        if kind == 2 {
            found.push(Field {
                length,
                start: after,
                end: at,
            });
        }
    }
    Some(found)
}

/// The message with another content of that field.
fn with_content(octets: &[u8], field: Field, content: &[u8]) -> Vec<u8> {
    let mut length = Vec::new();
    let mut left = content.len();
    loop {
        let low = u8::try_from(left & 0x7F).expect("seven bits");
        left >>= 7;
        if left == 0 {
            length.push(low);
            break;
        }
        length.push(low | 0x80);
    }
    [
        &octets[..field.length],
        &length,
        content,
        &octets[field.end..],
    ]
    .concat()
}

/// The same octets with one field that is too long, once for every field at every depth; and how deep messages lie in them.
fn variants(octets: &[u8]) -> (Vec<Vec<u8>>, usize) {
    let (mut all, mut depth) = (Vec::new(), 0);
    for field in fields(octets).unwrap_or_default() {
        let content = &octets[field.start..field.end];
        let fill = content.iter().chain(&[0]).copied();
        let long: Vec<u8> = fill.cycle().take(LONG).collect();
        all.push(with_content(octets, field, &long));
        if fields(content).is_some_and(|inner| !inner.is_empty()) {
            let (inner, below) = variants(content);
            depth = depth.max(below + 1);
            all.extend(inner.iter().map(|inner| with_content(octets, field, inner)));
        }
    }
    (all, depth)
}

fn read(body: &[u8]) -> Result<Transaction, Refusal> {
    let signature = Actor::named("signer", START).packet(&signed(body), START);
    Transaction::decode(&assemble(body.to_vec(), signature))
}

fn body(command: Command) -> Vec<u8> {
    let draft = Draft {
        chain_id: "ktr-test-1".to_owned(),
        nonce: Nonce([7; 16]),
        expires_at: START.plus(Secs(60)),
        key_proof: sample::proof_of(&command, "ktr-test-1"),
        command,
        proposal: None,
    };
    draft.body()
}

#[test]
fn no_field_of_a_command_holds_more_than_its_limit() {
    let mut met = 0_usize;
    for (name, command) in sample::commands() {
        let body = body(command);
        let (variants, depth) = variants(&body);
        assert!(depth < DEPTH_MAX, "{name}: {depth} messages in the body");
        for variant in variants {
            let refused = read(&variant).expect_err(name);
            // By the field's own limit, not by that of the whole.
            assert_ne!(refused, Wire::TooLarge.into(), "{name}");
            met += 1;
        }
    }
    assert!(met > 100, "only {met} fields were met");
}

#[test]
fn no_field_of_an_event_or_record_holds_more_than_its_limit() {
    for event in sample::events() {
        let recorded = Recorded {
            index: 1,
            height: Height(2),
            time: START,
            tx_hash: Some(Sha256([5; 32])),
            entry: Entry::Event(event),
        };
        let (variants, depth) = variants(&recorded.encode());
        assert!(depth < DEPTH_MAX, "{}", recorded.name());
        for variant in variants {
            let refused = Recorded::decode(&variant).expect_err(recorded.name());
            assert_ne!(refused, Wire::TooLarge, "{}", recorded.name());
        }
    }
    for known in sample::records() {
        let (key, octets) = (known.key(), record::encode(&known));
        let (variants, depth) = variants(&octets);
        assert!(depth < DEPTH_MAX, "{key:?}");
        for variant in variants {
            assert!(record::decode(key, &variant).is_err(), "{key:?}");
        }
    }
}
