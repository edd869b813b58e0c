//! A form is begun from what a member has: what is taken, what is said, and that nothing is written over.
//! What each source becomes is tried in `ktr-artefact`.

use std::os::unix::fs::PermissionsExt;

use serde_json::{Value, json};

use crate::run::{answer, ktr};

#[test]
fn a_draft_takes_the_indicators_and_says_what_the_person_must_fill_in() {
    let folder = tempfile::tempdir().expect("a folder");
    let list = "evil-c2.com\n10.0.0.1\n10.0.0.2\nupdate.zip\n";
    std::fs::write(folder.path().join("list.csv"), list).expect("writes");
    let words = [
        "nominate",
        "draft",
        "--from",
        "list.csv",
        "--out",
        "case.json",
    ];
    let told = answer(folder.path(), &words);
    assert_eq!(told["taken"], json!({"domain": 1}));
    assert_eq!(told["listed"], json!({"line whose type is not clear": 1}));
    assert_eq!(
        told["refused"],
        json!([
            "1031 ioc-address-not-global at line[2]",
            "1031 ioc-address-not-global at line[3]"
        ])
    );
    assert!(told["fill_in"].to_string().contains("victim"), "{told}");
    let path = folder.path().join("case.json");
    let form: Value = serde_json::from_slice(&std::fs::read(&path).expect("reads")).expect("JSON");
    assert_eq!(form["iocs"][0]["value"], "evil-c2.com");
    let mode = std::fs::metadata(&path)
        .expect("is there")
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o600, "the victim's words come into it");
    // A form that a person has begun to fill is not written over.
    let again = ktr(folder.path(), &words);
    assert_eq!(again.status.code(), Some(1));
    // An unfinished draft is no form; which of its gaps is met first is nobody's promise.
    let sent = ktr(
        folder.path(),
        &["nominate", "case.json", "--key", "member.asc"],
    );
    let said = String::from_utf8_lossy(&sent.stderr).into_owned();
    assert_eq!(sent.status.code(), Some(1));
    assert!(said.contains("1000 form-shape at case."), "{said}");
}

#[test]
fn a_source_that_is_none_is_named_by_file_rule_and_place() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(
        folder.path().join("e.json"),
        "{\"Event\": {\"Attribute\": 7}}",
    )
    .expect("writes");
    let ran = ktr(folder.path(), &["nominate", "draft", "--from", "e.json"]);
    assert_eq!(ran.status.code(), Some(1));
    let said = String::from_utf8_lossy(&ran.stderr).into_owned();
    assert!(
        said.contains("e.json: 1021 draft-shape at Event.Attribute"),
        "{said}"
    );
    assert!(!folder.path().join("nomination.json").exists());
}
