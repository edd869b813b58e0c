//! Who can open an envelope and what is refused. Real gpg judges in `tests/peers.rs`.

use std::io::Write;

use ktr_core::{id::EncryptionKey, time::Time};
use sequoia_openpgp::{
    Packet,
    armor::{Kind, Writer},
    crypto::SessionKey,
    packet::{Any, PKESK, pkesk::PKESK3},
    parse::{PacketParser, PacketParserResult, Parse},
    serialize::{
        SerializeInto,
        stream::{Encryptor, LiteralWriter, Message, Recipient},
    },
    types::{Features, PublicKeyAlgorithm, SymmetricAlgorithm},
};

use super::{Expected, Inner, Purpose, Recipients, open, open::count_slots, seal};
use crate::{
    alliance::AllianceDomain,
    finding::rule,
    limits,
    openpgp::{KeyUse, SecretCertificate, UserId, encryption_key, make_role_key},
};

const NOW: Time = Time(1_790_000_000);

fn key() -> SecretCertificate {
    let id = UserId::parse("seat 1").unwrap();
    make_role_key(&id, KeyUse::SignAndReceive, Time(NOW.0 - 100), 365)
        .unwrap()
        .secret
}

fn body(key: &SecretCertificate) -> EncryptionKey {
    key.certificate().encryption_key(NOW).unwrap()
}

fn to(keys: &[&SecretCertificate]) -> Recipients {
    let bodies: Vec<_> = keys.iter().map(|key| body(key)).collect();
    Recipients::of_bodies(&bodies, &[1; 32]).unwrap()
}

fn slots(envelope: &[u8]) -> usize {
    let mut count = 0_usize;
    let mut next = PacketParser::from_bytes(envelope).unwrap();
    while let PacketParserResult::Some(parser) = next {
        let (packet, rest) = parser.next().unwrap();
        count = count.saturating_add(usize::from(Any::<PKESK>::downcast_ref(&packet).is_some()));
        next = rest;
    }
    count
}

#[test]
fn each_recipient_and_nobody_else_opens_it() {
    let (one, two, other) = (key(), key(), key());
    let envelope = seal(b"content", &to(&[&one, &two]), None).unwrap();
    for me in [&one, &two] {
        let opened = open(&envelope, me, NOW, Expected::Unsigned).unwrap();
        assert_eq!(
            (opened.content.as_slice(), opened.signed),
            (&b"content"[..], None)
        );
    }
    assert_eq!(
        open(&envelope, &other, NOW, Expected::Unsigned)
            .unwrap_err()
            .rule,
        rule::NOT_FOR_ME
    );
}

#[test]
fn duplicates_take_one_slot_and_the_seed_sets_the_order() {
    let (one, two) = (key(), key());
    assert_eq!(
        slots(&seal(b"x", &to(&[&one, &two, &one]), None).unwrap()),
        2
    );
    let bodies = [body(&one), body(&two)];
    let order = |seed: u8| {
        let recipients = Recipients::of_bodies(&bodies, &[seed; 32]).unwrap();
        recipients.keys().next().unwrap().fingerprint()
    };
    assert!((0..32).any(|seed| order(seed) != order(0)));
    assert_eq!(order(0), order(0));
}

#[test]
fn the_inner_signature_is_bound_to_key_and_purpose() {
    let (me, desk, stranger) = (key(), key(), key());
    let domain = AllianceDomain::parse("relay.example").unwrap();
    let (case, pass) = (
        Purpose::parse("case").unwrap(),
        Purpose::parse("pass").unwrap(),
    );
    let inner = Inner {
        secret: &desk,
        at: NOW,
        purpose: &case,
        domain: &domain,
    };
    let envelope = seal(b"content", &to(&[&me]), Some(inner)).unwrap();
    let by_desk = [desk.certificate().signing_key(NOW).unwrap()];
    let by_stranger = [stranger.certificate().signing_key(NOW).unwrap()];

    let opened = open(
        &envelope,
        &me,
        NOW,
        Expected::Signed {
            by: &by_desk,
            purpose: &case,
            domain: &domain,
        },
    )
    .unwrap();
    assert_eq!(opened.content, b"content");
    assert_eq!(opened.signed.map(|(_, at)| at), Some(NOW));
    for expected in [
        Expected::Signed {
            by: &by_desk,
            purpose: &pass,
            domain: &domain,
        },
        Expected::Signed {
            by: &by_stranger,
            purpose: &case,
            domain: &domain,
        },
        Expected::Unsigned,
    ] {
        assert_eq!(
            open(&envelope, &me, NOW, expected).unwrap_err().rule,
            rule::ENVELOPE_SIGNATURE
        );
    }
    let unsigned = seal(b"content", &to(&[&me]), None).unwrap();
    let expected = Expected::Signed {
        by: &by_desk,
        purpose: &case,
        domain: &domain,
    };
    assert_eq!(
        open(&unsigned, &me, NOW, expected).unwrap_err().rule,
        rule::ENVELOPE_SIGNATURE
    );
}

#[test]
fn a_changed_or_cut_envelope_gives_nothing() {
    let me = key();
    let envelope = seal(&vec![7; 100_000], &to(&[&me]), None).unwrap();
    let mut changed = envelope.clone();
    let middle = changed.len() / 2;
    changed[middle] ^= 1;
    for bad in [
        changed,
        envelope[..envelope.len() - 30].to_vec(),
        Vec::new(),
        b"text".to_vec(),
    ] {
        assert_eq!(
            open(&bad, &me, NOW, Expected::Unsigned).unwrap_err().rule,
            rule::NOT_AN_ENVELOPE
        );
    }
    let endless = vec![0; limits::ENVELOPE_MAX + 1];
    assert_eq!(
        open(&endless, &me, NOW, Expected::Unsigned)
            .unwrap_err()
            .rule,
        rule::TOO_LARGE
    );
}

