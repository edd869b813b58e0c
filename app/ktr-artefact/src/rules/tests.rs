//! The list is well-formed, and nothing outside it is accepted.

use super::{AcceptedRule, RuleKind, all};
use crate::{finding::rule, text::is_clean};

const RGDOOR: &str = include_str!("../../tests/data/rules/apt_oilrig_rgdoor.yar");

#[test]
fn every_entry_has_a_digest_an_author_and_an_allowed_licence() {
    for listed in all() {
        assert!(
            listed.sha256.len() == 64 && !listed.author.is_empty(),
            "{listed:?}"
        );
        assert_eq!(listed.licence, "DRL-1.1", "{listed:?}");
        assert!(
            is_clean(&listed.name) && !listed.name.contains('\n'),
            "{listed:?}"
        );
    }
}

#[test]
fn a_listed_text_is_accepted_whole_and_keeps_its_author() {
    let accepted = AcceptedRule::parse(RuleKind::Yara, RGDOOR).unwrap();
    assert_eq!(accepted.text(), RGDOOR);
    assert_eq!(accepted.name(), "OilRig_RGDoor_Gen1");
    assert!(accepted.text().contains(accepted.author().unwrap()));
}

#[test]
fn one_blank_more_and_the_text_is_not_listed() {
    assert_eq!(
        AcceptedRule::parse(RuleKind::Yara, &format!("{RGDOOR} ")),
        Err(rule::YARA_NOT_LISTED)
    );
    assert_eq!(
        AcceptedRule::parse(RuleKind::Sigma, RGDOOR),
        Err(rule::SIGMA_YAML)
    );
}
