//! The records in the state tree: updates, overlay, proofs, and the guard against a lost root.
//! The tree is `jmt`'s; this file only keeps its rules.

use core::fmt;
use std::collections::BTreeMap;

use anyhow::Context;
use jmt::{
    KeyHash, OwnedValue, RootHash, Sha256Jmt, Version,
    storage::{HasPreimage, LeafNode, Node, NodeBatch, NodeKey, TreeReader, TreeUpdateBatch},
};
use ktr_core::{RecordKey, id::Sha256};
use ktr_wire::record;

/// The change of the tree by one version, with the preimages that proofs of absence need.
#[derive(Clone, PartialEq, Debug)]
pub struct Update {
    /// The version it makes.
    pub version: u64,
    /// Nodes, values and stale nodes.
    pub batch: TreeUpdateBatch,
    /// Key hash and key of every record in it.
    pub preimages: Vec<(KeyHash, Vec<u8>)>,
}

/// The tree cannot be read; no guess is made.
#[derive(Debug)]
pub enum Unreadable {
    /// The root of this version is not stored. `jmt` would go on with an empty tree and fork in silence.
    RootMissing(u64),
    /// The store said this.
    Store(String),
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::RootMissing(version) => {
                write!(
                    f,
                    "the root of tree version {version} is missing from the store"
                )
            }
            Self::Store(error) => write!(f, "the state tree cannot be read: {error}"),
        }
    }
}

impl core::error::Error for Unreadable {}

/// Puts records into the tree as `version`; the version before must be readable, unless this is version 0.
///
/// # Errors
/// See [`Unreadable`].
pub fn update(
    reader: &impl TreeReader,
    version: u64,
    records: &[(RecordKey, Vec<u8>)],
) -> Result<(Sha256, Update), Unreadable> {
    let tree = Sha256Jmt::new(reader);
    if let Some(before) = version.checked_sub(1) {
        root(&tree, before)?;
    }
    let mut preimages = Vec::new();
    let mut values = Vec::new();
    for (key, value) in records {
        let octets = record::key_octets(*key);
        let hash = KeyHash::with::<sha2::Sha256>(&octets);
        values.push((hash, value.clone()));
        preimages.push((hash, octets));
    }
    let (root, batch) = put(&tree, version, values).map_err(store)?;
    Ok((
        Sha256(root.0),
        Update {
            version,
            batch,
            preimages,
        },
    ))
}

/// Puts all values at once, so that each node on their way is made and hashed once. `jmt` cannot delete that way, and no record ever goes.
fn put<R: TreeReader>(
    tree: &Sha256Jmt<'_, R>,
    version: Version,
    values: Vec<(KeyHash, OwnedValue)>,
) -> anyhow::Result<(RootHash, TreeUpdateBatch)> {
    // Nothing at once is a panic, and the snapshot of a liar may bring no record.
    if values.is_empty() {
        return tree.put_value_set([], version);
    }
    let (roots, batch) = tree.batch_put_value_sets(vec![values], None, version)?;
    let root = roots.first().copied().context("a tree without a root")?;
    Ok((root, batch))
}

/// The root of a stored version.
///
/// # Errors
/// [`Unreadable::RootMissing`] if it is not stored.
pub fn root_of(reader: &impl TreeReader, version: u64) -> Result<Sha256, Unreadable> {
    root(&Sha256Jmt::new(reader), version).map(|root| Sha256(root.0))
}

fn root<R: TreeReader>(tree: &Sha256Jmt<'_, R>, version: Version) -> Result<RootHash, Unreadable> {
    tree.get_root_hash_option(version)
        .map_err(store)?
        .ok_or(Unreadable::RootMissing(version))
}

/// The value under a key at a version, if any, and the octets of its ics23 proof.
///
/// # Errors
/// See [`Unreadable`].
pub fn prove(
    reader: &(impl TreeReader + HasPreimage),
    version: u64,
    key: RecordKey,
) -> Result<(Option<Vec<u8>>, Vec<u8>), Unreadable> {
    let tree = Sha256Jmt::new(reader);
    root(&tree, version)?;
    let octets = record::key_octets(key);
    let (value, proof) = tree.get_with_ics23_proof(octets, version).map_err(store)?;
    Ok((value, ktr_proof::state::encode(&proof)))
}

#[expect(clippy::needless_pass_by_value, reason = "it stands in map_err")]
fn store(error: anyhow::Error) -> Unreadable {
    Unreadable::Store(format!("{error:#}"))
}

/// A change that is not stored yet, over a store.
#[derive(Debug)]
pub struct Overlay<'a, R> {
    /// Read first.
    pub pending: Option<&'a Update>,
    /// Read where the pending change has nothing.
    pub stored: &'a R,
}

impl<R: TreeReader> TreeReader for Overlay<'_, R> {
    fn get_node_option(&self, key: &NodeKey) -> anyhow::Result<Option<Node>> {
        let pending = self
            .pending
            .and_then(|update| update.batch.node_batch.get_node(key));
        pending.map_or_else(
            || self.stored.get_node_option(key),
            |node| Ok(Some(node.clone())),
        )
    }

    fn get_value_option(
        &self,
        max_version: Version,
        key_hash: KeyHash,
    ) -> anyhow::Result<Option<OwnedValue>> {
        let pending = self.pending.filter(|update| update.version <= max_version);
        let value = pending.and_then(|update| {
            update
                .batch
                .node_batch
                .values()
                .get(&(update.version, key_hash))
        });
        value.map_or_else(
            || self.stored.get_value_option(max_version, key_hash),
            |value| Ok(value.clone()),
        )
    }

    fn get_rightmost_leaf(&self) -> anyhow::Result<Option<(NodeKey, LeafNode)>> {
        anyhow::bail!("the rightmost leaf is only wanted while restoring a tree")
    }
}

/// A whole tree in memory: for the in-process chain and for replay.
#[derive(Clone, Debug, Default)]
pub struct Memory {
    nodes: NodeBatch,
    newest: BTreeMap<KeyHash, BTreeMap<Version, Option<OwnedValue>>>,
    preimages: BTreeMap<KeyHash, Vec<u8>>,
}

impl Memory {
    /// Keeps a change.
    pub fn apply(&mut self, update: &Update) {
        self.nodes.merge(NodeBatch::new(
            update.batch.node_batch.nodes().clone(),
            BTreeMap::new(),
        ));
        for ((version, key), value) in update.batch.node_batch.values() {
            self.newest
                .entry(*key)
                .or_default()
                .insert(*version, value.clone());
        }
        self.preimages.extend(update.preimages.iter().cloned());
    }
}

impl TreeReader for Memory {
    fn get_node_option(&self, key: &NodeKey) -> anyhow::Result<Option<Node>> {
        Ok(self.nodes.get_node(key).cloned())
    }

    fn get_value_option(
        &self,
        max_version: Version,
        key_hash: KeyHash,
    ) -> anyhow::Result<Option<OwnedValue>> {
        let versions = self.newest.get(&key_hash);
        let newest = versions.and_then(|versions| versions.range(..=max_version).next_back());
        Ok(newest.and_then(|(_, value)| value.clone()))
    }

    fn get_rightmost_leaf(&self) -> anyhow::Result<Option<(NodeKey, LeafNode)>> {
        anyhow::bail!("the rightmost leaf is only wanted while restoring a tree")
    }
}

impl HasPreimage for Memory {
    fn preimage(&self, key_hash: KeyHash) -> anyhow::Result<Option<Vec<u8>>> {
        Ok(self.preimages.get(&key_hash).cloned())
    }
}
