//! Wrong usage is 64, no node is 4, a refusal is 1; help is an answer; a secret that others can read is not used.
//! Numbers are of design page ledger, section 14.

use std::os::unix::fs::PermissionsExt;

use crate::run::{answer, ktr};

fn code(words: &[&str]) -> Option<i32> {
    let folder = tempfile::tempdir().expect("a folder");
    ktr(folder.path(), words).status.code()
}

#[test]
fn wrong_usage_is_sixty_four() {
    let lines: [&[&str]; 6] = [
        &[],
        &["dance"],
        &["keys", "new"],
        &["board", "vote", "not-hex", "approve", "--key", "k"],
        &["query", "weather", "1", "--rpc", "http://127.0.0.1:1"],
        &["session", "open", "0", "--key", "k"],
    ];
    for line in lines {
        assert_eq!(code(line), Some(64), "{line:?}");
    }
}

#[test]
fn help_and_version_are_answers() {
    for line in [
        &["--help"][..],
        &["--version"],
        &["board", "vote", "--help"],
    ] {
        assert_eq!(code(line), Some(0), "{line:?}");
    }
}

#[test]
fn a_file_that_is_not_there_is_a_refusal_and_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let ran = ktr(folder.path(), &["genesis", "check", "none.json"]);
    assert_eq!(ran.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&ran.stderr).contains("none.json"));
}

#[test]
fn a_secret_that_others_can_read_is_not_used() {
    let folder = tempfile::tempdir().expect("a folder");
    answer(
        folder.path(),
        &["keys", "new", "--role-text", "studio", "--out", "k.asc"],
    );
    let path = folder.path().join("k.asc");
    let mode = |path: &std::path::Path| {
        std::fs::metadata(path).map(|found| found.permissions().mode() & 0o777)
    };
    assert_eq!(mode(&path).ok(), Some(0o600));
    std::fs::write(folder.path().join("body"), [1]).expect("written");
    std::fs::set_permissions(&path, PermissionsExt::from_mode(0o644)).expect("changed");
    let ran = ktr(
        folder.path(),
        &["tx", "sign", "body", "--out", "t", "--key", "k.asc"],
    );
    assert_eq!(ran.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&ran.stderr).contains("chmod 600"));
}

#[test]
fn a_key_is_never_written_over_another() {
    let folder = tempfile::tempdir().expect("a folder");
    let words = ["keys", "new", "--role-text", "studio", "--out", "k.asc"];
    answer(folder.path(), &words);
    assert_eq!(ktr(folder.path(), &words).status.code(), Some(1));
}

#[test]
fn an_error_is_json_where_json_was_asked_for() {
    let folder = tempfile::tempdir().expect("a folder");
    let ran = ktr(
        folder.path(),
        &["-o", "json", "genesis", "check", "none.json"],
    );
    let told: serde_json::Value = serde_json::from_slice(&ran.stdout).expect("JSON");
    assert_eq!(told.get("ok"), Some(&serde_json::Value::Bool(false)));
}
