//! Why the disk is not to be trusted, and what to do about it.
//! Nothing is repaired by guess.

use ktr_core::id::{Height, Sha256};
use ktr_ledger::Unreadable;

use super::code::{advice, code};

/// The store is wrong: the node ends with exit code 11.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// RocksDB said no.
    #[error("the store's disk failed ({}); {}", code(.0), advice(.0))]
    Disk(#[from] rocksdb::Error),
    /// A block's write failed. It was not acknowledged; the blocks before it are on disk, and the engine brings this one again.
    #[error("block {height} could not be written ({}), the blocks before it are safe; {}", code(.source), advice(.source))]
    Write {
        /// The height of the block.
        height: u64,
        /// What RocksDB says.
        source: rocksdb::Error,
    },
    /// There is none, and it was only to be read.
    #[error("there is no store: no block was committed here")]
    Missing,
    /// What the last Commit changed is not kept, or leads elsewhere than the engine went.
    #[error(
        "block {0} cannot be taken back: one height is kept, and it must lead to where the engine went; {ADVICE}"
    )]
    NoUndo(u64),
    /// A whole ledger was to be written where there is one.
    #[error(
        "the store is at height {0} and the engine wants to begin with a snapshot; remove store and engine data together, then join again (keep priv_validator_state.json)"
    )]
    NotEmpty(u64),
    /// A column family is missing.
    #[error("the store has no family {0}; {ADVICE}")]
    Family(&'static str),
    /// Written by another version of this program.
    #[error(
        "the store has schema {found}, this program reads {wanted}; start the program that wrote it"
    )]
    Schema {
        /// On disk.
        found: u32,
        /// Read by this program.
        wanted: u32,
    },
    /// The store of another chain.
    #[error(
        "the store belongs to chain {found}, the configuration names {wanted}; correct chain_id in node.toml, or run init with this chain's genesis in an empty folder"
    )]
    Chain {
        /// On disk.
        found: String,
        /// Configured.
        wanted: String,
    },
    /// RocksDB would read its list of files only in part, and miss tables without a word.
    #[error(
        "the list of the store's files is damaged: a record of MANIFEST has another length than it was written with; {ADVICE}"
    )]
    List,
    /// RocksDB would read this file of its own for ever.
    #[error(
        "{0} of the store is damaged: a record claims a kind that this store never writes; {ADVICE}"
    )]
    Kind(String),
    /// A row cannot be read.
    #[error("a row of family {0} cannot be read; {ADVICE}")]
    Row(&'static str),
    /// The log does not end where `meta` says.
    #[error(
        "the log should have {wanted} leaves and the last one stored is number {found}; {ADVICE}"
    )]
    LogSize {
        /// Leaves by `meta`.
        wanted: u64,
        /// Leaves by the last event.
        found: u64,
    },
    /// A subtree of the log's edge is missing.
    #[error("a node at the edge of a log of {0} leaves is missing; {ADVICE}")]
    LogNode(u64),
    /// The state tree cannot be read.
    #[error("{0}; {ADVICE}")]
    Tree(#[from] Unreadable),
    /// The engine's blocks are gone and ours are not: it would start from genesis and panic.
    #[error("the store is at height {0} and the engine has no blocks; {ADVICE}")]
    EngineWiped(u64),
    /// The roots on disk do not lead to the app hash that was committed.
    #[error("the roots of height {height} give app hash {found}, committed was {wanted}; {ADVICE}")]
    AppHash {
        /// The height of the last Commit.
        height: u64,
        /// Recomputed.
        found: Sha256,
        /// Committed.
        wanted: Sha256,
    },
}

impl StoreError {
    /// What the disk said, as said of the write of a block.
    pub(super) fn while_writing(self, Height(height): Height) -> Self {
        if let Self::Disk(source) = self {
            return Self::Write { height, source };
        }
        self
    }

    /// RocksDB's error as a code, where it was one.
    #[must_use]
    pub fn disk_code(&self) -> Option<&'static str> {
        match self {
            Self::Disk(source) | Self::Write { source, .. } => Some(code(source)),
            Self::Missing
            | Self::Family(_)
            | Self::Schema { .. }
            | Self::Chain { .. }
            | Self::List
            | Self::Kind(_)
            | Self::Row(_)
            | Self::LogSize { .. }
            | Self::LogNode(_)
            | Self::Tree(_)
            | Self::EngineWiped(_)
            | Self::NoUndo(_)
            | Self::NotEmpty(_)
            | Self::AppHash { .. } => None,
        }
    }
}

/// What an operator does with a broken store. What the validator signed last lies among the engine's data, and must not go with it.
pub(super) const ADVICE: &str = "restore a checkpoint that is older than the engine's, or remove store and engine data together and replay (keep priv_validator_state.json)";
