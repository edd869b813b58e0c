//! What one block changes, as values: the only thing that leaves the pure part of the ledger.
//! How it is laid out on disk is the node's affair.

use ktr_core::{
    RecordKey,
    governance::Upgrade,
    id::{Fingerprint, Height, Sha256, ValidatorKey},
    time::Time,
};
use ktr_proof::log::{Frontier, Subtree, leaf};
use ktr_wire::{
    Refusal,
    recorded::{Recorded, UsedNonce},
    result,
};

use crate::tree::Update;

/// One new leaf of the event log with its octets.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Leaf {
    /// What it says.
    pub recorded: Recorded,
    /// Its canonical octets, which the log hashes.
    pub octets: Vec<u8>,
}

/// What became of one transaction.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct TxResult {
    /// SHA-256 of its octets.
    pub hash: Sha256,
    /// Who signed it, if that was established.
    pub signer: Option<Fingerprint>,
    /// Why it was refused; `None` if it was accepted.
    pub refusal: Option<Refusal>,
    /// Index of its first event in the log.
    pub first: u64,
    /// How many events it caused; 0 if refused.
    pub count: u64,
}

impl TxResult {
    /// The code that the engine hashes; 0 is accepted.
    #[must_use]
    pub fn code(&self) -> u32 {
        self.refusal.map_or(0, Refusal::code)
    }

    /// The octets of `data` that the engine hashes; none of what was refused.
    #[must_use]
    pub fn data(&self) -> Vec<u8> {
        match self.refusal {
            None => result::data(self.first, self.count),
            Some(_) => Vec::new(),
        }
    }
}

/// What the header after a block carries as `last_results_hash`: the engine's own tree (RFC 6962) over code and data of each result.
/// The app hash does not hold them: of a refused transaction it knows no more than that its nonce was used.
#[must_use]
pub fn results_hash(results: &[TxResult]) -> Sha256 {
    let mut tree = Frontier::default();
    for one in results {
        tree.append(leaf(&result::hashed(one.code(), &one.data())));
    }
    tree.root()
}

/// The new voting power of one validator; 0 takes it out of the set.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Power {
    /// Its consensus key.
    pub key: ValidatorKey,
    /// Its power from two heights later on.
    pub power: u64,
}

/// Everything that a block changes.
#[derive(Clone, PartialEq, Debug)]
pub struct Batch {
    /// The block's height.
    pub height: Height,
    /// Its header time.
    pub time: Time,
    /// New leaves, in order.
    pub leaves: Vec<Leaf>,
    /// New complete subtrees of the log.
    pub log_nodes: Vec<Subtree>,
    /// Size of the log after the block.
    pub log_size: u64,
    /// Root of the log after the block.
    pub log_root: Sha256,
    /// Records that changed, with their new octets.
    pub records: Vec<(RecordKey, Vec<u8>)>,
    /// The change of the state tree; `None` if no record changed.
    pub tree: Option<Update>,
    /// Version of the state tree after the block.
    pub tree_version: u64,
    /// Root of the state tree after the block.
    pub state_root: Sha256,
    /// Nonces used up, in block order.
    pub used: Vec<UsedNonce>,
    /// Powers that differ from those before the block, by key: each key once, 0 only for one that was in the set.
    pub powers: Vec<Power>,
    /// The version of the rules from the next header on, where it is another one: the engine must hear it from every program that
    /// executes this block, also from one that goes on.
    pub raised: Option<u64>,
    /// The upgrade at whose height the program's version ends: nothing goes on after it but the version that it names.
    pub halt: Option<Upgrade>,
    /// One result per transaction, in block order.
    pub results: Vec<TxResult>,
    /// What the next header will carry.
    pub app_hash: Sha256,
}
