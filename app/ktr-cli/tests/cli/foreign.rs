//! Transactions and key proofs that GnuPG, `sq` and this program sign, judged by the code that the chain uses.
//! The programs are real; one that is missing fails the test.

use std::{os::unix::fs::PermissionsExt, path::Path};

use ktr_core::{
    governance::Parameters,
    id::{CountyId, SeatId, SigningKey},
    key::{Key, KeyBody, Role},
    time::{Secs, Time},
};
use ktr_wire::{signature, transaction::Transaction};
use serde_json::Value;

use crate::run::{answer, ktr, other};

const MEMBER: &str = "000102030405060708090a0b0c0d0e0f";

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value.get(name).and_then(Value::as_str).expect("a text")
}

fn gpg_key(folder: &Path) -> String {
    let words = [
        "--batch",
        "--passphrase",
        "",
        "--quick-gen-key",
        "member",
        "ed25519",
        "sign",
        "2y",
    ];
    other(folder, "gpg", &words);
    let listed = other(folder, "gpg", &["--batch", "--with-colons", "--list-keys"]);
    let listed = String::from_utf8(listed).expect("text");
    let line = listed.lines().find_map(|line| line.strip_prefix("fpr:"));
    line.expect("a fingerprint").trim_matches(':').to_owned()
}

fn build(folder: &Path) {
    let hash = "ab".repeat(32);
    let words = [
        "tx",
        "build",
        "--chain",
        "ktr-test-1",
        "--out",
        "body",
        "nomination",
        "vote",
        "--commitment",
        &hash,
        "--approve",
    ];
    answer(folder, &words);
}

/// Signs with the key that `flags` name, and lets the chain's code judge it with the key that `keys proof` shows.
fn judged(folder: &Path, flags: &[&str]) {
    build(folder);
    let proof = [
        &["keys", "proof", "--chain", "ktr-test-1", "--member", MEMBER][..],
        flags,
    ]
    .concat();
    let shown = answer(folder, &proof);
    let signed = [&["tx", "sign", "body", "--out", "signed"][..], flags].concat();
    answer(folder, &signed);
    let octets = std::fs::read(folder.join("signed")).expect("written");
    let transaction = Transaction::decode(&octets).expect("canonical, in the profile");
    let body = hex::decode(text(&shown, "body")).expect("hex");
    let body = SigningKey::from_slice(&body).expect("51 octets");
    let key = key(body);
    assert_eq!(transaction.signer(), Ok(key.fingerprint));
    let now = transaction.expires_at.minus(Secs(3_600));
    let claim = transaction.claim(Some(&key), now, &Parameters::default());
    let claim = claim.expect("a key that is live");
    let holds = claim.equation.clone().holds();
    assert_eq!(claim.settle(holds), Ok(()));
    let packet = hex::decode(text(&shown, "proof")).expect("hex");
    let member =
        ktr_core::id::MemberId::from_slice(&hex::decode(MEMBER).expect("hex")).expect("16 octets");
    let owned = signature::KeyProof {
        chain_id: "ktr-test-1",
        owner: Role::Member(member),
        key: &body,
    };
    assert_eq!(owned.judge(&packet), Ok(ktr_core::membership::Proof::Holds));
    let elsewhere = signature::KeyProof {
        chain_id: "ktr-test-2",
        ..owned
    };
    assert_eq!(
        elsewhere.judge(&packet),
        Ok(ktr_core::membership::Proof::Fails)
    );
}

fn key(body: SigningKey) -> Key {
    let body = KeyBody::Sign(body);
    Key {
        fingerprint: signature::fingerprint(&body),
        body,
        role: Role::Studio,
        valid_from: Time(0),
        valid_until: Time(u64::MAX),
        revoked: None,
        expired: false,
    }
}

#[test]
fn the_chain_accepts_what_gpg_signs() {
    let folder = tempfile::Builder::new()
        .prefix("k")
        .tempdir()
        .expect("a folder");
    let fingerprint = gpg_key(folder.path());
    judged(folder.path(), &["--gpg", &fingerprint]);
    other(folder.path(), "gpgconf", &["--kill", "gpg-agent"]);
}

