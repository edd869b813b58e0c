//! Releases as remembered.
//! That a nomination is sealed is an index over them: modules never write for each other.

use alloc::{collections::BTreeMap, vec::Vec};

use crate::{
    id::{Commitment, Fingerprint, ReleaseId, SessionId, Sha256},
    time::Time,
};

/// Why a release was retracted.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum RetractionReason {
    /// It would identify the victim.
    VictimIdentifiable,
    /// A contract, an insurer or a court forbids it.
    LegalConstraint,
    /// Its indicators hit what is harmless.
    Quality,
    /// The key that sealed it was lost or seen by others.
    KeyCompromised,
    /// None of these.
    Other,
}

/// That a release was retracted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Retraction {
    /// Header time.
    pub at: Time,
    /// Why.
    pub reason: RetractionReason,
}

/// All that the chain keeps of one session's release.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Release {
    /// Its id, drawn from the build seed.
    pub id: ReleaseId,
    /// The session it is for.
    pub session: SessionId,
    /// SHA-256 of `bundle.json`.
    pub sha256: Sha256,
    /// Octets of `bundle.json`.
    pub size: u64,
    /// The STIX profile it follows.
    pub profile: u32,
    /// The releaser's key, which also made the seal.
    pub key: Fingerprint,
    /// SHA-256 of the STIX bundle's id.
    pub beacon: Sha256,
    /// The nominations in it, rising.
    pub nominations: Vec<Commitment>,
    /// Header time.
    pub sealed_at: Time,
    /// Set once, never taken back.
    pub retracted: Option<Retraction>,
}

/// All releases.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct State {
    releases: BTreeMap<ReleaseId, Release>,
    /// Index: the release of a session.
    by_session: BTreeMap<SessionId, ReleaseId>,
    /// Index: the release in which a nomination is sealed.
    sealed_in: BTreeMap<Commitment, ReleaseId>,
}

impl State {
    /// One release.
    #[must_use]
    pub fn get(&self, id: &ReleaseId) -> Option<&Release> {
        self.releases.get(id)
    }

    /// All releases, by id.
    pub fn iter(&self) -> impl Iterator<Item = &Release> {
        self.releases.values()
    }

    /// The release of a session.
    #[must_use]
    pub fn of_session(&self, session: SessionId) -> Option<&Release> {
        self.releases.get(self.by_session.get(&session)?)
    }

    /// The release in which a nomination is sealed.
    #[must_use]
    pub fn sealed_in(&self, nomination: &Commitment) -> Option<&Release> {
        self.releases.get(self.sealed_in.get(nomination)?)
    }

    pub(crate) fn put(&mut self, release: Release) {
        self.by_session.insert(release.session, release.id);
        for nomination in &release.nominations {
            self.sealed_in.insert(*nomination, release.id);
        }
        self.releases.insert(release.id, release);
    }
}
