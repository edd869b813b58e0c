//! Sentences about proposals and mandates as bodies that the program writes.
//! Whether a county may send them is the chain's to say.

use std::path::Path;

use serde_json::{Value, json};

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

/// Those of the page Genesis.
fn parameters() -> Value {
    json!({
        "attendance_min": "20", "bucket_ends_secs": ["21600", "86400", "604800", "1209600"], "count_min": "5",
        "decide_max_secs": "3628800", "decide_min_secs": "3600", "key_validity_max_secs": "94694400",
        "matrix_version": 1, "open_early_secs": "900", "overdue_secs": "1800", "report_early_secs": "300",
        "rm1_from": 0, "schedule_ahead_secs": "86400", "session_length_max_secs": "7200", "signer_txs_max": 64,
        "skew_secs": "300", "term_max_secs": "17280000", "tx_window_secs": "86400", "unwitnessed_secs": "86400"
    })
}

#[test]
fn every_subject_can_be_proposed() {
    let folder = tempfile::tempdir().expect("a folder");
    let sha256 = "47".repeat(32);
    let site = |n: u8, power: u8| format!("{}:{power}:{n}", format!("{n:02x}").repeat(32));
    let set = [site(1, 100), site(2, 100), site(3, 100)].join(",");
    let new = [
        "keys",
        "new",
        "--role-text",
        "studio",
        "--out",
        "studio.asc",
    ];
    answer(folder.path(), &new);
    let shown = answer(folder.path(), &["keys", "show", "studio.asc"]);
    let body = shown.get("body").and_then(Value::as_str).expect("a body");
    let parameters = folder.path().join("parameters.json");
    std::fs::write(&parameters, self::parameters().to_string()).expect("written");
    let life = ["--body", body, "--valid-until", "+300d"];
    let subjects: [&[&str]; 8] = [
        &["act", "--command", &sha256],
        &["roots", "--sha256", &sha256],
        &["federation", "--sha256", &sha256, "--sequence", "3"],
        &["upgrade", "--app-version", "2", "--height", "525600"],
        &["validators", "--validators", &set, "--accepts-halt"],
        &["parameters", "--parameters", "parameters.json"],
        &[&["host", "--region", "2", "--from", "+1d"], &life[..]].concat(),
        &[
            &["keys", "--role", "studio", "--purpose", "sign"][..],
            &["--valid-from", "+1d"],
            &life[..],
        ]
        .concat(),
    ];
    let mut digests: Vec<String> = Vec::new();
    for subject in subjects {
        let propose = ["governance", "propose", "--proposal", "1", "--until", "+7d"];
        digests.push(build(folder.path(), &[&propose[..], subject].concat()));
    }
    digests.sort();
    digests.dedup();
    assert_eq!(digests.len(), 8, "each is a command of its own");
}
