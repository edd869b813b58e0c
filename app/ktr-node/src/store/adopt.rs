//! A whole ledger into an empty store, as one write: what a node starts with that joins from a snapshot.
//! That it is the ledger it says is judged before; what came before its height stays unknown.

use ktr_core::{
    id::{Height, Sha256},
    time::Time,
};
use ktr_ledger::Update;
use ktr_proof::log::{Frontier, Subtree};
use ktr_wire::{digest, recorded::UsedNonce};

use super::{Family, Meta, Store, StoreError, family::nonce, write::Sheet};

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

impl Store {
    /// Writes a whole ledger. Returns when it is on disk; if it does not, all of it is there or nothing.
    ///
    /// # Errors
    /// [`StoreError::NotEmpty`] if there is a ledger, [`StoreError::Write`] if the disk refuses.
    pub(crate) fn adopt(
        &self,
        chain_id: &str,
        height: Height,
        whole: &Whole<'_>,
    ) -> Result<(), StoreError> {
        if let Some(meta) = self.view().meta()? {
            return Err(StoreError::NotEmpty(meta.height));
        }
        let mut sheet = Sheet::of(self);
        for (octets, index) in whole.events.iter().zip(0_u64..) {
            sheet.put(Family::Events, &index.to_be_bytes(), octets);
        }
        sheet.log_nodes(&whole.log_nodes);
        for (key, value) in &whole.records {
            sheet.put(Family::Records, key, value);
        }
        sheet.tree(&whole.tree)?;
        for (height, used) in &whole.nonces {
            for (used, position) in used.iter().zip(0_u32..) {
                let key = nonce(height.0, position);
                sheet.put(Family::Nonces, &key, &used.line());
            }
        }
        sheet.meta(&Meta {
            chain_id: chain_id.to_owned(),
            height: height.0,
            time: whole.time,
            app_hash: whole.app_hash(),
            app_version: self.app_version,
            tree_version: 0,
            tree_oldest: 0,
            state_root: whole.state_root,
            log_size: whole.log.size(),
            log_root: whole.log.root(),
        });
        sheet.write(height)
    }
}

impl Whole<'_> {
    /// To which both roots lead.
    pub(crate) fn app_hash(&self) -> Sha256 {
        digest::app_hash(self.log.size(), &self.log.root(), &self.state_root)
    }
}
