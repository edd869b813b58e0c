//! What the release desk may ask, and with a mandate a county.
//! The bundle itself never travels here.

use alloc::vec::Vec;

use super::RetractionReason;
use crate::id::{Commitment, ReleaseId, SessionId, Sha256};

/// A command of the release desk, or of a county with a mandate.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Command {
    /// Puts the hash of a session's sealed bundle on the chain.
    Seal {
        /// The release.
        release: ReleaseId,
        /// The session it is for.
        session: SessionId,
        /// SHA-256 of `bundle.json`.
        sha256: Sha256,
        /// Its octets.
        size: u64,
        /// The STIX profile it follows.
        profile: u32,
        /// SHA-256 of the STIX bundle's id: what a plain hit carries.
        beacon: Sha256,
        /// The nominations in it, rising.
        nominations: Vec<Commitment>,
    },
    /// Tells every holder of a release to drop it.
    Retract {
        /// Which.
        release: ReleaseId,
        /// Why.
        reason: RetractionReason,
    },
}

impl Command {
    /// Whether a county may ask it with a proposal of the counties.
    #[must_use]
    pub const fn takes_mandate(&self) -> bool {
        match self {
            Self::Seal { .. } => false,
            Self::Retract { .. } => true,
        }
    }
}
