//! What happened, over all subjects, and which records it touches.
//! An event is a fact: nothing here can refuse it.

use alloc::vec::Vec;

use crate::{RecordKey, board, bundle, governance, ingestion, membership, nomination, session};

/// One event of one subject.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Event {
    /// See [`membership::Event`].
    Membership(membership::Event),
    /// See [`board::Event`].
    Board(board::Event),
    /// See [`nomination::Event`].
    Nomination(nomination::Event),
    /// See [`bundle::Event`].
    Bundle(bundle::Event),
    /// See [`session::Event`].
    Session(session::Event),
    /// See [`ingestion::Event`].
    Ingestion(ingestion::Event),
    /// See [`governance::Event`].
    Governance(governance::Event),
}

impl Event {
    /// The name that ABCI events, logs and projections use, such as `bundle.sealed.v1`.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Membership(event) => event.name(),
            Self::Board(event) => event.name(),
            Self::Nomination(event) => event.name(),
            Self::Bundle(event) => event.name(),
            Self::Session(event) => event.name(),
            Self::Ingestion(event) => event.name(),
            Self::Governance(event) => event.name(),
        }
    }

    /// The records that [`crate::evolve()`] changes for this event; the first is the event's subject.
    ///
    /// **Invariant:** every record not listed is the same before and after.
    #[must_use]
    pub fn touches(&self) -> Vec<RecordKey> {
        match self {
            Self::Membership(event) => event.touches(),
            Self::Board(event) => event.touches(),
            Self::Nomination(event) => event.touches(),
            Self::Bundle(event) => event.touches(),
            Self::Session(event) => event.touches(),
            Self::Ingestion(event) => event.touches(),
            Self::Governance(event) => event.touches(),
        }
    }
}
