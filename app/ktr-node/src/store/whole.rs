//! The ledger of one height as a snapshot brings it and a store adopts it.
//! It knows no disk, so that a fuzz target reads snapshots without one (`tests/fuzz/targets/snapshot.rs`).

use ktr_core::{
    id::{Height, Sha256},
    time::Time,
};
use ktr_ledger::Update;
use ktr_proof::log::{Frontier, Subtree};
use ktr_wire::{digest, recorded::UsedNonce};

/// The ledger of one height, row by row.
#[derive(Debug)]
pub(crate) struct Whole<'a> {
    /// Octets of all leaves of the log.
    pub(crate) events: Vec<&'a [u8]>,
    /// The complete subtrees over them.
    pub(crate) log_nodes: Vec<Subtree>,
    /// The edge of the log.
    pub(crate) log: Frontier,
    /// The time of the last leaf: that of the header is under no app hash, and no rule asks for it.
    pub(crate) time: Time,
    /// Keys and values of all records.
    pub(crate) records: Vec<(&'a [u8], &'a [u8])>,
    /// Version 0 of a state tree of these records; versions are each node's own.
    pub(crate) tree: Update,
    /// Its root.
    pub(crate) state_root: Sha256,
    /// The used nonces of the last window, by rising height.
    pub(crate) nonces: Vec<(Height, Vec<UsedNonce>)>,
}

impl Whole<'_> {
    /// To which both roots lead.
    pub(crate) fn app_hash(&self) -> Sha256 {
        digest::app_hash(self.log.size(), &self.log.root(), &self.state_root)
    }
}
