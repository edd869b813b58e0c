//! The folder in which the counts lie: one file of counts, one empty file that says that a collector runs.
//! The counts are written at ends of buckets and at the stop only; the mark that is still there at a start tells of a kill.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
};

use crate::{
    book::{LastRun, Record},
    error::CollectorError,
    file,
};

/// The folder of one collector.
#[derive(Debug)]
pub struct StateFolder {
    path: PathBuf,
    /// Held as long as the value lives: two collectors would overwrite each other's counts.
    _lock: File,
}

impl StateFolder {
    /// Opens the folder and makes it where it is missing.
    ///
    /// # Errors
    /// [`CollectorError::Held`] while another collector runs on it, [`CollectorError::File`].
    pub fn open(path: &Path) -> Result<Self, CollectorError> {
        file::folder(path)?;
        let name = path.join("lock");
        let lock = File::create(&name).map_err(file::failed(&name))?;
        lock.try_lock()
            .map_err(|_held| CollectorError::Held(path.to_owned()))?;
        Ok(Self {
            path: path.to_owned(),
            _lock: lock,
        })
    }

    /// The counts on disk, and how the last run ended.
    ///
    /// # Errors
    /// [`CollectorError::Counts`], [`CollectorError::File`].
    pub fn read(&self) -> Result<(Record, LastRun), CollectorError> {
        let last = if self.mark().exists() {
            LastRun::Killed
        } else {
            LastRun::Stopped
        };
        Ok((counts(&self.path)?.unwrap_or_default(), last))
    }

    /// Says that a collector runs.
    ///
    /// # Errors
    /// [`CollectorError::File`].
    pub fn set_mark(&self) -> Result<(), CollectorError> {
        Ok(file::put(&self.mark(), &[])?)
    }

    /// Writes the counts.
    ///
    /// # Errors
    /// [`CollectorError::File`].
    pub fn write(&self, record: &Record) -> Result<(), CollectorError> {
        let path = self.path.join(COUNTS);
        let octets = record
            .to_json()
            .map_err(|_damaged| CollectorError::Counts(path.clone()))?;
        Ok(file::put(&path, &octets)?)
    }

    /// Writes the counts for the last time and takes the mark away, in this order.
    ///
    /// # Errors
    /// [`CollectorError::File`].
    pub fn close(&self, record: &Record) -> Result<(), CollectorError> {
        self.write(record)?;
        let mark = self.mark();
        Ok(fs::remove_file(&mark).map_err(file::failed(&mark))?)
    }

    fn mark(&self) -> PathBuf {
        self.path.join(MARK)
    }
}

/// The counts in a folder, which may belong to a running collector; `None` if none were written yet.
///
/// # Errors
/// [`CollectorError::Counts`], [`CollectorError::File`].
pub fn counts(folder: &Path) -> Result<Option<Record>, CollectorError> {
    let path = folder.join(COUNTS);
    let octets = file::find(&path)?;
    octets
        .map(|octets| Record::from_json(&octets).map_err(|_damaged| CollectorError::Counts(path)))
        .transpose()
}

/// Whether a collector runs on this folder, or was killed.
#[must_use]
pub fn is_marked(folder: &Path) -> bool {
    folder.join(MARK).exists()
}

const COUNTS: &str = "counts.json";
const MARK: &str = "running";
