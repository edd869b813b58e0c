//! One Commit as one synced write over all families.
//! What is written was decided by `ktr-ledger`; this file only lays it out.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::RangeInclusive,
};

use ktr_core::id::{Height, Sha256};
use ktr_ledger::{Batch, Ledger, Update};
use ktr_proof::log::Subtree;
use ktr_wire::{Refusal, record};
use prost::Message;

use super::{
    Family, Meta, Placed, Signed, Store, StoreError,
    disk::Change,
    family::{META, SIGNED, log_node, nonce, stale, tree_node_of, tree_value},
    prune::Pruning,
    undo::{Known, Undo},
};

/// What the first Commit writes beside its block: the genesis that `InitChain` brought.
#[derive(Clone, PartialEq, Debug)]
pub struct Origin {
    /// Version 0 of the state tree.
    pub update: Update,
    /// Octets of every record of genesis under the octets of its key.
    pub records: Vec<(Vec<u8>, Vec<u8>)>,
}

impl Origin {
    /// What the ledger before the first block has to be stored with.
    #[must_use]
    pub fn new(ledger: &Ledger, update: Update) -> Self {
        let records = ledger.state().records();
        let rows = records
            .iter()
            .map(|entry| (record::key_octets(entry.key()), record::encode(entry)));
        Self {
            update,
            records: rows.collect(),
        }
    }
}

impl Store {
    /// Writes a block, and the genesis before it if it is the first. Returns when it is on disk. `signed` is what the block carries of this
    /// node's own validator.
    ///
    /// # Errors
    /// [`StoreError::Write`] if the disk refuses; then the block is not acknowledged, and after the next opening it is there either
    /// whole or not at all.
    pub fn commit(
        &self,
        chain_id: &str,
        origin: Option<&Origin>,
        batch: &Batch,
        signed: Option<Signed>,
    ) -> Result<(), StoreError> {
        let pruning = self.pruning(batch)?;
        let mut sheet = Sheet::of(self);
        if let Some(origin) = origin {
            sheet.tree(&origin.update)?;
            for (key, value) in &origin.records {
                sheet.put(Family::Records, key, value);
            }
        }
        sheet.log(batch);
        sheet.state(batch)?;
        sheet.nonces(batch);
        sheet.results(batch)?;
        sheet.meta(&Meta {
            chain_id: chain_id.to_owned(),
            height: batch.height.0,
            time: batch.time,
            app_hash: batch.app_hash,
            app_version: self.app_version,
            tree_version: batch.tree_version,
            tree_oldest: pruning.oldest,
            state_root: batch.state_root,
            log_size: batch.log_size,
            log_root: batch.log_root,
        });
        sheet.known.extend(pruning.gone);
        sheet.undo(batch.height)?;
        // Behind the undo: whoever takes a block back takes no signature back.
        if let Some(signed) = signed {
            sheet.put(Family::Meta, SIGNED, &signed.encode());
        }
        sheet.write(batch.height)
    }

    /// What goes with a block. Used nonces go only when there are new ones: so what is kept is never less than a snapshot has.
    fn pruning(&self, batch: &Batch) -> Result<Pruning, StoreError> {
        let view = self.view();
        let mut pruning = view.pruning(self.kept, batch.tree_version)?;
        if !batch.used.is_empty() {
            let over = view.nonces_over(self.kept.nonces, batch.time)?;
            pruning.gone.extend(over);
        }
        Ok(pruning)
    }
}

/// A write in the making.
pub(super) struct Sheet<'a> {
    store: &'a Store,
    changes: Vec<Change>,
    /// They follow with the undo, which need not ask for their rows.
    known: Vec<Known>,
}

impl<'a> Sheet<'a> {
    pub(super) const fn of(store: &'a Store) -> Self {
        Self {
            store,
            changes: Vec::new(),
            known: Vec::new(),
        }
    }

    /// All of it as one; the error names the height.
    pub(super) fn write(self, height: Height) -> Result<(), StoreError> {
        let written = self.store.disk.write(self.changes);
        written.map_err(|error| error.while_writing(height))
    }

    pub(super) fn put(&mut self, family: Family, key: &[u8], value: &[u8]) {
        let row = Change::Put(family, key.to_vec(), value.to_vec());
        self.changes.push(row);
    }

    fn log(&mut self, batch: &Batch) {
        for leaf in &batch.leaves {
            let key = leaf.recorded.index.to_be_bytes();
            self.put(Family::Events, &key, &leaf.octets);
        }
        self.log_nodes(&batch.log_nodes);
    }

    pub(super) fn log_nodes(&mut self, nodes: &[Subtree]) {
        for node in nodes {
            let key = log_node(node.level, node.index);
            self.put(Family::LogNodes, &key, &node.hash.0);
        }
    }

