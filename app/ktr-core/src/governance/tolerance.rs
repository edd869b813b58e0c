//! How many sites of a validator set may be down or lying.
//! Quorum is the engine's: `total * 2 / 3 + 1` in integers (design: ledger, section 2). A county is one site, however many engines it has.

use alloc::{
    collections::{BTreeMap, BTreeSet},
    vec,
    vec::Vec,
};
use core::fmt;

use super::Validator;
use crate::id::CountyId;

/// What a validator set tolerates. Validators of one county are one site: one hand and one house fail, and lie, together.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Tolerance {
    /// Any so many sites may be down.
    pub faults: usize,
    /// Power that commits.
    pub quorum: u64,
    /// All power.
    pub total: u64,
    /// One lying site alone could make two chains of one.
    pub can_one_fork: bool,
}

impl Tolerance {
    /// Judges a set.
    #[must_use]
    pub fn of(validators: &[Validator]) -> Self {
        let sites = sites(validators);
        let mut powers: Vec<u64> = sites.iter().map(|engines| sum(engines)).collect();
        powers.sort_unstable_by(|a, b| b.cmp(a));
        let total = sum(&powers);
        let quorum = quorum(total);
        let mut left = total;
        let stands = powers.iter().take_while(|power| {
            left = left.saturating_sub(**power);
            left >= quorum
        });
        Self {
            faults: stands.count(),
            quorum,
            total,
            can_one_fork: (0..sites.len()).any(|site| can_fork(site, &sites, (quorum, total))),
        }
    }
}

/// In words, for everybody who shows a set: the number alone does not say what it means.
impl fmt::Display for Tolerance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.faults {
            0 => f.write_str("tolerates 0: halts when one site is down")?,
            1 => f.write_str("tolerates 1: any one site may be down")?,
            more => write!(f, "tolerates {more}: any {more} sites may be down")?,
        }
        write!(f, " (quorum {} of {})", self.quorum, self.total)
    }
}

/// The powers of each site's engines: a county's together, and whoever stands in no county alone.
fn sites(validators: &[Validator]) -> Vec<Vec<u64>> {
    let mut counties: BTreeMap<CountyId, Vec<u64>> = BTreeMap::new();
    let mut sites = Vec::new();
    for validator in validators {
        match validator.county {
            Some(county) => counties.entry(county).or_default().push(validator.power),
            None => sites.push(vec![validator.power]),
        }
    }
    sites.extend(counties.into_values());
    sites
}

fn sum(powers: &[u64]) -> u64 {
    powers.iter().copied().fold(0_u64, u64::saturating_add)
}

/// The power that a commit needs (`CometBFT`, `types/vote_set.go`).
fn quorum(total: u64) -> u64 {
    u128::from(total)
        .saturating_mul(2)
        .checked_div(3)
        .unwrap_or(0)
        .saturating_add(1)
        .try_into()
        .unwrap_or(u64::MAX)
}

/// Whether two quorums that share nothing but a site of this power can fit into the total: necessary for a fork, and cheap to ask.
///
/// The others split into `some` and `rest`, `own + some + rest = total`. Both sides commit only if `own + some >= quorum` and
/// `own + rest >= quorum`; added up, `own + total >= 2 * quorum`. Where that fails no split is worth looking for.
pub(super) fn is_in_two(own: u64, quorum: u64, total: u64) -> bool {
    u128::from(own).saturating_add(u128::from(total)) >= u128::from(quorum).saturating_mul(2)
}

/// Whether this site alone can show one block to some of the others and another block to the rest, each with a quorum.
/// It lies with all its engines. The others are deceived engine by engine, so two honest ones of one county may see different blocks.
/// The search doubles with every other engine; only a site with about a third of all power is worth one.
fn can_fork(site: usize, sites: &[Vec<u64>], (quorum, total): (u64, u64)) -> bool {
    let own = sites.get(site).map_or(0, |engines| sum(engines));
    if !is_in_two(own, quorum, total) {
        return false;
    }
    let others = sites
        .iter()
        .enumerate()
        .filter(|(place, _)| *place != site)
        .flat_map(|(_, engines)| engines);
    let mut rest = 0_u64;
    // Every power that some of the others have together.
    let mut sums = BTreeSet::from([0_u64]);
    for power in others {
        rest = rest.saturating_add(*power);
        let more: Vec<u64> = sums.iter().map(|sum| sum.saturating_add(*power)).collect();
        sums.extend(more);
    }
    let commits = |some: u64| own.saturating_add(some) >= quorum;
    sums.iter()
        .any(|some| commits(*some) && commits(rest.saturating_sub(*some)))
}
