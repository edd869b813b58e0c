//! What the release desk may ask.
//! The bundle itself never travels here.

use alloc::vec::Vec;

use crate::id::{Commitment, ReleaseId, SessionId, Sha256};

/// A command of the release desk.
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
}
