//! What happened to the board.
//! Seats are numbers and keys; no person stands here.

use alloc::{vec, vec::Vec};

use super::Term;
use crate::{
    RecordKey,
    id::{Commitment, Fingerprint, SeatId, TermId},
    key::Key,
    time::Time,
};

/// A fact about the board.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Event {
    /// The next board is appointed.
    Appointed {
        /// The term, not begun.
        term: Term,
        /// The keys of its seats and deputies.
        keys: Vec<Key>,
    },
    /// A seat stands back from one nomination.
    Recused {
        /// Of which term.
        term: TermId,
        /// Which seat.
        seat: SeatId,
        /// From which nomination.
        commitment: Commitment,
    },
    /// The deputy holds the seat until the term ends.
    Vacated {
        /// Of which term.
        term: TermId,
        /// Which seat.
        seat: SeatId,
        /// Header time.
        at: Time,
    },
    /// A signing key of a seat or deputy has a successor and ended.
    KeyRotated {
        /// Of which term.
        term: TermId,
        /// The one that ended, as superseded.
        old: Fingerprint,
        /// Header time.
        at: Time,
        /// The successor, in the same role.
        key: Key,
    },
    /// The term is in force from now on.
    TermBegan {
        /// Which.
        term: TermId,
    },
    /// The term is over.
    TermEnded {
        /// Which.
        term: TermId,
    },
}

impl Event {
    /// The name on the wire.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Appointed { .. } => "board.appointed.v1",
            Self::Recused { .. } => "board.recused.v1",
            Self::Vacated { .. } => "board.vacated.v1",
            Self::KeyRotated { .. } => "board.key_rotated.v1",
            Self::TermBegan { .. } => "board.term_began.v1",
            Self::TermEnded { .. } => "board.term_ended.v1",
        }
    }

    /// The records that change.
    #[must_use]
    pub fn touches(&self) -> Vec<RecordKey> {
        match self {
            Self::Appointed { term, keys } => {
                let keys = keys.iter().map(|key| RecordKey::Key(key.fingerprint));
                core::iter::once(RecordKey::Term(term.id))
                    .chain(keys)
                    .collect()
            }
            Self::KeyRotated { term, old, key, .. } => vec![
                RecordKey::Term(*term),
                RecordKey::Key(key.fingerprint),
                RecordKey::Key(*old),
            ],
            Self::Recused { term, .. }
            | Self::Vacated { term, .. }
            | Self::TermBegan { term }
            | Self::TermEnded { term } => vec![RecordKey::Term(*term)],
        }
    }
}
