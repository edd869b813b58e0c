//! What happened to counts.
//! Nothing here says who counted or was counted.

use alloc::{vec, vec::Vec};

use super::Published;
use crate::{RecordKey, id::SessionId};

/// A fact about counts.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Event {
    /// A bucket is published.
    Published {
        /// Of which session.
        session: SessionId,
        /// The bucket and its count.
        published: Published,
    },
}

impl Event {
    /// The name on the wire.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Published { .. } => "ingestion.published.v1",
        }
    }

    /// The records that change.
    #[must_use]
    pub fn touches(&self) -> Vec<RecordKey> {
        match self {
            Self::Published { session, .. } => vec![RecordKey::Ingestion(*session)],
        }
    }
}
