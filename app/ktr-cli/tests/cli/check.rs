//! A form is checked before anything is signed: what is found, by code and path, how the program ends, and that it says no word of the case.
//! What each rule means is tried in `ktr-artefact`.

use std::{fs, path::Path, process::Command};

use serde_json::{Value, json};

use crate::run::ktr;

const FORM: &str = include_str!("../../../ktr-artefact/tests/data/forms/02-embargo.json");

/// The exit code and the JSON answer for a form that was changed.
fn checked(change: impl FnOnce(&mut Value)) -> (Option<i32>, Value) {
    let folder = tempfile::tempdir().expect("a folder");
    let mut form: Value = serde_json::from_str(FORM).expect("JSON");
    change(&mut form);
    fs::write(folder.path().join("case.json"), form.to_string()).expect("writes");
    let ran = ktr(
        folder.path(),
        &["-o", "json", "nominate", "check", "case.json"],
    );
    let told = String::from_utf8_lossy(&ran.stderr);
    let value = serde_json::from_slice(&ran.stdout).unwrap_or_else(|_| panic!("JSON: {told}"));
    (ran.status.code(), value)
}

fn ioc(kind: &str, value: &str) -> Value {
    json!({
        "type": kind, "value": value, "indicator_types": ["malicious-activity"], "tactic": null,
        "credibility": 2, "valid_days": 7, "victim_unique": false,
    })
}

fn push(form: &mut Value, path: &str, value: Value) {
    let list = form.pointer_mut(path).and_then(Value::as_array_mut);
    list.expect("a list").push(value);
}

#[test]
fn a_fit_form_ends_with_0_and_says_what_would_leave_and_what_not() {
    let (code, told) = checked(|form| {
        push(form, "/iocs", ioc("domain", "EVIL-c2.com"));
    });
    assert_eq!(code, Some(0), "{told:#}");
    assert_eq!(
        (&told["ok"], &told["verdict"]),
        (&json!(true), &json!("fit"))
    );
    assert_eq!(told["findings"], json!([]));
    let form: Value = serde_json::from_str(FORM).expect("JSON");
    let organisations = form["victim"]["organisations"].as_array().expect("a list");
    assert_eq!(told["dictionary"]["organisations"], organisations.len());
    assert_eq!(told["objects"]["report"], 1);
    let last = form["iocs"].as_array().expect("a list").len();
    let changes = told["changes"].as_array().expect("a list");
    for (action, code, place) in [
        ("dropped", 1100, "victim".to_owned()),
        ("rewritten", 1101, format!("iocs[{last}].value")),
    ] {
        let change = json!({"action": action, "code": code, "place": place, "objects": []});
        assert!(changes.contains(&change), "{change}: {told:#}");
    }
}

#[test]
fn a_word_of_the_dictionary_is_refused_with_1_wherever_it_hides() {
    let (code, told) = checked(|form| {
        push(form, "/victim/other", json!("Graureiher Verbund"));
        form["case"]["title"] = json!("A loader in the Graureiher Verbund");
    });
    assert_eq!((code, &told["ok"]), (Some(1), &json!(false)));
    assert_eq!(
        told["findings"],
        json!(["1012 in-dictionary at case.title"])
    );
    assert_eq!(told["verdict"], "refused");
    // The search of the form does not know what a word looks like in base64; the verifier of the finished bytes does.
    let (code, told) = checked(|form| {
        push(form, "/victim/other", json!("graureiher-verbund"));
        push(
            form,
            "/iocs",
            ioc("filename", "Z3JhdXJlaWhlci12ZXJidW5k.exe"),
        );
    });
    assert_eq!(code, Some(1), "{told:#}");
    let refused = told["refused"].as_array().expect("a list");
    let hidden = |change: &Value| {
        let place = change["place"].as_str().unwrap_or_default();
        (900..910).contains(&change["code"].as_i64().unwrap_or(0)) && place.starts_with("iocs[")
    };
    assert!(refused.iter().any(hidden), "{told:#}");
    assert!(!told.to_string().to_lowercase().contains("graureiher"));
}

#[test]
fn what_the_check_refuses_is_not_nominated() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut form: Value = serde_json::from_str(FORM).expect("JSON");
    push(&mut form, "/victim/other", json!("graureiher-verbund"));
    let hidden = ioc("filename", "Z3JhdXJlaWhlci12ZXJidW5k.exe");
    push(&mut form, "/iocs", hidden);
    fs::write(folder.path().join("case.json"), form.to_string()).expect("writes");
    let words = ["nominate", "case.json", "--key", "none.asc"];
    let text = said(folder.path(), &words, 1);
    assert!(text.starts_with("case.json: Refused\n"), "{text}");
    assert!(!text.contains("graureiher"), "{text}");
    // Without the check it goes on to the chain, which is not there.
    let ran = ktr(folder.path(), &[&words[..], &["--skip-check"]].concat());
    assert!(!ran.status.success());
    assert_eq!(String::from_utf8_lossy(&ran.stdout), "");
}

