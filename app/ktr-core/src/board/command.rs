//! What may be asked of the board's composition.
//! Votes are commands of nominations.

use alloc::vec::Vec;

use super::Voter;
use crate::{
    id::{Commitment, EncryptionKey, Fingerprint, SeatId, SigningKey, TermId},
    membership::Proof,
    time::Time,
};

/// The two new keys of a seat or of its deputy.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Pair {
    /// Signs votes.
    pub sign: SigningKey,
    /// Derived from it.
    pub sign_fingerprint: Fingerprint,
    /// Receives the nominated cases.
    pub encrypt: EncryptionKey,
    /// Derived from it.
    pub encrypt_fingerprint: Fingerprint,
}

/// Who takes a seat, as keys.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Appointee {
    /// Which seat.
    pub seat: SeatId,
    /// The keys of its holder.
    pub holder: Pair,
    /// The keys of its deputy.
    pub deputy: Pair,
}

/// A command of a seat, a deputy, or a county with a mandate.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Command {
    /// A county with a mandate appoints the next board.
    Appoint {
        /// Its number: the last one plus one.
        term: TermId,
        /// First second in force.
        from: Time,
        /// First second after it.
        until: Time,
        /// One appointee for each seat, rising.
        seats: Vec<Appointee>,
    },
    /// A seat stands back from one nomination; its deputy votes instead.
    Recuse {
        /// Which nomination.
        commitment: Commitment,
    },
    /// A seat, or a county with a mandate, gives the seat to its deputy until the term ends.
    Vacate {
        /// Which term.
        term: TermId,
        /// Which seat.
        seat: SeatId,
    },
    /// A seat or deputy replaces the signing key it sends with; the successor is valid as long as the key would have been.
    RotateKey {
        /// Which seat.
        seat: SeatId,
        /// As whom the sender speaks for it.
        voter: Voter,
        /// The successor.
        key: SigningKey,
        /// Derived from it.
        fingerprint: Fingerprint,
        /// Whether the successor signed for the sender's role.
        proof: Proof,
    },
}

impl Command {
    /// Whether a county may ask it with a proposal of the counties.
    #[must_use]
    pub const fn takes_mandate(&self) -> bool {
        match self {
            Self::Appoint { .. } | Self::Vacate { .. } => true,
            Self::Recuse { .. } | Self::RotateKey { .. } => false,
        }
    }
}
