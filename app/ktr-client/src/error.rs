//! Why the chain could not be asked or told, as one enumeration.
//! Proofs that do not hold have their own; both name things by id and number, never content.

use ktr_core::id::Sha256;
use ktr_proof::{
    commit::NotCommitted,
    log::{NotConsistent, NotIncluded},
    state::NotProven,
};
use ktr_wire::refusal::Wire;

use crate::code;

/// Why an answer proves nothing.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Unproven {
    /// Proof operations are missing, of another kind or of the wrong length.
    #[error("the answer carries no proof of the agreed form")]
    Shape,
    /// No header carries the app hash that the answer opens.
    #[error("no header at height {0} or after it carries the app hash of the answer")]
    AppHash(u64),
    /// The block has another header, or not the transactions that its header names.
    #[error("the block is not the one of the header at height {0}")]
    Block(u64),
    /// The commit does not hold.
    #[error("commit: {0}")]
    Commit(NotCommitted),
    /// The validators in force are not named by a header that the ones before them signed.
    #[error("no header signed by the validators before them names those at height {0}")]
    Validators(u64),
    /// The record's proof does not hold.
    #[error("record: {0}")]
    Record(NotProven),
    /// The event's path does not hold.
    #[error("event: {0}")]
    Event(NotIncluded),
    /// The log is not the one that was known, grown.
    #[error("consistency of the log: {0}")]
    Consistency(NotConsistent),
    /// The events do not give the log's root.
    #[error("the events do not give the root of the log of {0} leaves")]
    LogRoot(u64),
    /// A leaf is not readable.
    #[error("leaf {0} is not readable")]
    Leaf(u64, Wire),
}

/// What went wrong between caller and chain.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// The URL is none.
    #[error("not an rpc url: {0}")]
    Url(String),
    /// The node does not answer.
    #[error("no node answers at {url}")]
    NoNode {
        /// Where it was looked for.
        url: String,
        /// What the transport says.
        #[source]
        cause: Box<tendermint_rpc::Error>,
    },
    /// No URL was given.
    #[error("no rpc url is given")]
    NoUrl,
    /// The node answers with an error of its own. Its words are another's, and are shown escaped: a terminal would obey what else is in them.
    #[error("the node at {url} answers with an error: {text:?}")]
    Node {
        /// Which node.
        url: String,
        /// What it says.
        text: String,
    },
    /// The transaction was refused, by the mempool or in a block.
    #[error("refused: {code} {} (transaction {hash})", code::name(*.code))]
    Refused {
        /// The number of the rule.
        code: u32,
        /// The transaction.
        hash: Sha256,
        /// The block, if it got into one.
        height: Option<u64>,
    },
    /// The query was refused.
    #[error("query refused: {code} {}", code::name(*.code))]
    QueryRefused {
        /// The number, 2001 or 2002.
        code: u32,
    },
    /// The transaction was not seen in a block in time.
    #[error("transaction {0} was not seen in a block in time")]
    NotSeen(Sha256),
    /// The node is behind what is known already.
    #[error("the node at {url} has {has} events, {known} are known")]
    Behind {
        /// Which node.
        url: String,
        /// Its log size.
        has: u64,
        /// The log size known here.
        known: u64,
    },
    /// The answer does not prove itself.
    #[error("the node at {url} proves nothing: {why}")]
    Unproven {
        /// Which node.
        url: String,
        /// Why.
        why: Unproven,
    },
}

impl ClientError {
    /// The result code, if the chain said no.
    #[must_use]
    pub const fn code(&self) -> Option<u32> {
        match self {
            Self::Refused { code, .. } | Self::QueryRefused { code } => Some(*code),
            Self::Url(_)
            | Self::NoNode { .. }
            | Self::NoUrl
            | Self::Node { .. }
            | Self::NotSeen(_)
            | Self::Behind { .. }
            | Self::Unproven { .. } => None,
        }
    }

    /// Whether another node may answer better.
    #[must_use]
    pub(crate) const fn is_of_one_node(&self) -> bool {
        match self {
            Self::NoNode { .. }
            | Self::Node { .. }
            | Self::Behind { .. }
            | Self::Unproven { .. } => true,
            Self::Url(_) | Self::NoUrl | Self::Refused { .. } | Self::NotSeen(_) => false,
            // Pruned, nothing committed yet, unreadable: of this node alone.
            Self::QueryRefused { code } => matches!(*code, 2003 | 2005 | 2006),
        }
    }
}