#[test]
fn yara_rules_that_no_engine_saw_end_with_3() {
    // Beside this link of the program lies no engine, and none is on the path.
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a folder");
    let alone = folder.path().join("ktr");
    fs::hard_link(env!("CARGO_BIN_EXE_ktr"), &alone).expect("links");
    let mut form: Value = serde_json::from_str(FORM).expect("JSON");
    form["rules"] = json!([{
        "kind": "yara", "text": "rule r { strings: $a = \"abcd\" condition: $a }",
        "positive": "YWJjZA==", "origin": "own", "licence": "EUPL-1.2",
    }]);
    fs::write(folder.path().join("case.json"), form.to_string()).expect("writes");
    let ran = Command::new(&alone)
        .current_dir(folder.path())
        .env("PATH", folder.path())
        .env_remove("KTR_YARAC")
        .env_remove("KTR_YARA_X")
        .args(["-o", "json", "nominate", "check", "case.json"])
        .output()
        .expect("the program runs");
    let told: Value = serde_json::from_slice(&ran.stdout).expect("JSON");
    assert_eq!(ran.status.code(), Some(3), "{told:#}");
    assert_eq!(
        (&told["verdict"], &told["unjudged"]),
        (&json!("unjudged"), &json!(["rules[0]"]))
    );
}

#[test]
fn what_the_board_may_let_stand_ends_with_3() {
    let (code, told) = checked(|form| {
        push(form, "/iocs", ioc("filename", "4111111111111111.exe"));
    });
    assert_eq!(code, Some(3), "{told:#}");
    assert_eq!(
        (&told["ok"], &told["verdict"]),
        (&json!(true), &json!("for-the-board"))
    );
    assert_eq!(told["for_the_board"][0]["code"], 913);
    assert_eq!(told["meanings"]["913"]["name"], "leak-card");
    assert_eq!(told["for_the_board"].as_array().map(Vec::len), Some(1));
}

#[test]
fn an_indicator_on_a_list_of_what_is_benign_is_for_the_board() {
    let folder = tempfile::tempdir().expect("a folder");
    let form: Value = serde_json::from_str(FORM).expect("JSON");
    let list = folder.path().join("known/lists/well-known");
    fs::create_dir_all(&list).expect("makes");
    let values = json!({"type": "string", "list": [form["iocs"][0]["value"]]});
    fs::write(list.join("list.json"), values.to_string()).expect("writes");
    fs::write(folder.path().join("case.json"), FORM).expect("writes");
    let text = said(
        folder.path(),
        &["nominate", "check", "case.json", "--warninglists", "known"],
        3,
    );
    assert!(
        text.contains("For the board\n  1040 ioc-warninglist at iocs[0]"),
        "{text}"
    );
}

#[test]
fn a_nomination_asks_the_lists_of_a_folder_too() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut form: Value = serde_json::from_str(FORM).expect("JSON");
    push(&mut form, "/victim/other", json!("graureiher-verbund"));
    let hidden = ioc("filename", "Z3JhdXJlaWhlci12ZXJidW5k.exe");
    push(&mut form, "/iocs", hidden);
    let list = folder.path().join("known/lists/well-known");
    fs::create_dir_all(&list).expect("makes");
    let values = json!({"type": "string", "list": [form["iocs"][0]["value"]]});
    fs::write(list.join("list.json"), values.to_string()).expect("writes");
    fs::write(folder.path().join("case.json"), form.to_string()).expect("writes");
    // No chain is asked: the form is refused for the word that it hides.
    let words = ["nominate", "case.json", "--key", "none.asc"];
    let with = [&words[..], &["--warninglists", "known"]].concat();
    let text = said(folder.path(), &with, 1);
    assert!(
        text.contains("For the board\n  1040 ioc-warninglist at iocs[0]"),
        "{text}"
    );
    let text = said(folder.path(), &words, 1);
    assert!(!text.contains("1040"), "{text}");
    // A folder that cannot be read stops before that.
    let with = [&words[..], &["--warninglists", "none"]].concat();
    let ran = ktr(folder.path(), &with);
    assert!(!ran.status.success());
    assert_eq!(String::from_utf8_lossy(&ran.stdout), "");
}

#[test]
fn a_file_that_is_no_form_is_named_by_rule_and_path() {
    let (code, told) = checked(|form| {
        form["victim"]
            .as_object_mut()
            .expect("an object")
            .remove("phones");
    });
    assert_eq!((code, &told["rule"]), (Some(1), &json!(1000)));
    assert_eq!(told["findings"], json!(["1000 form-shape at victim"]));
    let (code, told) = checked(|form| form["case"]["tlp"] = json!("red"));
    assert_eq!((code, &told["rule"]), (Some(1), &json!(1000)));
    let (code, told) = checked(|form| form["classification"]["incident"] = json!("test"));
    assert_eq!(code, Some(1));
    let findings = told["findings"].to_string();
    assert!(findings.contains(" at classification"), "{findings}");
}

#[test]
fn the_answer_for_people_names_places_and_what_the_numbers_mean_and_no_word_of_the_case() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut form: Value = serde_json::from_str(FORM).expect("JSON");
    form["case"]["title"] = json!("Kanarievogel sang at night");
    push(&mut form, "/victim/people", json!("Kanarie Zeisig"));
    push(&mut form, "/iocs", ioc("domain", "kanarie-c2.com"));
    fs::write(folder.path().join("case.json"), form.to_string()).expect("writes");
    let text = said(folder.path(), &["nominate", "check", "case.json"], 0);
    assert!(
        text.starts_with("case.json: Fit to be nominated\n"),
        "{text}"
    );
    for part in ["dictionary: ", "would leave as: ", "dropped   1100"] {
        assert!(text.contains(part), "{part}: {text}");
    }
    for word in ["anarie", "eisig", "ktr-form-check", "--"] {
        assert!(!text.contains(word), "{word}: {text}");
    }
}

fn said(folder: &Path, words: &[&str], code: i32) -> String {
    let ran = ktr(folder, words);
    let text = String::from_utf8(ran.stdout).expect("a text");
    let told = String::from_utf8_lossy(&ran.stderr);
    assert_eq!(ran.status.code(), Some(code), "{text}{told}");
    text
}
