//! Looks through a finished bundle: the raw text, every string of every object, and every decodable run inside.
//! It judges nothing but leaks; that the bytes are a bundle of the profile is the strict reader's affair.

use std::collections::BTreeSet;

use super::{Dictionary, class, search::Search, walk};
use crate::{
    finding::{Finding, Place, Rule, rule},
    limits,
};

/// Every leak in `bundle`, each once: the object by its number, the form by its rule. Empty means that nothing was found.
///
/// The rules of the dictionary are [`rule::LEAK_TEXT`], [`rule::LEAK_ENCODED`], [`rule::LEAK_HASHED`], [`rule::LEAK_ADDRESS`], [`rule::LEAK_PHONE`]; and, so that
/// nothing passes unread, [`rule::TOO_LARGE`], [`rule::NOT_JSON`] (also if `objects` is no list of objects) and
/// [`rule::LEAK_UNREAD`] for a text that would unfold beyond [`limits::LEAK_DECODED_MAX`]. Those of the classes, from [`rule::LEAK_MAIL`] to [`rule::LEAK_NAMED`], need no dictionary.
#[must_use]
pub fn check(bundle: &[u8], dictionary: &Dictionary) -> Vec<Finding> {
    if bundle.len() > limits::READ_MAX {
        return vec![rule::TOO_LARGE.at(Place::bundle())];
    }
    let mut search = Search::new(dictionary);
    let Ok(read) = walk::read(bundle, &mut search) else {
        return vec![rule::NOT_JSON.at(Place::bundle())];
    };
    // The raw text finds what an object has as well; it is named there.
    search.raw(&String::from_utf8_lossy(bundle));
    let mut outside = read.outside;
    outside.extend(search.take());
    let inside: BTreeSet<Rule> = read.objects.iter().flatten().copied().collect();
    let mut findings = Vec::new();
    for (index, rules) in read.objects.iter().enumerate() {
        findings.extend(rules.iter().map(|rule| rule.at(Place::number(index))));
    }
    let outside = outside.difference(&inside);
    findings.extend(outside.map(|rule| rule.at(Place::bundle())));
    findings
}

/// Whether the board may let a finding of this rule stand: what only looks like an identifier may be the attacker's. What a dictionary names
/// never may.
#[must_use]
pub fn is_for_the_board(rule: Rule) -> bool {
    class::ALL.contains(&rule)
}
