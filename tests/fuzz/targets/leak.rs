//! A text in a bundle before the leak verifier: read without a panic, and whatever it is, the word of a victim behind it is found.

#![no_main]

use std::sync::LazyLock;

use ktr_artefact::{
    finding::rule,
    leak::{self, Dictionary},
};
use libfuzzer_sys::fuzz_target;
use serde_json::json;

const WORD: &str = "Nordwind Energie";

static DICTIONARY: LazyLock<Dictionary> = LazyLock::new(|| {
    let words = [WORD, "+49 30 1234567", "185.220.101.0/24"];
    Dictionary::of(&words, &["dc??-*"]).expect("a small dictionary")
});

fuzz_target!(|octets: &[u8]| {
    let Ok(text) = std::str::from_utf8(octets) else {
        return;
    };
    let object = json!({ "type": "indicator", "pattern": format!("{text}\n{WORD}\n") });
    let bundle = json!({ "objects": [object] }).to_string();
    let findings = leak::check(bundle.as_bytes(), &DICTIONARY);
    assert!(
        findings
            .iter()
            .any(|finding| finding.rule == rule::LEAK_TEXT)
    );
});
