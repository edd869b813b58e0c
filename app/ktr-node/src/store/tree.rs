//! The state tree as it is on disk, read the way `jmt` wants it.
//! A missing root is `ktr-ledger`'s to refuse; this file only says what is stored.

use jmt::{
    KeyHash, OwnedValue, Version,
    storage::{HasPreimage, LeafNode, Node, NodeKey, TreeReader},
};

use super::{
    Family, StoreError, View,
    family::{tree_node, tree_node_of, tree_value},
};

impl View<'_> {
    /// The node of the state tree that a version put at a path of nibbles.
    ///
    /// # Errors
    /// [`StoreError`] if it cannot be read.
    pub fn tree_node(&self, version: u64, nibbles: &[u8]) -> Result<Option<Node>, StoreError> {
        let row = self.get(Family::TreeNodes, &tree_node(version, nibbles))?;
        row.map(|row| borsh::from_slice(&row).or(Err(StoreError::Row(Family::TreeNodes.name()))))
            .transpose()
    }
}

impl TreeReader for View<'_> {
    fn get_node_option(&self, key: &NodeKey) -> anyhow::Result<Option<Node>> {
        let octets = self.get(Family::TreeNodes, &tree_node_of(key))?;
        octets
            .map(|octets| Ok(borsh::from_slice(&octets)?))
            .transpose()
    }

    fn get_value_option(
        &self,
        max_version: Version,
        key_hash: KeyHash,
    ) -> anyhow::Result<Option<OwnedValue>> {
        let from = tree_value(&key_hash.0, max_version);
        let Some(row) = self.rows(Family::TreeValues, &from)?.next() else {
            return Ok(None);
        };
        let (key, value) = row?;
        if !key.starts_with(&key_hash.0) {
            return Ok(None);
        }
        match value.split_first() {
            Some((1, value)) => Ok(Some(value.to_vec())),
            Some((0, [])) => Ok(None),
            Some(_) | None => Err(StoreError::Row(Family::TreeValues.name()).into()),
        }
    }

    fn get_rightmost_leaf(&self) -> anyhow::Result<Option<(NodeKey, LeafNode)>> {
        anyhow::bail!("the rightmost leaf is only wanted while restoring a tree")
    }
}

impl HasPreimage for View<'_> {
    fn preimage(&self, key_hash: KeyHash) -> anyhow::Result<Option<Vec<u8>>> {
        Ok(self.get(Family::TreePreimages, &key_hash.0)?)
    }
}
