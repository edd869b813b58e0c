//! What happened to a nomination.
//! A seat stands here, never a person; a category, never a reason in words.

use alloc::{vec, vec::Vec};

use super::{Severity, VetoCategory};
use crate::{
    RecordKey,
    id::{Commitment, MemberId, SeatId, TermId},
    time::Time,
};

/// A fact about a nomination.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Event {
    /// It is open for votes.
    Submitted {
        /// Its id.
        commitment: Commitment,
        /// Who nominated.
        nominator: MemberId,
        /// How grave.
        severity: Severity,
        /// Under which matrix.
        matrix_version: u32,
        /// The term whose seats decide.
        term: TermId,
        /// Header time.
        at: Time,
        /// When silence ends it.
        decide_by: Time,
    },
    /// A seat approved.
    Approved {
        /// Which nomination.
        commitment: Commitment,
        /// Which seat.
        seat: SeatId,
    },
    /// Every seat has approved.
    Cleared {
        /// Which nomination.
        commitment: Commitment,
    },
    /// A seat vetoed.
    Vetoed {
        /// Which nomination.
        commitment: Commitment,
        /// Which seat.
        seat: SeatId,
        /// On which ground.
        category: VetoCategory,
    },
    /// The case leaves this lane for the closed one; follows every veto.
    Diverted {
        /// Which nomination.
        commitment: Commitment,
    },
    /// The nominator took it back.
    Withdrawn {
        /// Which nomination.
        commitment: Commitment,
    },
    /// Nobody decided in time.
    Lapsed {
        /// Which nomination.
        commitment: Commitment,
    },
}

impl Event {
    /// The name on the wire.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Submitted { .. } => "nomination.submitted.v1",
            Self::Approved { .. } => "nomination.approved.v1",
            Self::Cleared { .. } => "nomination.cleared.v1",
            Self::Vetoed { .. } => "nomination.vetoed.v1",
            Self::Diverted { .. } => "nomination.diverted.v1",
            Self::Withdrawn { .. } => "nomination.withdrawn.v1",
            Self::Lapsed { .. } => "nomination.lapsed.v1",
        }
    }

    /// The nomination it is about.
    #[must_use]
    pub const fn commitment(&self) -> Commitment {
        match self {
            Self::Submitted { commitment, .. }
            | Self::Approved { commitment, .. }
            | Self::Cleared { commitment }
            | Self::Vetoed { commitment, .. }
            | Self::Diverted { commitment }
            | Self::Withdrawn { commitment }
            | Self::Lapsed { commitment } => *commitment,
        }
    }

    /// The records that change.
    #[must_use]
    pub fn touches(&self) -> Vec<RecordKey> {
        vec![RecordKey::Nomination(self.commitment())]
    }
}
