//! The program `ktr-yara-x`, which the feature `yara` builds, and `ktr` asking it.
//! What YARA-X thinks of rules is tried in `ktr-artefact`.

use std::{fs, path::Path, process::Command};

use serde_json::{Value, json};

use crate::run::ktr;

const RULE: &str = "rule r { strings: $a = \"abcd\" condition: $a }";

/// Its exit code, and what it says.
fn asked(folder: &Path, words: &[&str]) -> (Option<i32>, String) {
    let ran = Command::new(env!("CARGO_BIN_EXE_ktr-yara-x"))
        .current_dir(folder)
        .args(words)
        .output()
        .expect("the program runs");
    let said = String::from_utf8(ran.stdout).expect("a text");
    (ran.status.code(), said)
}

#[test]
fn the_engine_answers_by_its_exit_code_and_prints_its_version_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    let put = |name: &str, text: &str| fs::write(folder.path().join(name), text).expect("writes");
    put("taken", RULE);
    put("slow", &RULE.replace("abcd", "A"));
    put("wrong", "rule r {");
    put("with", "A abcd");
    put("without", "xx abce");
    let code = |words: &[&str]| match asked(folder.path(), words) {
        (code, said) if said.is_empty() => code,
        (_, said) => panic!("it says {said}"),
    };
    for (words, expected) in [
        (&["compile", "taken"][..], 0),
        (&["compile", "slow"], 1),
        (&["compile", "wrong"], 1),
        (&["compile", "missing"], 2),
        (&["scan", "5", "taken", "with"], 0),
        (&["scan", "5", "slow", "with"], 0),
        (&["scan", "5", "taken", "without"], 1),
        (&["scan", "5", "taken", "missing"], 2),
        (&["scan", "five", "taken", "with"], 64),
        (&["dance"], 64),
        (&[], 64),
    ] {
        assert_eq!(code(words), Some(expected), "{words:?}");
    }
    assert_eq!(
        asked(folder.path(), &["--version"]),
        (Some(0), "1.22.1\n".to_owned())
    );
}

#[test]
fn a_form_is_held_to_what_yara_x_says_when_it_is_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let form = include_str!("../../../ktr-artefact/tests/data/forms/02-embargo.json");
    let mut form: Value = serde_json::from_str(form).expect("JSON");
    let mut said = |positive: &str| {
        form["rules"] = json!([{
            "kind": "yara", "text": RULE, "positive": positive, "origin": "own", "licence": "EUPL-1.2",
        }]);
        fs::write(folder.path().join("case.json"), form.to_string()).expect("writes");
        let engine = ["--yara-x", env!("CARGO_BIN_EXE_ktr-yara-x")];
        let words = [&["nominate", "case.json", "--key", "none.asc"][..], &engine].concat();
        let ran = ktr(folder.path(), &words);
        String::from_utf8(ran.stderr).expect("a text")
    };
    let (fires, silent) = (said("YWJjZA=="), said("YWJjZQ=="));
    assert!(silent.contains("817 yara-silent at rules[0]"), "{silent}");
    // It goes on to the chain, which is not there.
    assert!(!fires.contains(" at rules"), "{fires}");
}
