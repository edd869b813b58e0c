//! Which indicators of a checked form are on a warninglist.
//! The board may let each stand: an attacker can use what everybody uses.

use ktr_core::id::Commitment;

use super::Nomination;
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
