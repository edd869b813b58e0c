//! The list is well-formed, and its authors and licences count whatever a form says.

use super::{AcceptedRule, Offer, Origin, RuleKind, all};
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
fn a_listed_text_is_nobodys_own_and_under_the_licence_of_the_list() {
    let offer = |origin, licence| {
        AcceptedRule::accept(&Offer {
            kind: RuleKind::Yara,
            origin,
            text: RGDOOR,
            licence,
            positive: "TVo=",
        })
    };
    assert_eq!(offer(Origin::Own, "DRL-1.1"), Err(rule::YARA_AUTHOR));
    assert_eq!(offer(Origin::ThirdParty, "MIT"), Err(rule::YARA_LICENCE));
    let accepted = offer(Origin::ThirdParty, "DRL-1.1").unwrap();
    assert_eq!(accepted.author(), Some("Florian Roth (Nextron Systems)"));
}

#[test]
fn a_text_of_one_language_is_none_of_the_other() {
    assert_eq!(
        AcceptedRule::parse(RuleKind::Sigma, RGDOOR),
        Err(rule::SIGMA_YAML)
    );
    assert_eq!(
        AcceptedRule::parse(RuleKind::Yara, "title: mine"),
        Err(rule::YARA_SYNTAX)
    );
}
