//! What a Commit removes: nodes of the state tree that no kept version has, the values that went with them, and nonces that no snapshot has.
//! It only chooses, by what is stored and by the new block; the write, and the way back, are the Commit's.

use jmt::{KeyHash, storage::Node};
use ktr_core::time::Time;

use super::{
    Family, StoreError, View,
    disk::Row,
    family::{stale, tree_value},
    undo::Known,
    view::read_nonce,
};
use crate::limits::{NONCE_WINDOW, PRUNED_NODES_MAX, PRUNED_NONCES, TREE_VERSIONS_KEPT};

/// How much of the past a store keeps, and how fast the rest goes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Kept {
    /// Versions of the state tree before the last one.
    pub versions: u64,
    /// Stale nodes that a Commit removes at most.
    pub step: usize,
    /// Used nonces after which a Commit removes no further list.
    pub nonces: usize,
}

impl Kept {
    /// What a node has.
    pub const NODE: Self = Self {
        versions: TREE_VERSIONS_KEPT,
        step: PRUNED_NODES_MAX,
        nonces: PRUNED_NONCES,
    };
}

/// What a Commit removes, and what is left.
#[derive(Debug)]
pub(super) struct Pruning {
    /// The oldest version that still has all of its nodes and values.
    pub(super) oldest: u64,
    /// The rows that go.
    pub(super) gone: Vec<Known>,
}

impl View<'_> {
    /// The next step behind what the last Commit left, for a Commit that makes this version: nodes in the order in which they went stale.
    ///
    /// **Invariant:** it depends on the stored rows and the arguments alone, so that a block that comes again removes the same rows.
    pub(super) fn pruning(&self, kept: Kept, tree_version: u64) -> Result<Pruning, StoreError> {
        let before = self.meta()?.map_or(0, |meta| meta.tree_oldest);
        let due = tree_version.saturating_sub(kept.versions);
        let mut pruning = Pruning {
            oldest: before.max(due),
            gone: Vec::new(),
        };
        // No node is stale since version 0.
        if due == 0 || due < before {
            return Ok(pruning);
        }
        // All that went stale earlier is gone: the disk need not skip what it has not yet cleared away there.
        let rows = self.rows(Family::TreeStale, &stale(before, &[]))?;
        for (row, number) in rows.zip(1_usize..) {
            let (key, value) = row?;
            let (since, node) = key
                .split_first_chunk()
                .ok_or(StoreError::Row(Family::TreeStale.name()))?;
            let since = u64::from_be_bytes(*since);
            if since > due {
                break;
            }
            self.outlived(since, node, &mut pruning.gone)?;
            let row = Known::gone(Family::TreeStale, key.into_vec(), value.into_vec());
            pruning.gone.push(row);
            if number >= kept.step {
                pruning.oldest = since;
                break;
            }
        }
        Ok(pruning)
    }

    /// The oldest used nonces that no snapshot of this time or later has: whole lists, and none after the one with which `step` are gone.
    ///
    /// **Invariant:** it depends on the stored rows and the arguments alone, so that all nodes that began with genesis have the same rows
    /// after the same block. Who joined from a snapshot began without those that were over, and has the same as soon as they have gone.
    pub(super) fn nonces_over(&self, step: usize, now: Time) -> Result<Vec<Known>, StoreError> {
        let (mut gone, mut list, mut at) = (Vec::new(), Vec::new(), None);
        for row in self.rows(Family::Nonces, &[])? {
            let (key, value) = row?;
            let (height, used) = read_nonce(&key, &value)?;
            if at.replace(height).is_some_and(|last| last != height) {
                gone.append(&mut list);
            }
            if gone.len() >= step || used.expires_at.plus(NONCE_WINDOW) >= now {
                return Ok(gone);
            }
            let row = Known::gone(Family::Nonces, key.into_vec(), value.into_vec());
            list.push(row);
        }
        gone.append(&mut list);
        Ok(gone)
    }

    /// A stale node, and the value that its leaf no longer leads to.
    fn outlived(&self, since: u64, node: &[u8], gone: &mut Vec<Known>) -> Result<(), StoreError> {
        let Some(octets) = self.get(Family::TreeNodes, node)? else {
            // Nobody asks for it any more.
            return Ok(());
        };
        let read: Node =
            borsh::from_slice(&octets).or(Err(StoreError::Row(Family::TreeNodes.name())))?;
        if let Node::Leaf(leaf) = read {
            gone.extend(self.value_before(leaf.key_hash(), since)?);
        }
        gone.push(Known::gone(Family::TreeNodes, node.to_vec(), octets));
        Ok(())
    }

    /// The value that a key had before the one that counts from this version on. A leaf that only moved down has none: its value
    /// counts still. What was earlier went with an earlier leaf.
    fn value_before(&self, key: KeyHash, since: u64) -> Result<Option<Known>, StoreError> {
        let newest_first = self.rows(Family::TreeValues, &tree_value(&key.0, since))?;
        let two: Vec<Row> = newest_first.take(2).collect::<Result<_, _>>()?;
        let mut of_key = two.into_iter().filter(|(row, _)| row.starts_with(&key.0));
        let before = of_key.nth(1);
        Ok(before
            .map(|(row, value)| Known::gone(Family::TreeValues, row.into_vec(), value.into_vec())))
    }
}
