//! Reads of one height: a snapshot of the store as the last Commit left it.
//! It never sees a write under way.

use core::fmt;
use std::collections::BTreeMap;

use ktr_core::{
    Record, RecordKey, State,
    id::{Height, Sha256},
    time::Time,
};
use ktr_ledger::Replay;
use ktr_proof::log::Frontier;
use ktr_wire::{record, recorded::UsedNonce};

use super::{
    Family, Meta, Placed, StoreError,
    disk::{Listing, Rows},
    family::{META, log_node, nonce},
};

/// The store as the last Commit left it.
pub struct View<'a> {
    rows: Box<dyn Rows + 'a>,
}

impl fmt::Debug for View<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("View").finish_non_exhaustive()
    }
}

impl<'a> View<'a> {
    pub(super) const fn new(rows: Box<dyn Rows + 'a>) -> Self {
        Self { rows }
    }

    /// What was committed last; `None` before the first Commit.
    ///
    /// # Errors
    /// [`StoreError`] if it cannot be read.
    pub fn meta(&self) -> Result<Option<Meta>, StoreError> {
        let row = self.get(Family::Meta, META)?;
        row.map(|row| Meta::decode(Family::Meta, &row)).transpose()
    }

    /// What was committed at a height; `None` if it never was, or was before this store began.
    ///
    /// # Errors
    /// [`StoreError`] if it cannot be read.
    pub fn height(&self, height: u64) -> Result<Option<Meta>, StoreError> {
        let row = self.get(Family::Heights, &height.to_be_bytes())?;
        row.map(|row| Meta::decode(Family::Heights, &row))
            .transpose()
    }

    /// The octets of one leaf of the log.
    ///
    /// # Errors
    /// [`StoreError`] if it cannot be read.
    pub fn event(&self, index: u64) -> Result<Option<Vec<u8>>, StoreError> {
        self.get(Family::Events, &index.to_be_bytes())
    }

    /// A complete subtree of the log.
    ///
    /// # Errors
    /// [`StoreError`] if it cannot be read.
    pub fn log_node(&self, level: u8, index: u64) -> Result<Option<Sha256>, StoreError> {
        let row = self.get(Family::LogNodes, &log_node(level, index))?;
        row.map(|row| Sha256::from_slice(&row).ok_or(StoreError::Row(Family::LogNodes.name())))
            .transpose()
    }

    /// Where a transaction stands.
    ///
    /// # Errors
    /// [`StoreError`] if it cannot be read.
    pub fn tx(&self, hash: &Sha256) -> Result<Option<Placed>, StoreError> {
        let row = self.get(Family::Txs, &hash.0)?;
        row.as_deref().map(Placed::read).transpose()
    }

    /// The octets of one record's latest value.
    ///
    /// # Errors
    /// [`StoreError`] if it cannot be read.
    pub fn record(&self, key: RecordKey) -> Result<Option<Vec<u8>>, StoreError> {
        self.get(Family::Records, &record::key_octets(key))
    }

    /// The state that the stored records restore.
    ///
    /// # Errors
    /// [`StoreError`] if one cannot be read.
    pub fn state(&self) -> Result<State, StoreError> {
        let mut state = State::default();
        for row in self.rows(Family::Records, &[])? {
            let (key, value) = row?;
            state.restore(read_record(&key, &value)?);
        }
        Ok(state)
    }

    /// The height from which on this store knows what was committed; above 1 if it began with a snapshot.
    ///
    /// # Errors
    /// [`StoreError`] if it cannot be read.
    pub fn first_height(&self) -> Result<Option<u64>, StoreError> {
        let Some(row) = self.rows(Family::Heights, &[])?.next() else {
            return Ok(None);
        };
        let (_, value) = row?;
        Ok(Some(Meta::decode(Family::Heights, &value)?.height))
    }

    /// The nonces that a block used up, in its order; none where they are no longer kept.
    ///
    /// # Errors
    /// [`StoreError`] if one cannot be read.
    pub fn nonces(&self, height: Height) -> Result<Vec<UsedNonce>, StoreError> {
        let mut used = Vec::new();
        for row in self.rows(Family::Nonces, &nonce(height.0, 0))? {
            let (key, value) = row?;
            let (at, one) = read_nonce(&key, &value)?;
            if at != height {
                break;
            }
            used.push(one);
        }
        Ok(used)
    }

    /// The used nonces that count at `now`; the store keeps more, for snapshots.
    ///
    /// # Errors
    /// [`StoreError`] if one cannot be read.
    pub fn replay(&self, now: Time) -> Result<Replay, StoreError> {
        let mut lists: BTreeMap<Height, Vec<UsedNonce>> = BTreeMap::new();
        for row in self.rows(Family::Nonces, &[])? {
            let (key, value) = row?;
            let (height, used) = read_nonce(&key, &value)?;
            lists.entry(height).or_default().push(used);
        }
        Ok(Replay::restored(lists, now))
    }

    /// The edge of a log of `size` leaves.
    ///
    /// # Errors
    /// [`StoreError::LogNode`] if a node is missing.
    pub fn frontier(&self, size: u64) -> Result<Frontier, StoreError> {
        let mut failed = None;
        let restored = Frontier::restore(size, |level, index| {
            self.log_node(level, index).unwrap_or_else(|error| {
                failed = Some(error);
                None
            })
        });
        failed.map_or_else(|| restored.ok_or(StoreError::LogNode(size)), Err)
    }

    /// How many leaves the last stored event says there are.
    pub(super) fn events_stored(&self) -> Result<u64, StoreError> {
        let Some(key) = self.rows.last(Family::Events)? else {
            return Ok(0);
        };
        let index = <[u8; 8]>::try_from(&key[..]).or(Err(StoreError::Row("events")))?;
        Ok(u64::from_be_bytes(index).saturating_add(1))
    }

    pub(super) fn get(&self, family: Family, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        self.rows.get(family, key)
    }

    /// Every row of a family, by key: for whoever compares whole stores.
    ///
    /// # Errors
    /// [`StoreError`] if one cannot be read.
    pub fn all(&self, family: Family) -> Result<BTreeMap<Vec<u8>, Vec<u8>>, StoreError> {
        let rows = self.rows(family, &[])?;
        let octets = rows.map(|row| row.map(|(key, value)| (key.into_vec(), value.into_vec())));
        octets.collect()
    }

    /// The rows of a family from a key on.
    pub(crate) fn rows(&self, family: Family, from: &[u8]) -> Result<Listing<'_>, StoreError> {
        self.rows.listing(family, from)
    }
}

fn read_record(key: &[u8], value: &[u8]) -> Result<Record, StoreError> {
    record::decode_key(key)
        .and_then(|key| record::decode(key, value))
        .or(Err(StoreError::Row(Family::Records.name())))
}

pub(super) fn read_nonce(key: &[u8], value: &[u8]) -> Result<(Height, UsedNonce), StoreError> {
    let height = key.first_chunk().map(|height| u64::from_be_bytes(*height));
    let read = height.map(Height).zip(UsedNonce::from_line(value));
    read.ok_or(StoreError::Row(Family::Nonces.name()))
}
