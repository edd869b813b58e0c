//! What happened to a release.
//! Everything in it is a hash, a number or an id.

use alloc::{vec, vec::Vec};

use super::Release;
use crate::RecordKey;

/// A fact about a release.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Event {
    /// The release is sealed.
    Sealed(Release),
}

impl Event {
    /// The name on the wire.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Sealed(_) => "bundle.sealed.v1",
        }
    }

    /// The records that change.
    #[must_use]
    pub fn touches(&self) -> Vec<RecordKey> {
        match self {
            Self::Sealed(release) => vec![RecordKey::Release(release.id)],
        }
    }
}
