//! What a query asks: its data read as the path wants them, and written again.
//! It knows no store, so that a fuzz target reads the same octets with this very file; an answer is made elsewhere.

use ktr_core::{RecordKey, id::Sha256};
use ktr_wire::{record, refusal::Wire};

use crate::limits::{NIBBLES_MAX, PAGE_MAX};

/// A question whose path exists and whose data are what the path wants.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Question {
    /// A record, or that there is none.
    Record(RecordKey),
    /// One event, by its index.
    Event(u64),
    /// A page of events.
    Events {
        /// The first one's index.
        from: u64,
        /// How many, at most.
        count: u32,
    },
    /// That the log only grew.
    Consistency {
        /// The size of the earlier log.
        before: u64,
        /// The size of the later one; none is the last.
        after: Option<u64>,
    },
    /// Where a transaction stands.
    Tx(Sha256),
    /// What a height led to; none is the last one.
    Height(Option<u64>),
    /// A node of the state tree.
    TreeNode {
        /// The version that made it.
        version: u64,
        /// What leads to it.
        nibbles: Vec<u8>,
    },
    /// A complete subtree of the log.
    LogNode {
        /// Its leaves are 2^level.
        level: u8,
        /// Its place among those of the level.
        index: u64,
    },
    /// Where the node stands.
    Status,
}

/// What is wrong with a question.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Wrong {
    /// There is no such path.
    Path,
    /// The data is not what the path wants.
    Argument,
}

impl Wrong {
    /// The number.
    pub(crate) const fn code(self) -> u32 {
        match self {
            Self::Path => 2001,
            Self::Argument => 2002,
        }
    }
}

impl Question {
    /// The data that ask it: those that were read, but the key of the tree for a record, however it was asked for.
    pub(crate) fn data(&self) -> Vec<u8> {
        match self {
            Self::Record(key) => record::key_octets(*key),
            Self::Event(index) => index.to_be_bytes().to_vec(),
            Self::Events { from, count } => {
                [&from.to_be_bytes()[..], &count.to_be_bytes()].concat()
            }
            Self::Consistency { before, after } => {
                let mut sizes = before.to_be_bytes().to_vec();
                sizes.extend(after.iter().flat_map(|size| size.to_be_bytes()));
                sizes
            }
            Self::Tx(hash) => hash.0.to_vec(),
            Self::Height(height) => {
                height.map_or_else(Vec::new, |height| height.to_be_bytes().to_vec())
            }
            Self::TreeNode { version, nibbles } => {
                [&version.to_be_bytes()[..], nibbles.as_slice()].concat()
            }
            Self::LogNode { level, index } => [&[*level][..], &index.to_be_bytes()].concat(),
            Self::Status => Vec::new(),
        }
    }
}

pub(super) fn by_kind(kind: &str, id: &[u8]) -> Result<Question, Wrong> {
    match record::key_of(kind, id) {
        Ok(key) => Ok(Question::Record(key)),
        Err(Wire::Unknown) => Err(Wrong::Path),
        Err(_) => Err(Wrong::Argument),
    }
}

pub(super) fn by_key(data: &[u8]) -> Result<Question, Wrong> {
    let key = record::decode_key(data).or(Err(Wrong::Argument))?;
    Ok(Question::Record(key))
}

pub(super) fn event(data: &[u8]) -> Result<Question, Wrong> {
    number(data).map(Question::Event)
}

pub(super) fn events(data: &[u8]) -> Result<Question, Wrong> {
    let (from, count) = data.split_first_chunk().ok_or(Wrong::Argument)?;
    let from = u64::from_be_bytes(*from);
    let count = <[u8; 4]>::try_from(count).or(Err(Wrong::Argument))?;
    let count = u32::from_be_bytes(count);
    if count > PAGE_MAX {
        return Err(Wrong::Argument);
    }
    Ok(Question::Events { from, count })
}

pub(super) fn consistency(data: &[u8]) -> Result<Question, Wrong> {
    let (before, after) = data.split_first_chunk().ok_or(Wrong::Argument)?;
    let before = u64::from_be_bytes(*before);
    let after = optional(after)?;
    Ok(Question::Consistency { before, after })
}

pub(super) fn tx(data: &[u8]) -> Result<Question, Wrong> {
    let hash = Sha256::from_slice(data).ok_or(Wrong::Argument)?;
    Ok(Question::Tx(hash))
}

pub(super) fn height(data: &[u8]) -> Result<Question, Wrong> {
    optional(data).map(Question::Height)
}

pub(super) fn tree_node(data: &[u8]) -> Result<Question, Wrong> {
    let (version, nibbles) = data.split_first_chunk().ok_or(Wrong::Argument)?;
    let version = u64::from_be_bytes(*version);
    if nibbles.len() > NIBBLES_MAX || nibbles.iter().any(|nibble| *nibble > 0x0F) {
        return Err(Wrong::Argument);
    }
    let nibbles = nibbles.to_vec();
    Ok(Question::TreeNode { version, nibbles })
}

pub(super) fn log_node(data: &[u8]) -> Result<Question, Wrong> {
    let (level, index) = data.split_first().ok_or(Wrong::Argument)?;
    let (level, index) = (*level, number(index)?);
    Ok(Question::LogNode { level, index })
}

fn optional(data: &[u8]) -> Result<Option<u64>, Wrong> {
    match data {
        [] => Ok(None),
        _ => number(data).map(Some),
    }
}

fn number(data: &[u8]) -> Result<u64, Wrong> {
    let octets = <[u8; 8]>::try_from(data).or(Err(Wrong::Argument))?;
    Ok(u64::from_be_bytes(octets))
}
