//! An auditor's two heads and a proof between them, compared on disk: no node runs, and no genesis is there.
//! What nodes answer is shown by the client's tests and the net tests.

use std::path::Path;

use serde_json::{Value, json};

use crate::run::{answer, ktr};

const VECTORS: &str = include_str!("../../../../tests/vectors/log.json");

/// What a leaf of the vectors has under a name.
fn recorded(leaf: usize, name: &str) -> String {
    let log: Value = serde_json::from_str(VECTORS).expect("recorded JSON");
    log[leaf][name].as_str().expect("hex digits").to_owned()
}

/// The head of the log of the first leaves of the vectors.
fn head(size: usize) -> String {
    let last = size.checked_sub(1).expect("a leaf");
    format!("{size}:{}", recorded(last, "root"))
}

/// A folder with the proof that the log of three leaves begins with that of two: the third leaf's hash.
fn kept(from: &str, to: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let proof = json!({"from": from, "to": to, "proof": [recorded(2, "leaf")]});
    write(folder.path(), "proof.json", &proof.to_string());
    folder
}

fn write(folder: &Path, name: &str, text: &str) {
    std::fs::write(folder.join(name), text).expect("written");
}

fn consistency<'a>(from: &'a str, to: &'a str) -> [&'a str; 8] {
    let proof = "proof.json";
    [
        "log",
        "consistency",
        "--from",
        from,
        "--to",
        to,
        "--proof",
        proof,
    ]
}

#[test]
fn two_heads_and_a_proof_on_disk_are_compared_without_a_node() {
    let (from, to) = (head(2), head(3));
    let folder = kept(&from, &to);
    write(folder.path(), "log.txt", &format!("{from}\n"));
    let words = consistency("log.txt", &to);
    let told = answer(folder.path(), &words);
    let expected = json!({"ok": true, "from": from, "to": to, "hashes": 1, "header": null});
    assert_eq!(told, expected);
    // and what is written is such a proof again
    let again = [&words[..], &["--out", "again.json"]].concat();
    answer(folder.path(), &again);
    let read = |name| {
        let text = std::fs::read(folder.path().join(name)).expect("a proof");
        serde_json::from_slice::<Value>(&text).expect("JSON")
    };
    assert_eq!(read("again.json"), read("proof.json"));
}

#[test]
fn a_log_that_does_not_begin_with_the_earlier_one_is_refused_by_name() {
    let other = format!("3:{}", "ab".repeat(32));
    let cases = [
        (head(2), other, "the proof leads to another root of the log"),
        (head(3), head(2), "the log has fewer leaves than before"),
        (head(2), head(5), "the proof has the wrong length"),
    ];
    for (from, to, why) in cases {
        let folder = kept(&from, &to);
        let ran = ktr(folder.path(), &consistency(&from, &to));
        let told = String::from_utf8_lossy(&ran.stderr);
        assert_eq!(ran.status.code(), Some(1), "{told}");
        assert!(told.contains(why), "{told}");
    }
    // and a proof between other heads is not taken for one between these
    let folder = kept(&head(2), &head(3));
    let ran = ktr(folder.path(), &consistency(&head(1), &head(3)));
    let told = String::from_utf8_lossy(&ran.stderr);
    assert_eq!(ran.status.code(), Some(1), "{told}");
    assert!(told.contains("proof.json: a proof from 2:"), "{told}");
}

#[test]
fn a_head_that_is_none_and_a_proof_without_the_later_head_are_wrong_usage() {
    let from = head(2);
    let lines: [&[&str]; 3] = [
        &["log", "consistency"],
        &["log", "consistency", "--from", "2:ab"],
        &["log", "consistency", "--from", &from, "--proof", "p.json"],
    ];
    let folder = tempfile::tempdir().expect("a folder");
    for line in lines {
        assert_eq!(ktr(folder.path(), line).status.code(), Some(64), "{line:?}");
    }
}
