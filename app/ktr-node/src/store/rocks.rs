//! The disk of a node: one RocksDB, a family of columns for each family, every write synced.
//! What the rows mean is the store's affair.

use core::fmt;
use std::path::Path;

use rocksdb::{
    BlockBasedOptions, Cache, ColumnFamily, ColumnFamilyDescriptor, DB, DBCompressionType,
    Direction, IteratorMode, Options, Snapshot, WriteBatch, WriteOptions,
};

use super::{
    Family, StoreError,
    disk::{Change, Disk, Listing, Rows},
    manifest, still,
};
use crate::limits::{
    BLOCK_CACHE_BYTES, BLOOM_BITS, FAMILY_BUFFER_BYTES, OPEN_FILES_MAX, OWN_LOGS_MAX,
    WRITE_BUFFERS_BYTES,
};

/// The database.
pub(super) struct Rocks(DB);

impl fmt::Debug for Rocks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rocks").finish_non_exhaustive()
    }
}

impl Rocks {
    /// Opens the folder, or makes it.
    pub(super) fn open(folder: &Path) -> Result<Self, StoreError> {
        manifest::judge(folder)?;
        let mut options = Options::default();
        options.create_if_missing(true);
        options.create_missing_column_families(true);
        options.set_db_write_buffer_size(WRITE_BUFFERS_BYTES);
        options.set_max_open_files(OPEN_FILES_MAX);
        options.set_keep_log_file_num(OWN_LOGS_MAX);
        options.set_stats_dump_period_sec(0);
        let db = DB::open_cf_descriptors(&options, folder, families())?;
        Ok(Self(db))
    }

    /// Opens a folder that is there, also one that a running node has open; nothing is written.
    pub(super) fn read_only(folder: &Path) -> Result<Self, StoreError> {
        // The crate would make the folder.
        if !folder.join("CURRENT").exists() {
            return Err(StoreError::Missing);
        }
        still::read(|| still::List::of(folder), || Self::read_once(folder))
    }

    /// All tables are opened, and so are read to the end when a running node deletes them.
    fn read_once(folder: &Path) -> Result<Self, StoreError> {
        manifest::judge(folder)?;
        let mut options = Options::default();
        options.set_max_open_files(ALL_FILES);
        let db = DB::open_cf_descriptors_read_only(&options, folder, families(), false)?;
        Ok(Self(db))
    }

    fn family(&self, family: Family) -> Result<&ColumnFamily, StoreError> {
        let handle = self.0.cf_handle(family.name());
        handle.ok_or(StoreError::Family(family.name()))
    }
}

impl Disk for Rocks {
    fn snapshot(&self) -> Box<dyn Rows + '_> {
        Box::new(Frozen {
            rocks: self,
            snapshot: self.0.snapshot(),
        })
    }

    fn write(&self, changes: Vec<Change>) -> Result<(), StoreError> {
        let mut batch = WriteBatch::default();
        for change in changes {
            match change {
                Change::Put(family, key, value) => batch.put_cf(self.family(family)?, key, value),
                Change::Delete(family, key) => batch.delete_cf(self.family(family)?, key),
            }
        }
        let mut options = WriteOptions::default();
        options.set_sync(true);
        Ok(self.0.write_opt(batch, &options)?)
    }

    fn bytes(&self, family: Family) -> Result<u64, StoreError> {
        let handle = self.family(family)?;
        let parts = [
            "rocksdb.live-sst-files-size",
            "rocksdb.cur-size-all-mem-tables",
        ];
        parts.iter().try_fold(0_u64, |sum, part| {
            let octets = self.0.property_int_value_cf(handle, *part)?;
            Ok(sum.saturating_add(octets.unwrap_or(0)))
        })
    }
}

/// RocksDB's word for no bound.
const ALL_FILES: i32 = -1;

/// A snapshot of the database.
struct Frozen<'a> {
    rocks: &'a Rocks,
    snapshot: Snapshot<'a>,
}

impl Rows for Frozen<'_> {
    fn get(&self, family: Family, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(self.snapshot.get_cf(self.rocks.family(family)?, key)?)
    }

    fn listing(&self, family: Family, key: &[u8]) -> Result<Listing<'_>, StoreError> {
        let mode = IteratorMode::From(key, Direction::Forward);
        let rows = self.snapshot.iterator_cf(self.rocks.family(family)?, mode);
        Ok(Box::new(rows.map(|row| Ok(row?))))
    }

    fn last(&self, family: Family) -> Result<Option<Box<[u8]>>, StoreError> {
        let handle = self.rocks.family(family)?;
        let last = self.snapshot.iterator_cf(handle, IteratorMode::End).next();
        Ok(last.transpose()?.map(|(key, _)| key))
    }
}

fn families() -> impl Iterator<Item = ColumnFamilyDescriptor> {
    let cache = Cache::new_lru_cache(BLOCK_CACHE_BYTES);
    Family::ALL
        .into_iter()
        .map(move |family| ColumnFamilyDescriptor::new(family.name(), family_options(&cache)))
}

fn family_options(cache: &Cache) -> Options {
    let mut table = BlockBasedOptions::default();
    table.set_block_cache(cache);
    // Most rows that a Commit asks for are not there yet, and those that are lie in one file of many.
    table.set_bloom_filter(BLOOM_BITS, false);
    let mut options = Options::default();
    options.set_block_based_table_factory(&table);
    options.set_compression_type(DBCompressionType::Lz4);
    options.set_write_buffer_size(FAMILY_BUFFER_BYTES);
    options
}
