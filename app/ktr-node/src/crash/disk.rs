//! A disk in memory that counts its steps and crashes, or is full, at one of them.
//! A write is a record of a log, as RocksDB's: cut short, it is dropped whole at the next start. Disks with a fault show that this counts.

use std::{
    collections::BTreeMap,
    ops::Bound,
    os::unix::fs::symlink,
    panic::resume_unwind,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tempfile::TempDir;

use crate::store::{
    Family, StoreError,
    disk::{Change, Disk, Listing, Rows},
};

/// Every row, under its family's name.
pub(crate) type Table = BTreeMap<(&'static str, Vec<u8>), Vec<u8>>;

/// What a disk does otherwise than it should.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Fault {
    /// Nothing.
    None,
    /// A record that is cut short counts as far as it goes.
    NoChecksum,
    /// A Commit is two records: the row that says how far we are, then the others.
    CursorFirst,
    /// A Commit is two records: the others, then the row that says how far we are.
    CursorLast,
    /// A write returns before it is on disk.
    NoSync,
    /// A write that finds no space says that it is done.
    SaysNothing,
}

/// What comes at a step.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum How {
    /// All ends.
    Power,
    /// A write finds no space and says so; other steps are not touched.
    Full,
}

/// Where the next crash comes, and what is then left of a write.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Crash {
    pub(crate) how: How,
    /// The step of this life, counted from 0.
    pub(crate) step: usize,
    /// How much of the write that is under way reaches the disk, in 1,024ths of its changes: 0 is lost, 1,024 is kept.
    pub(crate) kept: usize,
}

/// All changes of a write.
pub(crate) const WHOLE: usize = 1_024;

/// What unwinds when a crash comes.
pub(crate) struct Crashed;

/// The disk; its clones are the same disk.
#[derive(Clone, Debug)]
pub(crate) struct Faulty(Arc<Mutex<Inner>>);

#[derive(Clone, Debug)]
struct Inner {
    rows: Arc<Table>,
    fault: Fault,
    /// What a write that returned has not yet on disk ([`Fault::NoSync`]).
    unsynced: Option<Arc<Table>>,
    /// What RocksDB says where there is no space.
    no_space: rocksdb::Error,
    crash: Option<Crash>,
    steps: usize,
    /// Whether the last step was a write.
    writing: bool,
}

impl Faulty {
    pub(crate) fn new(fault: Fault) -> Self {
        Self(Arc::new(Mutex::new(Inner {
            rows: Arc::default(),
            fault,
            unsynced: None,
            no_space: no_space(),
            crash: None,
            steps: 0,
            writing: false,
        })))
    }

    /// Another disk with the same rows.
    pub(crate) fn copy(&self) -> Self {
        Self(Arc::new(Mutex::new(self.inner().clone())))
    }

    /// The start of a life that ends at a crash, or at its end.
    pub(crate) fn begin(&self, crash: Option<Crash>) {
        let mut inner = self.inner();
        inner.crash = crash;
        inner.steps = 0;
        inner.writing = false;
    }

    /// Power is off and on again: what was not synced is gone.
    pub(super) fn lose_unsynced(&self) {
        let mut inner = self.inner();
        if let Some(rows) = inner.unsynced.take() {
            inner.rows = rows;
        }
    }

    /// Whether the crash came in a write.
    pub(super) fn crashed_in_a_write(&self) -> bool {
        self.inner().writing
    }

    /// What is on it.
    pub(crate) fn table(&self) -> Arc<Table> {
        Arc::clone(&self.inner().rows)
    }

    /// One step of the store or of the engine: here a crash may come.
    pub(crate) fn step(&self) {
        let crash = self.is_over(false);
        if crash.is_some_and(|crash| crash.how == How::Power) {
            resume_unwind(Box::new(Crashed));
        }
    }

