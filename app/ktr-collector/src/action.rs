//! The one action that this program takes on the chain: publishing a bucket.
//! When it is taken is the policy's affair.

use ktr_core::{
    Command,
    id::{SessionId, Sha256},
    ingestion::{self, Bucket},
};

/// One bucket of one session, ready to be published.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Publication {
    /// Which session.
    pub session: SessionId,
    /// Which bucket.
    pub bucket: Bucket,
    /// What was counted.
    pub beacon: Sha256,
    /// Hits; `None` below the network's minimum.
    pub hits: Option<u64>,
    /// Whether hits may be missing.
    pub interrupted: bool,
}

impl Publication {
    /// The command that asks for it.
    #[must_use]
    pub const fn command(&self) -> Command {
        Command::Ingestion(ingestion::Command::Publish {
            session: self.session,
            bucket: self.bucket,
            beacon: self.beacon,
            hits: self.hits,
            interrupted: self.interrupted,
        })
    }
}
