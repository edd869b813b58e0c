//! One bucket's number and what is known of its worth.
//! Which hit falls into it is the tally's affair.

use serde::{Deserialize, Serialize};

/// One bucket of one release.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cell {
    /// Hits; saturates.
    pub hits: u64,
    /// The collector was killed while this bucket ran, so hits may be missing.
    pub interrupted: bool,
    /// The bucket is over: its number does not change any more.
    pub ended: bool,
}

impl Cell {
    /// One hit more, unless the bucket is over.
    #[must_use]
    pub const fn counted(self) -> Self {
        Self {
            hits: self.hits.saturating_add(1),
            ..self
        }
    }
}
