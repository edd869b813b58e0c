//! Why a block is not executed: two reasons, and neither is the block's.
//! What a caller does about it is its own affair; it never guesses.

use core::fmt;

use ktr_core::governance::Upgrade;

use crate::tree::Unreadable;

/// The ledger goes no further.
#[derive(Debug)]
pub enum Stopped {
    /// The tree cannot be read.
    Unreadable(Unreadable),
    /// The last height of this version is behind; the version that the upgrade names goes on.
    Halted(Upgrade),
}

impl fmt::Display for Stopped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable(why) => why.fmt(f),
            Self::Halted(upgrade) => write!(
                f,
                "height {} was the last of this version; application version {} goes on",
                upgrade.height, upgrade.app_version
            ),
        }
    }
}

impl core::error::Error for Stopped {}

impl From<Unreadable> for Stopped {
    fn from(why: Unreadable) -> Self {
        Self::Unreadable(why)
    }
}