    fn is_over(&self, writing: bool) -> Option<Crash> {
        let mut inner = self.inner();
        let step = inner.steps;
        inner.steps += 1;
        inner.writing = writing;
        inner.crash.filter(|crash| crash.step == step)
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// One record of the log.
    fn record(&self, changes: &[Change]) -> Result<(), StoreError> {
        let crash = self.is_over(true);
        let mut inner = self.inner();
        let reached = crash.map_or(changes.len(), |crash| changes.len() * crash.kept / WHOLE);
        if inner.fault == Fault::NoSync && inner.unsynced.is_none() {
            inner.unsynced = Some(Arc::clone(&inner.rows));
        }
        if reached == changes.len() || inner.fault == Fault::NoChecksum {
            let rows = Arc::make_mut(&mut inner.rows);
            changes[..reached]
                .iter()
                .for_each(|change| apply(rows, change));
        }
        match crash.map(|crash| crash.how) {
            None => Ok(()),
            Some(How::Full) if inner.fault == Fault::SaysNothing => Ok(()),
            Some(How::Full) => Err(inner.no_space.clone().into()),
            Some(How::Power) => {
                drop(inner);
                resume_unwind(Box::new(Crashed))
            }
        }
    }
}

impl Disk for Faulty {
    fn snapshot(&self) -> Box<dyn Rows + '_> {
        self.step();
        Box::new(Frozen {
            disk: self,
            rows: self.table(),
        })
    }

    fn write(&self, changes: Vec<Change>) -> Result<(), StoreError> {
        let fault = self.inner().fault;
        match fault {
            Fault::None | Fault::NoChecksum | Fault::NoSync | Fault::SaysNothing => {
                self.record(&changes)
            }
            Fault::CursorFirst | Fault::CursorLast => {
                let (cursor, rest): (Vec<_>, Vec<_>) = changes
                    .into_iter()
                    .partition(|change| matches!(change, Change::Put(Family::Meta, ..)));
                let records = if fault == Fault::CursorFirst {
                    [cursor, rest]
                } else {
                    [rest, cursor]
                };
                records.iter().try_for_each(|changes| self.record(changes))
            }
        }
    }

    fn bytes(&self, _family: Family) -> Result<u64, StoreError> {
        Ok(0)
    }
}

fn apply(rows: &mut Table, change: &Change) {
    match change {
        Change::Put(family, key, value) => {
            rows.insert((family.name(), key.clone()), value.clone());
        }
        Change::Delete(family, key) => {
            rows.remove(&(family.name(), key.clone()));
        }
    }
}

/// RocksDB's own error, of a file on the device that is always full.
fn no_space() -> rocksdb::Error {
    let folder = TempDir::new().unwrap();
    // RocksDB removes what it cannot finish: that is the link.
    let file = folder.path().join("full.sst");
    symlink("/dev/full", &file).unwrap();
    let options = rocksdb::Options::default();
    let mut writer = rocksdb::SstFileWriter::create(&options);
    let written = writer.open(&file).and_then(|()| {
        writer.put(b"key", b"value")?;
        writer.finish()
    });
    written.unwrap_err()
}

/// The rows of one moment.
struct Frozen<'a> {
    disk: &'a Faulty,
    rows: Arc<Table>,
}

impl Rows for Frozen<'_> {
    fn get(&self, family: Family, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        self.disk.step();
        Ok(self.rows.get(&(family.name(), key.to_vec())).cloned())
    }

    fn listing(&self, family: Family, key: &[u8]) -> Result<Listing<'_>, StoreError> {
        self.disk.step();
        let name = family.name();
        let from = Bound::Included((name, key.to_vec()));
        let rows = self.rows.range((from, Bound::Unbounded));
        let rows = rows.take_while(move |((family, _), _)| *family == name);
        Ok(Box::new(rows.map(|((_, key), value)| {
            Ok((key.as_slice().into(), value.as_slice().into()))
        })))
    }

    fn last(&self, family: Family) -> Result<Option<Box<[u8]>>, StoreError> {
        let rows = self.listing(family, &[])?;
        let last = rows.last().transpose()?;
        Ok(last.map(|(key, _)| key))
    }
}