#[test]
fn a_configuration_of_gpg_that_spoils_signatures_is_not_read() {
    let folder = tempfile::Builder::new()
        .prefix("k")
        .tempdir()
        .expect("a folder");
    let fingerprint = gpg_key(folder.path());
    std::fs::write(
        folder.path().join("gpg.conf"),
        "sig-policy-url https://relay.example/\nsender member\n",
    )
    .expect("written");
    judged(folder.path(), &["--gpg", &fingerprint]);
    other(folder.path(), "gpgconf", &["--kill", "gpg-agent"]);
}

#[test]
fn the_chain_accepts_what_sq_signs() {
    let folder = tempfile::tempdir().expect("a folder");
    other(
        folder.path(),
        "sq",
        &[
            "key", "generate", "--userid", "member", "--export", "sq.pgp",
        ],
    );
    // sq leaves it readable to all; this program refuses that, as it does with its own key files.
    let secret = folder.path().join("sq.pgp");
    std::fs::set_permissions(&secret, std::fs::Permissions::from_mode(0o600)).expect("chmod");
    judged(folder.path(), &["--sq", "sq.pgp"]);
}

#[test]
fn the_chain_accepts_what_this_program_signs() {
    let folder = tempfile::tempdir().expect("a folder");
    answer(
        folder.path(),
        &[
            "keys",
            "new",
            "--role-text",
            "member",
            "--out",
            "m.asc",
            "--encrypt-too",
        ],
    );
    judged(folder.path(), &["--key", "m.asc"]);
}

#[test]
fn a_proof_holds_for_the_owner_that_it_names_and_for_no_other() {
    let folder = tempfile::tempdir().expect("a folder");
    let new = ["keys", "new", "--role-text", "county 2", "--out", "c.asc"];
    answer(folder.path(), &new);
    let owners = [
        ("--county", Role::County(CountyId(2))),
        ("--seat", Role::Seat(SeatId(2))),
        ("--deputy", Role::Deputy(SeatId(2))),
    ];
    for (flag, role) in owners {
        let words = ["keys", "proof", "--chain", "ktr-test-1", flag, "2"];
        let shown = answer(folder.path(), &[&words[..], &["--key", "c.asc"]].concat());
        let body = hex::decode(text(&shown, "body")).expect("hex");
        let body = SigningKey::from_slice(&body).expect("51 octets");
        let packet = hex::decode(text(&shown, "proof")).expect("hex");
        for (_, owner) in owners {
            let owned = signature::KeyProof {
                chain_id: "ktr-test-1",
                owner,
                key: &body,
            };
            let holds = owned.judge(&packet) == Ok(ktr_core::membership::Proof::Holds);
            assert_eq!(holds, owner == role, "{flag} before {owner:?}");
        }
    }
}

#[test]
fn gpg_imports_the_keys_that_this_program_makes() {
    let folder = tempfile::Builder::new()
        .prefix("k")
        .tempdir()
        .expect("a folder");
    let made = answer(
        folder.path(),
        &[
            "keys",
            "new",
            "--role-text",
            "seat 1",
            "--out",
            "s.asc",
            "--encrypt-too",
        ],
    );
    other(folder.path(), "gpg", &["--batch", "--import", "s.asc.pub"]);
    let listed = other(
        folder.path(),
        "gpg",
        &["--batch", "--with-colons", "--list-keys"],
    );
    let listed = String::from_utf8(listed).expect("text").to_lowercase();
    assert!(listed.contains(text(&made, "fingerprint")));
    assert!(listed.contains(text(&made, "encryption_fingerprint")));
    other(folder.path(), "gpgconf", &["--kill", "gpg-agent"]);
}

#[test]
fn a_certificate_without_a_usable_key_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("c"), "no certificate").expect("written");
    assert_eq!(
        ktr(folder.path(), &["keys", "show", "c"]).status.code(),
        Some(1)
    );
}
