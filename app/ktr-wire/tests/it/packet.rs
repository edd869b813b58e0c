//! Sentences about signature packets, part by part: what the frozen profile lets stand in one.
//! Nothing here is a signature: whether an equation holds is judged by the table of bad input.

use ktr_core::{id::Fingerprint, time::Time};
use ktr_wire::{
    refusal::Signature,
    signature::{HashAlgorithm, Packet},
};

const CREATED: [u8; 6] = [5, 2, 0x71, 0x3F, 0xB3, 0x00];
const CRITICAL: u8 = 0x80;

/// A subpacket of less than 192 octets.
fn subpacket(kind: u8, content: &[u8]) -> Vec<u8> {
    let len = u8::try_from(content.len() + 1).expect("a short one");
    [&[len, kind], content].concat()
}

fn issuer() -> Vec<u8> {
    subpacket(33, &[&[4], [0xAB; 20].as_slice()].concat())
}

fn key_id() -> Vec<u8> {
    subpacket(16, &[0xAB; 8])
}

/// The notation that sequoia adds, with a salt of this length.
fn salt(len: u8) -> Vec<u8> {
    let head = [0, 0, 0, 0, 0, 0x1E, 0, len];
    let name = b"salt@notations.sequoia-pgp.org".as_slice();
    subpacket(20, &[&head, name, &vec![7; usize::from(len)]].concat())
}

/// A packet of the profile with these areas and this R.
fn packet(hash: u8, hashed: &[u8], unhashed: &[u8], r: &[u8]) -> Vec<u8> {
    let counted = |area: &[u8]| {
        let len = u16::try_from(area.len()).expect("a short one");
        [&len.to_be_bytes(), area].concat()
    };
    let s = [&[1, 0, 0x80], [0; 31].as_slice()].concat();
    let body = [
        &[4, 0, 22, hash],
        counted(hashed).as_slice(),
        &counted(unhashed),
        &[0x12, 0x34],
        r,
        &s,
    ]
    .concat();
    let len = match body.len().checked_sub(192) {
        None => vec![u8::try_from(body.len()).expect("below 192")],
        Some(more) => {
            let [high, low] = u16::try_from(more).expect("a short one").to_be_bytes();
            vec![high + 192, low]
        }
    };
    [&[0xC2], len.as_slice(), &body].concat()
}

/// An R of 255 bits.
fn r() -> Vec<u8> {
    [&[0, 255, 0x40], [1; 31].as_slice()].concat()
}

fn with(hashed: &[&[u8]]) -> Result<Packet, Signature> {
    Packet::parse(&packet(8, &hashed.concat(), &[], &r()))
}

#[test]
fn every_known_subpacket_may_stand_once_in_any_order_and_says_what_it_says() {
    let parts = [CREATED.to_vec(), issuer(), key_id(), salt(32)];
    for first in 0..parts.len() {
        let mut order: Vec<&[u8]> = parts.iter().map(Vec::as_slice).collect();
        order.rotate_left(first);
        let read = with(&order).expect("each stands once");
        assert_eq!(read.created, Some(Time(0x713F_B300)));
        assert_eq!(read.issuer, Some(Fingerprint([0xAB; 20])));
        assert_eq!(read.hash, HashAlgorithm::Sha256);
        order.push(&parts[first]);
        assert_eq!(
            with(&order),
            Err(Signature::Subpacket),
            "part {first} twice"
        );
    }
    let bare = with(&[]).expect("it says nothing of itself");
    assert_eq!((bare.created, bare.issuer), (None, None));
    let mut critical = CREATED;
    critical[1] |= CRITICAL;
    assert_eq!(
        with(&[&critical]).map(|it| it.created),
        with(&[&CREATED]).map(|it| it.created)
    );
    let sha512 = Packet::parse(&packet(10, &CREATED, &[], &r()));
    assert_eq!(sha512.map(|it| it.hash), Ok(HashAlgorithm::Sha512));
}

