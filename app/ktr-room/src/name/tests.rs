//! Vectors of the names, computed with other tools.
//! No homeserver and no chain.

use ktr_core::id::{CountyId, MemberId, ReleaseId, SessionId};

use super::derive::base32;
use super::*;
use crate::matrix_id::RoomId;

#[test]
fn base32_is_the_one_of_rfc_4648() {
    for (plain, coded) in [
        ("f", "MY"),
        ("fo", "MZXQ"),
        ("foo", "MZXW6"),
        ("foob", "MZXW6YQ"),
        ("foobar", "MZXW6YTBOI"),
    ] {
        assert_eq!(base32(plain.as_bytes()), coded);
    }
}

#[test]
fn an_account_is_a_keyed_name_that_the_ledger_cannot_resolve() {
    let member = MemberId([7; 16]);
    let account = account(&[1; 32], member);
    assert_eq!(account.as_str(), ACCOUNT);
    assert_ne!(account, super::account(&[2; 32], member));
}

#[test]
fn a_registration_is_signed_as_synapse_wants_it() {
    assert_eq!(registration_mac(b"secret", "nonce", "ktr-room", "pw"), MAC);
}

#[test]
fn a_room_is_committed_to_with_its_salt() {
    let room = RoomId("!room".to_owned());
    assert_eq!(room_commit(&[3; 32], &room).to_string(), COMMIT);
    assert_ne!(room_commit(&[4; 32], &room).to_string(), COMMIT);
}

#[test]
fn a_transaction_id_depends_on_session_release_and_number() {
    let release = ReleaseId([9; 16]);
    let first = transaction(SessionId(1), release, 0);
    assert_eq!(first, TRANSACTION);
    assert_ne!(first, transaction(SessionId(1), release, 1));
    assert_ne!(first, transaction(SessionId(2), release, 0));
}

#[test]
fn a_pass_is_named_after_chain_session_and_member() {
    assert_eq!(pass("ktr-test", SessionId(5), MemberId([7; 16])), PASS);
}

#[test]
fn a_probes_pass_is_named_after_chain_session_and_county() {
    assert_eq!(
        probe_pass("ktr-test", SessionId(5), CountyId(2)),
        PROBE_PASS
    );
    assert_eq!(probe(CountyId(2)).as_str(), "p-2");
    assert!(probe(CountyId(2)).is_probe());
    assert!(!account(&[1; 32], MemberId([7; 16])).is_probe());
}

const ACCOUNT: &str = "m-b9007f2b764c36fe0822";
const MAC: &str = "4192be69ca44ed3522ae16a5ef09d44d23a15a44";
const COMMIT: &str = "d7aad7885d6fafe3c6f863b955eedb55bbd469b3d045ced25f37b61de157884c";
const TRANSACTION: &str = "VGBMHLJBIB7BBJH2ISNLD77PFU";
const PROBE_PASS: &str = "ac3b3dd6673fe8d71090975146ce777b";
const PASS: &str = "1f027d8b05d78803fe8929f67781ac31";
