//! The pages of commands and events: names and numbers, read from the octets of one sample each.
//! Field tables stand in the specification.

use std::collections::BTreeMap;

use ktr_core::{
    Event, RecordKey,
    id::{Height, Nonce},
};
use ktr_testkit::sample;
use ktr_wire::{
    record,
    recorded::{Entry, Recorded},
    transaction::Draft,
};
use prost::encoding::{DecodeContext, decode_key, skip_field};

use super::page::{head, section};

const CHAIN_ID: &str = "ktr-reference-1";

/// The page `commands`.
#[must_use]
pub fn commands() -> String {
    let numbered: BTreeMap<u32, String> = sample::commands()
        .into_iter()
        .map(|(sample, command)| {
            let draft = Draft {
                chain_id: CHAIN_ID.to_owned(),
                nonce: Nonce([1; 16]),
                expires_at: sample::START,
                key_proof: sample::proof_of(&command, CHAIN_ID),
                command,
                proposal: None,
            };
            let name = sample.split(' ').next().unwrap_or(sample);
            (last_field(&draft.body()), name.to_owned())
        })
        .collect();
    let rows: Vec<_> = numbered
        .iter()
        .map(|(number, name)| vec![number.to_string(), format!("`{name}`"), page_of(name)])
        .collect();
    let opening = "The commands that are read: the field of `Body` that holds each, and the page that lists its fields. Those of RM-1 \
                   (201 to 203, 205 to 208, and 204 with method 2) are refused as `NotEnabled`, code 1508. Every other number \
                   from 100 on is refused as `Unknown`, code 6. Each subject has twenty numbers: membership from 101, board from 121, \
                   nomination from 141, bundle from 161, session from 181, ingestion from 201, governance from 241.";
    let table = section("Read", "", &["number", "command", "specification"], &rows);
    head("Commands", opening) + &table
}

/// The page `events`.
#[must_use]
pub fn events() -> String {
    let nonces = vec![
        last_field(&recorded(Entry::nonces(&[]))).to_string(),
        "`ledger.nonces.v1`".to_owned(),
        "none".to_owned(),
        "[recorded](../spec/recorded.md)".to_owned(),
    ];
    let mut numbered: BTreeMap<u32, Vec<String>> = BTreeMap::new();
    for event in sample::events() {
        let (name, changed) = (event.name(), changed(&event));
        let number = last_field(&recorded(Entry::Event(event)));
        let row = vec![
            number.to_string(),
            format!("`{name}`"),
            changed,
            page_of(name),
        ];
        numbered.insert(number, row);
    }
    let rows: Vec<_> = std::iter::once(nonces)
        .chain(numbered.into_values())
        .collect();
    let opening = "Everything that can stand in the log: the field of `Recorded` that holds it, the records it changes (the first is its \
                   subject), and the page that lists its fields. The name is also the type of the ABCI event.";
    let columns = ["number", "event", "changes", "specification"];
    head("Events", opening) + &section("In force", "", &columns, &rows)
}

fn recorded(entry: Entry) -> Vec<u8> {
    let recorded = Recorded {
        index: 0,
        height: Height(1),
        time: sample::START,
        tx_hash: None,
        entry,
    };
    recorded.encode()
}

/// The number of the last field of a message; 0 if it has none.
fn last_field(octets: &[u8]) -> u32 {
    numbers(octets).pop().unwrap_or_default()
}

/// The numbers of a message's fields in their order.
pub(super) fn numbers(mut rest: &[u8]) -> Vec<u32> {
    let mut found = Vec::new();
    while let Ok((number, kind)) = decode_key(&mut rest) {
        if skip_field(kind, number, &mut rest, DecodeContext::default()).is_err() {
            break;
        }
        found.push(number);
    }
    found
}

fn changed(event: &Event) -> String {
    let kinds: Vec<&str> = event.touches().into_iter().map(kind).collect();
    kinds.join(", ")
}

fn kind(key: RecordKey) -> &'static str {
    let tag = record::key_octets(key).first().copied();
    let known = record::KINDS.iter().find(|(_, known)| tag == Some(*known));
    known.map_or("", |(name, _)| name)
}

/// The page of the subject whose name a command or event begins with.
fn page_of(name: &str) -> String {
    let subject = name.split('.').next().unwrap_or(name);
    format!("[{subject}](../spec/{subject}.md)")
}
