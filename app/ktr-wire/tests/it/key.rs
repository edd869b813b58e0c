//! Sentences about keys as octets: which bodies are keys, and what a new key must have signed.
//! Whether a key is registered is the core's affair.

use ktr_core::{
    id::{CountyId, EncryptionKey, MemberId, SeatId, SigningKey},
    key::Role,
    membership::Proof,
};
use ktr_testkit::{Actor, sample::START};
use ktr_wire::{
    limits::SIGNATURE_MAX,
    refusal::Wire,
    signature::{KeyProof, is_encryption_key, is_signing_key},
};

const CHAIN: &str = "ktr-test-1";

#[test]
fn a_signing_key_has_one_head_and_a_point_of_full_order_in_its_one_form() {
    let good = Actor::named("signer", START).body;
    assert!(is_signing_key(&good));
    for at in [0, 5, 6, 7, 14, 15, 16, 18] {
        let mut other = good;
        other.0[at] ^= 1;
        assert!(!is_signing_key(&other), "octet {at} of its head");
    }
    let with = |point: [u8; 32]| {
        let mut other = good;
        other.0[19..].copy_from_slice(&point);
        SigningKey(other.0)
    };
    // 3 is the y of a point, and p + 3 another form of it; 2 is that of none.
    let number = |y: u8| {
        let mut octets = [0; 32];
        octets[0] = y;
        octets
    };
    assert!(is_signing_key(&with(number(3))));
    let mut other_form = [0xFF; 32];
    (other_form[0], other_form[31]) = (0xF0, 0x7F);
    for (name, point) in [
        ("the neutral point", number(1)),
        ("a point of order four", number(0)),
        ("a second form", other_form),
        ("no point", number(2)),
    ] {
        assert!(!is_signing_key(&with(point)), "{name}");
    }
}

#[test]
fn an_encryption_key_has_one_head_and_a_derivation_that_is_known() {
    let good = Actor::encryption("reader", START);
    assert!(is_encryption_key(&good));
    for at in [0, 5, 6, 7, 16, 19] {
        let mut other = good;
        other.0[at] ^= 1;
        assert!(!is_encryption_key(&other), "octet {at} of its head");
    }
    let with = |derivation: [u8; 4]| {
        let mut other = good;
        other.0[52..].copy_from_slice(&derivation);
        is_encryption_key(&EncryptionKey(other.0))
    };
    for known in [[3, 1, 8, 7], [3, 1, 10, 9]] {
        assert!(with(known), "{known:?}");
    }
    for unknown in [
        [2, 1, 8, 7],
        [3, 0, 8, 7],
        [3, 1, 7, 7],
        [3, 1, 11, 7],
        [3, 1, 8, 6],
        [3, 1, 8, 10],
    ] {
        assert!(!with(unknown), "{unknown:?}");
    }
}

#[test]
fn a_new_key_signs_for_itself_for_its_chain_and_for_one_owner() {
    let new = Actor::named("new", START);
    let member = MemberId([0x11; 16]);
    let owners = [
        Role::Member(member),
        Role::County(CountyId(2)),
        Role::Sidecar(CountyId(2)),
        Role::Seat(SeatId(2)),
        Role::Studio,
    ];
    for owner in owners {
        let asked = KeyProof {
            chain_id: CHAIN,
            owner,
            key: &new.body,
        };
        let good = new.prove_as(CHAIN, owner, START);
        assert_eq!(asked.judge(&good), Ok(Proof::Holds), "{owner:?}");
        let wrong = [
            new.prove_as("ktr-other-1", owner, START),
            new.prove_as(CHAIN, Role::County(CountyId(3)), START),
            new.prove_as(CHAIN, Role::Member(MemberId([0x12; 16])), START),
            Actor::named("other", START).packet(&asked.signed(), START),
            vec![0; SIGNATURE_MAX],
            Vec::new(),
        ];
        for proof in wrong {
            assert_eq!(asked.judge(&proof), Ok(Proof::Fails), "{owner:?}");
        }
        let long = vec![0; SIGNATURE_MAX + 1];
        assert_eq!(asked.judge(&long), Err(Wire::OutOfRange));
    }
    let said = KeyProof {
        chain_id: CHAIN,
        owner: Role::Member(member),
        key: &new.body,
    };
    let octets = [
        b"ktr/key-proof/1\nktr-test-1\n".as_slice(),
        &member.0,
        &new.body.0,
    ];
    assert_eq!(said.signed(), octets.concat());
}
