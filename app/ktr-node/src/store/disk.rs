//! What the store asks of a disk: rows in families, a snapshot to read, one write that is there whole or not at all.
//! RocksDB is the one that nodes have (`rocks.rs`); tests have one that loses and tears what it was given.

use core::fmt;

use super::{Family, StoreError};

/// The disk under the store.
pub(crate) trait Disk: fmt::Debug + Send + Sync {
    /// The rows as the last write left them; it never sees a later one.
    fn snapshot(&self) -> Box<dyn Rows + '_>;

    /// Writes all changes as one. Returns when they are on disk; if it does not, they are there all or none.
    ///
    /// # Errors
    /// [`StoreError`] if the disk refuses.
    fn write(&self, changes: Vec<Change>) -> Result<(), StoreError>;

    /// Octets that a family takes.
    ///
    /// # Errors
    /// [`StoreError`] if the disk does not say.
    fn bytes(&self, family: Family) -> Result<u64, StoreError>;
}

/// The rows of one moment.
pub(crate) trait Rows {
    /// The value under a key.
    ///
    /// # Errors
    /// [`StoreError`] if the disk refuses.
    fn get(&self, family: Family, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError>;

    /// The rows of a family from a key on, in the order of their keys.
    ///
    /// # Errors
    /// [`StoreError`] if the disk refuses.
    fn listing(&self, family: Family, key: &[u8]) -> Result<Listing<'_>, StoreError>;

    /// The last key of a family.
    ///
    /// # Errors
    /// [`StoreError`] if the disk refuses.
    fn last(&self, family: Family) -> Result<Option<Box<[u8]>>, StoreError>;
}

/// Key and value of a row.
pub(crate) type Row = (Box<[u8]>, Box<[u8]>);

/// Rows, one by one.
pub(crate) type Listing<'a> = Box<dyn Iterator<Item = Result<Row, StoreError>> + 'a>;

/// One change of a write.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Change {
    /// The row has this value.
    Put(Family, Vec<u8>, Vec<u8>),
    /// There is no such row.
    Delete(Family, Vec<u8>),
}

impl Change {
    /// The row that it changes.
    pub(crate) const fn place(&self) -> (Family, &Vec<u8>) {
        match self {
            Self::Put(family, key, _) | Self::Delete(family, key) => (*family, key),
        }
    }
}
