//! Findings keep their numbers and never show content.

use std::collections::BTreeSet;

use super::{Finding, Place, rule};

#[test]
fn a_code_and_a_name_stand_for_one_rule_only() {
    let codes: BTreeSet<u16> = rule::ALL.iter().map(|rule| rule.code()).collect();
    let names: BTreeSet<&str> = rule::ALL.iter().map(|rule| rule.name()).collect();
    assert_eq!(codes.len(), rule::ALL.len());
    assert_eq!(names.len(), rule::ALL.len());
}

#[test]
fn a_finding_reads_as_number_name_and_place() {
    let finding = Finding {
        rule: rule::NOT_CANONICAL,
        place: Place::number(7),
    };
    assert_eq!(finding.to_string(), "400 not-canonical at objects[7]");
}
