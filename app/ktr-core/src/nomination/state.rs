//! Nominations as remembered.
//! Which of them may be sealed is not decided here.

use alloc::collections::{BTreeMap, BTreeSet};

use crate::{
    id::{Commitment, MemberId, SeatId, TermId},
    time::Time,
};

/// How grave a case is, by the Alliance matrix. The wire knows all four, so that MEDIUM is refused by a rule.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Severity {
    /// Never nominated.
    Low,
    /// Never nominated.
    Medium,
    /// May be nominated.
    High,
    /// May be nominated.
    Critical,
}

/// The ground of a veto.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum VetoCategory {
    /// What is left of the case would still identify the victim.
    VictimIdentifiable,
    /// An investigation would suffer.
    LawEnforcement,
    /// A contract, an insurer or a court forbids it.
    LegalConstraint,
    /// The vulnerability is not public yet.
    Undisclosed,
    /// The indicators are not good enough.
    Quality,
    /// None of these.
    Other,
}

/// Where a nomination stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Status {
    /// Seats may vote.
    Open,
    /// May be sealed.
    Cleared,
    /// Diverted to the closed lane by this seat.
    Vetoed {
        /// Which seat.
        seat: SeatId,
        /// On which ground.
        category: VetoCategory,
    },
    /// Taken back.
    Withdrawn,
    /// Not decided in time.
    Lapsed,
}

/// One nomination.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Nomination {
    /// Its id.
    pub commitment: Commitment,
    /// Who nominated.
    pub nominator: MemberId,
    /// How grave.
    pub severity: Severity,
    /// Under which matrix.
    pub matrix_version: u32,
    /// The term whose seats decide.
    pub term: TermId,
    /// Header time of its submission.
    pub submitted_at: Time,
    /// When silence ends it.
    pub decide_by: Time,
    /// The seats that approved.
    pub approvals: BTreeSet<SeatId>,
    /// Where it stands.
    pub status: Status,
}

/// All nominations.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct State {
    nominations: BTreeMap<Commitment, Nomination>,
    /// Index over the open ones: what falls due next costs no search.
    open: BTreeSet<(Time, Commitment)>,
    /// Index over the open ones by nominator.
    open_of: BTreeMap<MemberId, BTreeSet<Commitment>>,
}

impl State {
    /// One nomination.
    #[must_use]
    pub fn get(&self, commitment: &Commitment) -> Option<&Nomination> {
        self.nominations.get(commitment)
    }

    /// All nominations, by commitment.
    pub fn iter(&self) -> impl Iterator<Item = &Nomination> {
        self.nominations.values()
    }

    /// The open ones, the most urgent first.
    pub fn open(&self) -> impl Iterator<Item = &Nomination> {
        self.open
            .iter()
            .filter_map(|(_, commitment)| self.nominations.get(commitment))
    }

    /// How many open ones a member has.
    #[must_use]
    pub fn open_count(&self, nominator: &MemberId) -> usize {
        self.open_of.get(nominator).map_or(0, BTreeSet::len)
    }

    pub(crate) fn put(&mut self, nomination: Nomination) {
        let commitment = nomination.commitment;
        let due = (nomination.decide_by, commitment);
        let of_nominator = self.open_of.entry(nomination.nominator).or_default();
        if nomination.status == Status::Open {
            self.open.insert(due);
            of_nominator.insert(commitment);
        } else {
            self.open.remove(&due);
            of_nominator.remove(&commitment);
        }
        if of_nominator.is_empty() {
            self.open_of.remove(&nomination.nominator);
        }
        self.nominations.insert(commitment, nomination);
    }
}
