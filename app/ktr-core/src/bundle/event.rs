//! What happened to a release.
//! Everything in it is a hash, a number or an id.

use alloc::{vec, vec::Vec};

use super::{Release, Retraction};
use crate::{RecordKey, id::ReleaseId};

/// A fact about a release.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Event {
    /// The release is sealed.
    Sealed(Release),
    /// Every holder drops the release.
    Retracted {
        /// Which.
        release: ReleaseId,
        /// When and why.
        retraction: Retraction,
    },
}

impl Event {
    /// The name on the wire.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Sealed(_) => "bundle.sealed.v1",
            Self::Retracted { .. } => "bundle.retracted.v1",
        }
    }

    /// The records that change.
    #[must_use]
    pub fn touches(&self) -> Vec<RecordKey> {
        match self {
            Self::Sealed(release) => vec![RecordKey::Release(release.id)],
            Self::Retracted { release, .. } => vec![RecordKey::Release(*release)],
        }
    }
}
