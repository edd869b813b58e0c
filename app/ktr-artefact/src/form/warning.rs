//! What the board is asked about a checked form: indicators on a warninglist, and filters of public rules that may have been changed.
//! The board may let each stand: an attacker can use what everybody uses, and the rule may be as it was published.

use ktr_core::id::Commitment;

use super::{Document, Nomination};
use crate::{
    finding::{Finding, Place, rule},
    ioc::Warninglists,
};

/// A finding [`rule::IOC_WARNINGLIST`] for each indicator and list: the place names case, entry and list, never the value.
#[must_use]
pub fn warnings(
    commitment: &Commitment,
    nomination: &Nomination,
    lists: &Warninglists,
) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (index, ioc) in nomination.iocs.iter().enumerate() {
        for list in lists.hits(&ioc.value) {
            let place = format!("{commitment}/iocs[{index}]/{list}");
            findings.push(rule::IOC_WARNINGLIST.at(Place::path(place)));
        }
    }
    findings
}

/// A finding [`rule::SIGMA_UNLISTED_FILTER`] for each third-party Sigma rule that nobody lists and that leaves out what could name the victim.
#[must_use]
pub fn filters(
    commitment: &Commitment,
    document: &Document,
    nomination: &Nomination,
) -> Vec<Finding> {
    let pairs = document.rules.iter().zip(&nomination.rules).enumerate();
    let asked = pairs.filter(|(_, (written, accepted))| accepted.is_asked_about(&written.text));
    asked
        .map(|(index, _)| {
            let place = format!("{commitment}/rules[{index}]");
            rule::SIGMA_UNLISTED_FILTER.at(Place::path(place))
        })
        .collect()
}
