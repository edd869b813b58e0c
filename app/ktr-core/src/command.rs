//! What a signed transaction may ask for, over all subjects.
//! The bytes of a command are `ktr-wire`'s affair.

use crate::{board, bundle, governance, ingestion, membership, nomination, session};

/// One command of one subject.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Command {
    /// See [`membership::Command`].
    Membership(membership::Command),
    /// See [`board::Command`].
    Board(board::Command),
    /// See [`nomination::Command`].
    Nomination(nomination::Command),
    /// See [`bundle::Command`].
    Bundle(bundle::Command),
    /// See [`session::Command`].
    Session(session::Command),
    /// See [`ingestion::Command`].
    Ingestion(ingestion::Command),
    /// See [`governance::Command`].
    Governance(governance::Command),
}

impl Command {
    /// Whether the command can rest on a proposal of the counties; every other that names one is refused.
    #[must_use]
    pub const fn takes_mandate(&self) -> bool {
        match self {
            Self::Membership(command) => command.takes_mandate(),
            Self::Board(command) => command.takes_mandate(),
            Self::Bundle(command) => command.takes_mandate(),
            Self::Session(command) => command.takes_mandate(),
            Self::Nomination(_) | Self::Ingestion(_) => false,
            Self::Governance(command) => command.takes_mandate(),
        }
    }
}
