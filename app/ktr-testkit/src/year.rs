//! The documented year: how many cases each of its twelve months has, how they end, and what the log counts of it afterwards.
//! Who plays it, and on what chain, is the tests' affair.

use ktr_core::nomination::{Verdict, VetoCategory};

/// What becomes of a case.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fate {
    /// All seats approve.
    Cleared,
    /// A seat approves, another one vetoes.
    Vetoed,
    /// One seat stays silent.
    Lapsed,
}

impl Fate {
    /// What the seats say of such a case, in their order; whom the list does not reach stays silent.
    #[must_use]
    pub const fn verdicts(self) -> &'static [Verdict] {
        match self {
            Self::Cleared => &[Verdict::Approve; 3],
            Self::Vetoed => &[
                Verdict::Approve,
                Verdict::Veto(VetoCategory::VictimIdentifiable),
            ],
            Self::Lapsed => &[Verdict::Approve; 2],
        }
    }
}

/// How the cases of a month end, the months counted from 0.
#[must_use]
pub fn fates(month: u64) -> Vec<Fate> {
    let month = usize::try_from(month).expect("a month");
    let counts = MONTHS[month];
    let fates = [Fate::Cleared, Fate::Vetoed, Fate::Lapsed];
    let of = |(fate, count)| std::iter::repeat_n(fate, count);
    fates.into_iter().zip(counts).flat_map(of).collect()
}

/// Events of the year's log, and how many of each there are.
pub const COUNTED: [(&str, u64); 7] = [
    ("nomination.submitted.v1", 127),
    ("nomination.cleared.v1", 94),
    ("nomination.vetoed.v1", 20),
    ("nomination.lapsed.v1", 13),
    ("bundle.sealed.v1", 12),
    ("session.opened.v1", 12),
    ("session.closed.v1", 12),
];

/// Cases of each month that are cleared, vetoed, and that lapse.
const MONTHS: [[usize; 3]; 12] = [
    [8, 2, 2],
    [8, 2, 1],
    [8, 2, 1],
    [8, 2, 1],
    [8, 2, 1],
    [8, 2, 1],
    [8, 2, 1],
    [8, 2, 1],
    [8, 1, 1],
    [8, 1, 1],
    [7, 1, 1],
    [7, 1, 1],
];

#[cfg(test)]
mod tests {
    use super::{COUNTED, Fate, fates};

    #[test]
    fn the_months_add_up_to_what_the_log_counts() {
        let all: Vec<Fate> = (0..12).flat_map(fates).collect();
        let count = |fate| all.iter().filter(|of| **of == fate).count();
        let counts = [
            all.len(),
            count(Fate::Cleared),
            count(Fate::Vetoed),
            count(Fate::Lapsed),
        ];
        let wanted = COUNTED.iter().take(4).map(|(_, count)| *count);
        assert!(
            counts
                .iter()
                .map(|count| u64::try_from(*count).expect("a small count"))
                .eq(wanted),
            "{counts:?}"
        );
    }
}
