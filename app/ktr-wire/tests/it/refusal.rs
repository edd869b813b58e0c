//! Sentences about refusals: where their number belongs, and that each tells a person what to do.
//! Numbers and names stand on the reference page of result codes.

use ktr_core::Rejection;
use ktr_wire::{
    Refusal,
    refusal::{Envelope, Signature, Wire},
};

fn one_of_each() -> [(Refusal, &'static str, u32); 4] {
    let rule = ktr_core::governance::Rejection::ALL[0];
    let rule = Refusal::Rule(Rejection::Governance(rule));
    [
        (Wire::TooLarge.into(), "ktr.wire", 1),
        (Signature::Shape.into(), "ktr.signature", 100),
        (Envelope::WrongChain.into(), "ktr.envelope", 120),
        (rule, "ktr.governance", rule.code()),
    ]
}

#[test]
fn a_number_stands_in_the_codespace_of_who_refuses() {
    for (refusal, codespace, code) in one_of_each() {
        assert_eq!((refusal.codespace(), refusal.code()), (codespace, code));
        assert_eq!(refusal.to_string(), format!("{code} {}", refusal.name()));
    }
    let names = one_of_each().map(|(refusal, ..)| refusal.name());
    assert_eq!(names[..3], ["TooLarge", "Shape", "WrongChain"]);
}

#[test]
fn a_refusal_says_in_sentences_what_the_rule_is_and_what_to_do() {
    for (refusal, ..) in one_of_each() {
        for sentence in [refusal.explain(), refusal.remedy()] {
            assert!(
                sentence.len() > 10 && sentence.ends_with('.'),
                "{refusal}: {sentence}"
            );
        }
        assert!(refusal.met_by().len() > 5, "{refusal}");
    }
}

#[test]
fn only_what_an_honest_proposer_never_includes_spoils_a_block_and_only_a_rule_uses_a_nonce() {
    let said = one_of_each().map(|(refusal, ..)| (refusal.refuses_block(), refusal.uses_nonce()));
    assert_eq!(
        said,
        [(true, false), (true, false), (false, false), (false, true)]
    );
}
