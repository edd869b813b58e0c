//! How many sites of a validator set may be down or lying, in numbers and in words.
//! Quorum is the engine's: `total * 2 / 3 + 1` in integers (design: ledger, section 2).

use std::collections::BTreeSet;

use ktr_core::governance::Validator;

use crate::error::CliError;

/// What a set tolerates.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Tolerance {
    /// Any so many sites may be down.
    pub(crate) faults: usize,
    /// Power that commits.
    pub(crate) quorum: u64,
    /// All power.
    pub(crate) total: u64,
    /// One lying site alone could make two chains of one.
    pub(crate) can_one_fork: bool,
    /// The same for people.
    pub(crate) text: String,
}

/// Judges a set.
pub(crate) fn tolerance(validators: &[Validator]) -> Tolerance {
    let mut powers: Vec<u64> = validators.iter().map(|validator| validator.power).collect();
    powers.sort_unstable_by(|a, b| b.cmp(a));
    let total = powers.iter().copied().fold(0_u64, u64::saturating_add);
    let quorum = total
        .saturating_mul(2)
        .checked_div(3)
        .unwrap_or(0)
        .saturating_add(1);
    let mut left = total;
    let mut faults = 0_usize;
    for power in &powers {
        left = left.saturating_sub(*power);
        if left < quorum {
            break;
        }
        faults = faults.saturating_add(1);
    }
    let text = match faults {
        0 => format!("tolerates 0: halts when one site is down (quorum {quorum} of {total})"),
        1 => format!("tolerates 1: any one site may be down (quorum {quorum} of {total})"),
        more => {
            format!("tolerates {more}: any {more} sites may be down (quorum {quorum} of {total})")
        }
    };
    Tolerance {
        faults,
        quorum,
        total,
        can_one_fork: (0..powers.len()).any(|site| can_fork(site, &powers, quorum)),
        text,
    }
}

/// Refuses a set in which one lying site is enough.
pub(crate) fn refuse_rule_of_one(validators: &[Validator]) -> Result<(), CliError> {
    if tolerance(validators).can_one_fork {
        return Err(CliError::Description(
            "one lying site alone could fork this network: give no site so much power".to_owned(),
        ));
    }
    Ok(())
}

/// Whether this site alone can show one block to some of the others and another block to the rest, each with a quorum.
fn can_fork(site: usize, powers: &[u64], quorum: u64) -> bool {
    let own = powers.get(site).copied().unwrap_or(0);
    let others = powers
        .iter()
        .enumerate()
        .filter(|(place, _)| *place != site);
    let mut rest = 0_u64;
    // Every power that some of the others have together.
    let mut sums = BTreeSet::from([0_u64]);
    for (_, power) in others {
        rest = rest.saturating_add(*power);
        let more: Vec<u64> = sums.iter().map(|sum| sum.saturating_add(*power)).collect();
        sums.extend(more);
    }
    let commits = |some: u64| own.saturating_add(some) >= quorum;
    sums.iter()
        .any(|some| commits(*some) && commits(rest.saturating_sub(*some)))
}
