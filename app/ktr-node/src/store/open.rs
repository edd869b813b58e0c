//! Opens the store, judges what it finds, and gives back the ledger.
//! A mismatch is an error that names it; nothing is repaired.

use std::path::Path;

use ktr_core::id::{Height, Sha256};
use ktr_ledger::{Ledger, Parts, tree::root_of};
use ktr_wire::digest;

use super::{Family, Kept, Meta, StoreError, View, disk::Disk, rocks::Rocks};
use crate::limits::APP_VERSION;

/// The node's rows, and the disk that they are on.
#[derive(Debug)]
pub struct Store {
    pub(super) disk: Box<dyn Disk>,
    pub(super) app_version: u64,
    pub(super) kept: Kept,
}

impl Store {
    /// Opens the folder, or makes it. What is in it is judged by [`Self::restore`].
    ///
    /// # Errors
    /// [`StoreError::Disk`].
    pub fn open(folder: &Path) -> Result<Self, StoreError> {
        Ok(Self::over(Rocks::open(folder)?))
    }

    /// Opens a store that is there, also one that a running node has open; nothing is written.
    ///
    /// # Errors
    /// [`StoreError::Missing`] if there is no store, [`StoreError::Disk`].
    pub fn read_only(folder: &Path) -> Result<Self, StoreError> {
        Ok(Self::over(Rocks::read_only(folder)?))
    }

    /// The store over a disk.
    pub(crate) fn over(disk: impl Disk + 'static) -> Self {
        Self {
            disk: Box::new(disk),
            app_version: APP_VERSION,
            kept: Kept::NODE,
        }
    }

    /// The same store as a program of this application version opens it: its ledgers are executed by that version.
    #[must_use]
    pub fn run_by(self, app_version: u64) -> Self {
        Self {
            app_version,
            ..self
        }
    }

    /// The same store as one that keeps this much of the state tree's past.
    #[must_use]
    pub fn keeping(self, kept: Kept) -> Self {
        Self { kept, ..self }
    }

    /// The newest application version that its program executes.
    #[must_use]
    pub const fn app_version(&self) -> u64 {
        self.app_version
    }

    /// The store as the last Commit left it.
    #[must_use]
    pub fn view(&self) -> View<'_> {
        View::new(self.disk.snapshot())
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
            replay: view.replay(meta.time)?,
            log,
            chain_id: meta.chain_id,
            height: Height(meta.height),
            time: meta.time,
            tree_version: meta.tree_version,
            state_root,
        };
        Ok(Some(Ledger::restore(parts).run_by(self.app_version)))
    }

    /// Octets on disk and in write buffers, by family.
    ///
    /// # Errors
    /// [`StoreError`] if the disk does not say.
    pub fn bytes(&self) -> Result<Vec<(&'static str, u64)>, StoreError> {
        let sizes = Family::ALL.map(|family| Ok((family.name(), self.disk.bytes(family)?)));
        sizes.into_iter().collect()
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
