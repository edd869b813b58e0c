//! Sentences about proposals and mandates as bodies that the program writes.
//! Whether a county may send them is the chain's to say.

use std::path::Path;

use serde_json::Value;

use crate::run::answer;

const CHAIN: [&str; 6] = ["tx", "build", "--chain", "ktr-test-1", "--out", "body"];

/// Builds a body; gives the digest by which a proposal names its command.
fn build(folder: &Path, words: &[&str]) -> String {
    let built = answer(folder, &[&CHAIN[..], words].concat());
    let command = built.get("command").and_then(Value::as_str);
    command.expect("a digest").to_owned()
}

#[test]
fn a_mandate_names_the_command_whoever_sends_it_and_whenever() {
    let folder = tempfile::tempdir().expect("a folder");
    let withdraw = ["governance", "withdraw", "--proposal", "1"];
    let named = build(folder.path(), &withdraw);
    let later = [&["--expires-at", "+2h", "--mandate", "7"][..], &withdraw].concat();
    assert_eq!(build(folder.path(), &later), named);
    let other = ["governance", "withdraw", "--proposal", "2"];
    assert_ne!(build(folder.path(), &other), named);
}

#[test]
fn every_subject_can_be_proposed() {
    let folder = tempfile::tempdir().expect("a folder");
    let sha256 = "47".repeat(32);
    let site = |n: u8, power: u8| format!("{}:{power}:{n}", format!("{n:02x}").repeat(32));
    let set = [site(1, 100), site(2, 100), site(3, 100)].join(",");
    let subjects: [&[&str]; 5] = [
        &["act", "--command", &sha256],
        &["roots", "--sha256", &sha256],
        &["federation", "--sha256", &sha256, "--sequence", "3"],
        &["upgrade", "--app-version", "2", "--height", "525600"],
        &["validators", "--validators", &set, "--accepts-halt"],
    ];
    let mut digests: Vec<String> = Vec::new();
    for subject in subjects {
        let propose = ["governance", "propose", "--proposal", "1", "--until", "+7d"];
        digests.push(build(folder.path(), &[&propose[..], subject].concat()));
    }
    digests.sort();
    digests.dedup();
    assert_eq!(digests.len(), 5, "each is a command of its own");
}
