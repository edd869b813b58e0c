//! A YARA text of a stranger's bundle: accepted only as cleaning leaves it, refused without a panic.

#![no_main]

use ktr_artefact::rules::{AcceptedRule, RuleKind};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|octets: &[u8]| {
    let Ok(text) = std::str::from_utf8(octets) else {
        return;
    };
    if let Ok(rule) = AcceptedRule::parse(RuleKind::Yara, text) {
        assert_eq!(rule.text(), text);
    }
});