    /// The preimage of a key came with its record and stays: a record that only changes brings none.
    fn state(&mut self, batch: &Batch) -> Result<(), StoreError> {
        let view = self.store.view();
        let mut new = BTreeSet::new();
        for (key, value) in &batch.records {
            let key = record::key_octets(*key);
            let before = view.get(Family::Records, &key)?;
            if before.is_none() {
                new.insert(key.clone());
            }
            let change = Change::Put(Family::Records, key, value.clone());
            self.known.push(Known { change, before });
        }
        let Some(update) = &batch.tree else {
            return Ok(());
        };
        self.nodes(update)?;
        self.preimages(update, |key| new.contains(key));
        Ok(())
    }

    /// The first version of a tree: every key is new.
    pub(super) fn tree(&mut self, update: &Update) -> Result<(), StoreError> {
        self.nodes(update)?;
        self.preimages(update, |_key| true);
        Ok(())
    }

    fn nodes(&mut self, update: &Update) -> Result<(), StoreError> {
        for (key, node) in update.batch.node_batch.nodes() {
            self.put(Family::TreeNodes, &tree_node_of(key), &borsh_octets(node)?);
        }
        for ((version, key_hash), value) in update.batch.node_batch.values() {
            let key = tree_value(&key_hash.0, *version);
            let row = value
                .as_ref()
                .map_or_else(|| vec![0], |value| [&[1], value.as_slice()].concat());
            self.put(Family::TreeValues, &key, &row);
        }
        for index in &update.batch.stale_node_index_batch {
            let key = stale(index.stale_since_version, &tree_node_of(&index.node_key));
            self.put(Family::TreeStale, &key, &[]);
        }
        Ok(())
    }

    fn preimages(&mut self, update: &Update, is_new: impl Fn(&Vec<u8>) -> bool) {
        for (key_hash, key) in update.preimages.iter().filter(|(_, key)| is_new(key)) {
            self.put(Family::TreePreimages, &key_hash.0, key);
        }
    }

    fn nonces(&mut self, batch: &Batch) {
        for (position, used) in (0_u32..).zip(&batch.used) {
            let key = nonce(batch.height.0, position);
            self.put(Family::Nonces, &key, &used.line());
        }
    }

    /// Octets that come twice are refused the second time, so the first place counts; but what the envelope refused may come again
    /// and be good.
    fn results(&mut self, batch: &Batch) -> Result<(), StoreError> {
        let view = self.store.view();
        // What is stored, and what will be.
        let mut placed: BTreeMap<Sha256, (Option<Vec<u8>>, Placed)> = BTreeMap::new();
        for (position, result) in (0_u32..).zip(&batch.results) {
            let (stored, before) = if let Some((stored, before)) = placed.remove(&result.hash) {
                (stored, Some(before))
            } else {
                let stored = view.get(Family::Txs, &result.hash.0)?;
                let before = stored.as_deref().map(Placed::read).transpose()?;
                (stored, before)
            };
            let now = Placed {
                height: batch.height.0,
                position,
                code: result.refusal.map_or(0, Refusal::code),
                first: result.first,
                count: result.count,
            };
            let last = before
                .filter(|before| !ENVELOPE.contains(&before.code))
                .unwrap_or(now);
            placed.insert(result.hash, (stored, last));
        }
        let rows = placed.into_iter().map(|(hash, (before, last))| Known {
            change: Change::Put(Family::Txs, hash.0.to_vec(), last.encode_to_vec()),
            before,
        });
        self.known.extend(rows);
        Ok(())
    }

    /// What all these rows are now, in place of what was kept for the block before.
    fn undo(&mut self, Height(height): Height) -> Result<(), StoreError> {
        let mut undo = Undo::read(self.store, &self.changes)?;
        for Known { change, before } in self.known.drain(..) {
            let (family, key) = change.place();
            undo.add(family, key, before);
            self.changes.push(change);
        }
        let (last, now) = (height.saturating_sub(1), height.to_be_bytes());
        let last = last.to_be_bytes().to_vec();
        self.changes.push(Change::Delete(Family::Undo, last));
        let now = Change::Put(Family::Undo, now.to_vec(), undo.encode_to_vec());
        self.changes.push(now);
        Ok(())
    }

    pub(super) fn meta(&mut self, meta: &Meta) {
        let row = meta.encode();
        self.put(Family::Heights, &meta.height.to_be_bytes(), &row);
        self.put(Family::Meta, META, &row);
    }
}

fn borsh_octets(value: &impl borsh::BorshSerialize) -> Result<Vec<u8>, StoreError> {
    borsh::to_vec(value).or(Err(StoreError::Row(Family::TreeNodes.name())))
}

/// Codes of `ktr.envelope`.
const ENVELOPE: RangeInclusive<u32> = 120..=139;