#[test]
fn a_shown_recipient_or_a_weaker_cipher_is_not_our_form() {
    let me = key();
    let public = encryption_key(&body(&me)).unwrap();
    let made = |shown: bool, cipher: SymmetricAlgorithm| {
        let handle = shown.then(|| public.key_handle());
        let mut envelope = Vec::new();
        let slot = Recipient::new(Features::empty().set_seipdv1(), handle, &public);
        let message = Encryptor::for_recipients(Message::new(&mut envelope), [slot])
            .symmetric_algo(cipher)
            .build()
            .unwrap();
        let mut literal = LiteralWriter::new(message).build().unwrap();
        literal.write_all(b"content").unwrap();
        literal.finalize().unwrap();
        envelope
    };
    assert!(
        open(
            &made(false, SymmetricAlgorithm::AES256),
            &me,
            NOW,
            Expected::Unsigned
        )
        .is_ok()
    );
    for bad in [
        made(true, SymmetricAlgorithm::AES256),
        made(false, SymmetricAlgorithm::AES128),
    ] {
        assert_eq!(
            open(&bad, &me, NOW, Expected::Unsigned).unwrap_err().rule,
            rule::NOT_AN_ENVELOPE
        );
    }
}

/// RFC 9580, 5.13.1: the prefix of one block and two octets, then the packet that detects changes. A sender who knows the key can
/// cut between them, and the session key still fits.
#[test]
fn an_encrypted_part_of_any_length_is_refused_by_name_and_never_ends_the_program() {
    let me = key();
    let envelope = seal(b"content", &to(&[&me]), None).unwrap();
    let (before, encrypted) = parts(&envelope);
    // Tag 18 in the new format, a length of one octet, version 1.
    let [0xd2, whole, 1, ..] = *encrypted else {
        panic!("what a slot opens follows it");
    };
    for kept in 0..whole {
        let mut short = before.to_vec();
        short.extend([0xd2, kept]);
        short.extend(&encrypted[2..2 + usize::from(kept)]);
        let found = open(&short, &me, NOW, Expected::Unsigned).unwrap_err();
        assert_eq!(found.rule, rule::NOT_AN_ENVELOPE, "{kept} octets");
        // and what has no room for version, prefix and detection, before anything is decrypted
        assert_eq!(count_slots(&short).is_err(), kept < 41, "{kept} octets");
    }
}

/// The same where its length comes in parts, RFC 9580, 4.2.1.4: one of 512 octets and no other, and one whose next length is cut.
#[test]
fn an_encrypted_part_that_breaks_off_between_its_parts_is_refused_by_name() {
    let me = key();
    let envelope = seal(&[7; 1_000], &to(&[&me]), None).unwrap();
    let (slot, encrypted) = parts(&envelope);
    // A length of two octets stands before what is encrypted.
    let body = &encrypted[3..];
    for end in [&[][..], &[0xff, 0]] {
        let broken = [slot, &[0xd2, 0xe9][..], &body[..512], end].concat();
        let found = open(&broken, &me, NOW, Expected::Unsigned).unwrap_err();
        assert_eq!(found.rule, rule::NOT_AN_ENVELOPE);
        assert_eq!(count_slots(&broken), Err(rule::NOT_AN_ENVELOPE));
    }
    assert_eq!(
        count_slots(&armoured(&envelope)),
        Err(rule::NOT_AN_ENVELOPE)
    );
}

/// RFC 6637, 8: the session key is padded, and padding alone is well formed.
#[test]
fn a_slot_without_a_session_key_opens_nothing() {
    let me = key();
    let envelope = seal(b"content", &to(&[&me]), None).unwrap();
    let (_, encrypted) = parts(&envelope);
    let public = encryption_key(&body(&me)).unwrap();
    let sealed = public.encrypt(&SessionKey::from(Vec::new())).unwrap();
    let slot = PKESK3::new(None, PublicKeyAlgorithm::ECDH, sealed).unwrap();
    let mut forged = Packet::from(slot).to_vec().unwrap();
    forged.extend(encrypted);
    let found = open(&forged, &me, NOW, Expected::Unsigned).unwrap_err();
    assert_eq!(found.rule, rule::NOT_FOR_ME);
}

/// The one slot of an envelope, and what it opens.
fn parts(envelope: &[u8]) -> (&[u8], &[u8]) {
    // Both packets have the new format; a slot's length is one octet.
    let length = usize::from(envelope[1]);
    envelope.split_at(2 + length)
}

fn armoured(envelope: &[u8]) -> Vec<u8> {
    let mut writer = Writer::new(Vec::new(), Kind::Message).unwrap();
    writer.write_all(envelope).unwrap();
    writer.finalize().unwrap()
}

#[test]
fn nobody_is_no_recipient_and_octets_are_no_key() {
    assert_eq!(
        Recipients::of_bodies(&[], &[0; 32]).unwrap_err().rule,
        rule::TOO_MANY_RECIPIENTS
    );
    let octets = EncryptionKey([4; 56]);
    assert_eq!(
        Recipients::of_bodies(&[octets], &[0; 32]).unwrap_err().rule,
        rule::NO_SUCH_KEY
    );
}

#[test]
fn the_seal_keeps_its_purpose_for_itself() {
    assert_eq!(Purpose::parse("release"), Err(rule::TEXT));
}
