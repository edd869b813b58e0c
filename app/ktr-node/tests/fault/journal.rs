//! The journal of acknowledgements: each is on disk before anybody goes on.
//! Whether they still hold is judged elsewhere.

use std::{
    fs::{self, File},
    io::Write,
    path::PathBuf,
    sync::{Mutex, PoisonError},
};

use ktr_core::id::Sha256;
use tempfile::TempDir;

/// What a site said of a transaction: it is in the block of this height, with this code.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Entry {
    pub(super) height: u64,
    pub(super) hash: Sha256,
    pub(super) code: u32,
}

/// A file in a folder of its own, a line for each entry.
pub(super) struct Journal {
    folder: TempDir,
    file: Mutex<File>,
}

impl Journal {
    pub(super) fn new() -> Self {
        let folder = TempDir::new().unwrap();
        let file = File::create_new(path(&folder)).unwrap();
        Self {
            folder,
            file: Mutex::new(file),
        }
    }

    /// Returns when the entry is on disk.
    pub(super) fn note(&self, entry: &Entry) {
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        let line = format!("{} {} {}\n", entry.height, entry.hash, entry.code);
        file.write_all(line.as_bytes()).unwrap();
        file.sync_data().unwrap();
    }

    /// Every entry, in the order in which they were noted.
    pub(super) fn read(&self) -> Vec<Entry> {
        let file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        let text = fs::read_to_string(path(&self.folder)).unwrap();
        drop(file);
        let entries = text.lines().map(|line| {
            let mut words = line.split(' ');
            let mut word = || words.next().unwrap();
            Entry {
                height: word().parse().unwrap(),
                hash: Sha256::from_slice(&hex::decode(word()).unwrap()).unwrap(),
                code: word().parse().unwrap(),
            }
        });
        entries.collect()
    }
}

fn path(folder: &TempDir) -> PathBuf {
    folder.path().join("acknowledged")
}
