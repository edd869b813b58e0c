//! Reads a folder that a running node may change meanwhile: again where RocksDB's list of its files changed under the reader.
//! What is read is its caller's affair.
//!
//! RocksDB writes into the list what a merge or an emptied log became, and deletes the old tables and logs only then. Whoever has read the
//! list before finds tables gone and says so; or it finds a log gone, misses the rows of it and says nothing. Under a list that stood still
//! all files were there. Blocks change no list: they go into the log.

use std::{fs, path::Path};

use crate::limits::STORE_READS_MAX;

/// What shows a change of the list: which file `CURRENT` names, and how long that is.
#[derive(PartialEq, Eq, Debug)]
pub(super) struct List {
    name: String,
    octets: u64,
}

impl List {
    /// As it is now; `None` where nobody can read it, which the reader says, too.
    pub(super) fn of(folder: &Path) -> Option<Self> {
        let name = fs::read_to_string(folder.join("CURRENT")).ok()?;
        let file = fs::metadata(folder.join(name.trim_end())).ok()?;
        Some(Self {
            name,
            octets: file.len(),
        })
    }
}

/// Reads until the list is the same before and after, and [`STORE_READS_MAX`] times at most; gives what was read last.
pub(super) fn read<L: PartialEq, T>(list: impl Fn() -> L, once: impl Fn() -> T) -> T {
    let mut before = list();
    for _ in 1..STORE_READS_MAX {
        let read = once();
        let after = list();
        if after == before {
            return read;
        }
        before = after;
    }
    once()
}
