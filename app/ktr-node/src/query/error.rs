//! Why a query has no answer: the codes of codespace `ktr.query`, 2000 to 2099.
//! An absent record is no error: its absence is proven.

use super::question::Wrong;
use crate::store::StoreError;

/// Why a query has no answer.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Unanswered {
    /// 2001: there is no such path.
    #[error("there is no such path")]
    Path,
    /// 2002: the data is not what the path wants.
    #[error("the data is not what the path wants")]
    Argument,
    /// 2003: a height other than the last one was asked for.
    #[error("only the last height is kept for queries: it is {last}")]
    Pruned {
        /// The last height.
        last: u64,
    },
    /// 2003: a node of the state tree that is not here may have been of a version that is no longer kept.
    #[error("the state tree is kept from version {oldest} on")]
    TreePruned {
        /// The oldest version that is kept whole.
        oldest: u64,
    },
    /// 2004: no such transaction or event is stored.
    #[error("there is nothing under this number or hash")]
    NotFound,
    /// 2005: no block was committed yet.
    #[error("no block was committed yet")]
    NothingCommitted,
    /// 2006: the store cannot be read; no guess is made.
    #[error("the store cannot be read")]
    Unreadable(#[from] StoreError),
}

impl Unanswered {
    /// The number.
    #[must_use]
    pub const fn code(&self) -> u32 {
        match self {
            Self::Path => Wrong::Path.code(),
            Self::Argument => Wrong::Argument.code(),
            Self::Pruned { .. } | Self::TreePruned { .. } => 2003,
            Self::NotFound => 2004,
            Self::NothingCommitted => 2005,
            Self::Unreadable(_) => 2006,
        }
    }
}

impl From<Wrong> for Unanswered {
    fn from(wrong: Wrong) -> Self {
        match wrong {
            Wrong::Path => Self::Path,
            Wrong::Argument => Self::Argument,
        }
    }
}
