//! Opens the store, judges what it finds, and gives back the ledger.
//! A mismatch is an error that names it; nothing is repaired.

use std::path::Path;

use ktr_core::{
    id::{Height, Sha256},
    time::Time,
};
use ktr_ledger::{Ledger, Parts, tree::root_of};
use ktr_wire::digest;
use rocksdb::{
    BlockBasedOptions, Cache, ColumnFamily, ColumnFamilyDescriptor, DB, DBCompressionType, Options,
};

use super::{Family, Meta, StoreError, View};
use crate::limits::{
    BLOCK_CACHE_BYTES, FAMILY_BUFFER_BYTES, OPEN_FILES_MAX, OWN_LOGS_MAX, WRITE_BUFFERS_BYTES,
};

/// The node's database.
#[derive(Debug)]
pub struct Store {
    pub(super) db: DB,
}

impl Store {
    /// Opens the folder, or makes it. What is in it is judged by [`Self::restore`].
    ///
    /// # Errors
    /// [`StoreError::Disk`].
    pub fn open(folder: &Path) -> Result<Self, StoreError> {
        let cache = Cache::new_lru_cache(BLOCK_CACHE_BYTES);
        let mut options = Options::default();
        options.create_if_missing(true);
        options.create_missing_column_families(true);
        options.set_db_write_buffer_size(WRITE_BUFFERS_BYTES);
        options.set_max_open_files(OPEN_FILES_MAX);
        options.set_keep_log_file_num(OWN_LOGS_MAX);
        options.set_stats_dump_period_sec(0);
        let families = Family::ALL
            .map(|family| ColumnFamilyDescriptor::new(family.name(), family_options(&cache)));
        let db = DB::open_cf_descriptors(&options, folder, families)?;
        Ok(Self { db })
    }

    /// Opens a store that is there, also one that a running node has open; nothing is written.
    ///
    /// # Errors
    /// [`StoreError::Missing`] if there is no store, [`StoreError::Disk`].
    pub fn read_only(folder: &Path) -> Result<Self, StoreError> {
        // The crate would make the folder.
        if !folder.join("CURRENT").exists() {
            return Err(StoreError::Missing);
        }
        let mut options = Options::default();
        options.set_max_open_files(OPEN_FILES_MAX);
        let cache = Cache::new_lru_cache(BLOCK_CACHE_BYTES);
        let families = Family::ALL
            .map(|family| ColumnFamilyDescriptor::new(family.name(), family_options(&cache)));
        let db = DB::open_cf_descriptors_read_only(&options, folder, families, false)?;
        Ok(Self { db })
    }

    /// The store as the last Commit left it.
    #[must_use]
    pub fn view(&self) -> View<'_> {
        View::new(self, self.db.snapshot())
    }

    /// The ledger of the last Commit; `None` before the first.
    ///
    /// # Errors
    /// Whatever does not fit together: chain, schema, log, roots, app hash.
    pub fn restore(&self, chain_id: &str) -> Result<Option<Ledger>, StoreError> {
        let view = self.view();
        let Some(meta) = view.meta()? else {
            return Ok(None);
        };
        if meta.chain_id != chain_id {
            return Err(StoreError::Chain {
                found: meta.chain_id,
                wanted: chain_id.to_owned(),
            });
        }
        judge_log_size(&view, &meta)?;
        let log = view.frontier(meta.log_size)?;
        let state_root = root_of(&view, meta.tree_version)?;
        judge_app_hash(&meta, &log.root(), &state_root)?;
        let parts = Parts {
            state: view.state()?,
            replay: view.replay()?,
            log,
            chain_id: meta.chain_id,
            height: Height(meta.height),
            time: Time(meta.time.0),
            tree_version: meta.tree_version,
            state_root,
        };
        Ok(Some(Ledger::restore(parts)))
    }

    /// Octets on disk and in write buffers, by family.
    ///
    /// # Errors
    /// [`StoreError`] if RocksDB does not say.
    pub fn bytes(&self) -> Result<Vec<(&'static str, u64)>, StoreError> {
        let sizes = Family::ALL.map(|family| {
            let handle = self.family(family)?;
            let parts = [
                "rocksdb.live-sst-files-size",
                "rocksdb.cur-size-all-mem-tables",
            ];
            let sum = parts.iter().try_fold(0_u64, |sum, part| {
                let octets = self.db.property_int_value_cf(handle, *part)?;
                Ok::<_, rocksdb::Error>(sum.saturating_add(octets.unwrap_or(0)))
            });
            Ok((family.name(), sum?))
        });
        sizes.into_iter().collect()
    }

    pub(super) fn family(&self, family: Family) -> Result<&ColumnFamily, StoreError> {
        let handle = self.db.cf_handle(family.name());
        handle.ok_or(StoreError::Family(family.name()))
    }
}

fn judge_log_size(view: &View<'_>, meta: &Meta) -> Result<(), StoreError> {
    let found = view.events_stored()?;
    if found == meta.log_size {
        return Ok(());
    }
    Err(StoreError::LogSize {
        wanted: meta.log_size,
        found,
    })
}

fn judge_app_hash(meta: &Meta, log_root: &Sha256, state_root: &Sha256) -> Result<(), StoreError> {
    let found = digest::app_hash(meta.log_size, log_root, state_root);
    if found == meta.app_hash {
        return Ok(());
    }
    Err(StoreError::AppHash {
        height: meta.height,
        found,
        wanted: meta.app_hash,
    })
}

fn family_options(cache: &Cache) -> Options {
    let mut table = BlockBasedOptions::default();
    table.set_block_cache(cache);
    let mut options = Options::default();
    options.set_block_based_table_factory(&table);
    options.set_compression_type(DBCompressionType::Lz4);
    options.set_write_buffer_size(FAMILY_BUFFER_BYTES);
    options
}