#[test]
fn a_subpacket_of_another_length_kind_or_name_is_refused() {
    let fingerprint = |octets: &[u8]| subpacket(33, octets);
    let mut other_name = salt(32);
    other_name[12] ^= 1;
    let rows = [
        ("a time of three octets", subpacket(2, &[1, 2, 3])),
        ("a time of five octets", subpacket(2, &[1, 2, 3, 4, 5])),
        ("a fingerprint of 19 octets", fingerprint(&[4; 20])),
        ("a fingerprint of 21 octets", fingerprint(&[4; 22])),
        ("a fingerprint of version 5", fingerprint(&[5; 21])),
        ("a key id of seven octets", subpacket(16, &[1; 7])),
        ("a salt of 31 octets", salt(31)),
        ("another notation", other_name),
        ("a kind that is not known", subpacket(3, &[0, 0, 0, 1])),
        ("no kind", vec![0]),
        (
            "a length in two octets",
            [&[192, 0, 2], [0; 191].as_slice()].concat(),
        ),
        ("more than there is", vec![6, 2, 1, 2, 3, 4]),
    ];
    for (name, area) in rows {
        assert_eq!(with(&[&area]), Err(Signature::Subpacket), "{name}");
    }
}

#[test]
fn a_key_id_is_the_end_of_the_fingerprint_beside_it() {
    let other = subpacket(16, &[0xAC; 8]);
    assert_eq!(with(&[&issuer(), &other]), Err(Signature::Subpacket));
    assert_eq!(with(&[&other, &issuer()]), Err(Signature::Subpacket));
    let alone = with(&[&other]).expect("there is nothing beside it");
    assert_eq!(alone.issuer, None);
}

#[test]
fn nothing_stands_in_the_unhashed_area_however_long_the_packet_is() {
    for len in [1, 80, 81, 82, 400] {
        let packet = packet(8, &CREATED, &vec![0; len], &r());
        assert_eq!(
            Packet::parse(&packet),
            Err(Signature::Unhashed),
            "{len} octets"
        );
        let mut cut = packet.clone();
        cut.pop();
        assert_eq!(
            Packet::parse(&cut),
            Err(Signature::Shape),
            "{len} octets, cut"
        );
    }
}

#[test]
fn a_packet_above_its_bound_is_refused_before_it_is_read() {
    let padded = |octets: usize| packet(8, &[], &vec![0; octets], &r());
    let bare = padded(300).len() - 300;
    let read = |len: usize| Packet::parse(&padded(len - bare)).map(|_read| ());
    assert_eq!(read(1_024), Err(Signature::Unhashed));
    assert_eq!(read(1_025), Err(Signature::Shape));
}

#[test]
fn a_number_has_exactly_the_bits_that_it_says() {
    let parse = |r: &[u8]| Packet::parse(&packet(8, &CREATED, &[], r));
    let long = |bits: u16, first: u8, len: usize| {
        let mut octets = bits.to_be_bytes().to_vec();
        octets.push(first);
        octets.resize(2 + len, 0);
        octets
    };
    for (bits, first, len) in [
        (256, 0x80, 32),
        (255, 0x40, 32),
        (249, 1, 32),
        (248, 0x80, 31),
        (1, 1, 1),
    ] {
        assert!(parse(&long(bits, first, len)).is_ok(), "{bits} bits");
    }
    assert!(parse(&[0, 0]).is_ok(), "nought has no bits");
    let rows = [
        ("a bit more than there is", long(256, 0x40, 32)),
        ("a bit less than there is", long(255, 0x80, 32)),
        ("an octet of nought in front", long(256, 0, 32)),
        ("more than a number of 256 bits", long(257, 1, 33)),
        ("bits without octets", vec![0, 1]),
    ];
    for (name, octets) in rows {
        assert_eq!(parse(&octets), Err(Signature::Shape), "{name}");
    }
    // R and S are told apart, and small numbers from large ones with the same octets.
    assert_ne!(parse(&[0, 1, 1]), parse(&long(249, 1, 32)));
}
