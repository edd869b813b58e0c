//! What the collector may ask, and what nobody may ask yet.
//! A count arrives as one number for one bucket of one session.

use super::{Bucket, Rm1};
use crate::id::{SessionId, Sha256};

/// A command of the collector.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Command {
    /// Publishes one bucket of plain hits.
    Publish {
        /// Which session.
        session: SessionId,
        /// Which bucket.
        bucket: Bucket,
        /// What was counted: SHA-256 of the STIX bundle's id.
        beacon: Sha256,
        /// Hits; absent below the network's minimum.
        hits: Option<u64>,
        /// The collector was killed in this bucket, so hits may be missing.
        interrupted: bool,
    },
    /// What belongs to RM-1: it has its octets, and no rule accepts it.
    Rm1(Rm1),
}
