//! What happened to the board.
//! Seats are numbers and keys; no person stands here.

use alloc::{vec, vec::Vec};

use crate::{RecordKey, id::TermId};

/// A fact about the board.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Event {
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
            Self::TermBegan { .. } => "board.term_began.v1",
            Self::TermEnded { .. } => "board.term_ended.v1",
        }
    }

    /// The records that change.
    #[must_use]
    pub fn touches(&self) -> Vec<RecordKey> {
        match self {
            Self::TermBegan { term } | Self::TermEnded { term } => vec![RecordKey::Term(*term)],
        }
    }
}
