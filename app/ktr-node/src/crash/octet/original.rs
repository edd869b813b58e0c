//! A store of some tens of blocks on a real disk, as a stop and as a death leave it, and copies of it.
//! What is changed in a copy is not its affair.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use tempfile::TempDir;
use tendermint_abci::Application;

use crate::{
    crash::{history::History, life::open},
    store::Store,
};

/// How a life of the node ended before its folder was copied.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Left {
    /// The store was closed.
    Stopped,
    /// It was copied while the node had it open.
    Killed,
}

/// The history, and the store that it made.
pub(super) struct Original {
    pub(super) history: History,
    stopped: TempDir,
    killed: TempDir,
    /// Where the last record of the log begins and ends.
    pub(super) record: (u64, u64),
}

impl Original {
    /// Three lives: what the first two wrote lies in tables, the last block in the log behind others.
    pub(super) fn new() -> Self {
        let history = History::of(BLOCKS);
        let stopped = tempfile::tempdir().unwrap();
        let folder = stopped.path();
        let start = || open(&history.stage, Store::open(folder).unwrap()).unwrap();
        let mut node = start();
        node.init_chain(history.genesis.clone());
        let mut from = 0;
        for (height, number) in history.heights.iter().zip(1_usize..) {
            if number % LIFE == 0 {
                drop(node);
                node = start();
            }
            from = length(&log(folder));
            assert_eq!(node.finalize_block(height.request.clone()), height.response);
            node.commit();
        }
        let to = length(&log(folder));
        let killed = taken(folder);
        drop(node);
        assert_eq!(length(&log(folder)), to, "a stop writes nothing more");
        assert!(from > 0 && from < to, "{from} to {to}");
        Self {
            history,
            stopped,
            killed,
            record: (from, to),
        }
    }

    /// Its height.
    pub(super) fn height(&self) -> usize {
        self.history.heights.len()
    }

    /// A copy that may be changed.
    pub(super) fn copy(&self, left: Left) -> TempDir {
        let folder = tempfile::tempdir().unwrap();
        copy(self.folder(left), folder.path());
        folder
    }

    /// Its files whose name has this part, in the order of their names.
    pub(super) fn files(&self, left: Left, part: &str) -> Vec<PathBuf> {
        files(self.folder(left), part)
    }

    fn folder(&self, left: Left) -> &Path {
        match left {
            Left::Stopped => self.stopped.path(),
            Left::Killed => self.killed.path(),
        }
    }
}

/// The log that is written now.
pub(super) fn log(folder: &Path) -> PathBuf {
    files(folder, ".log").pop().unwrap()
}

pub(super) fn length(file: &Path) -> u64 {
    fs::metadata(file).unwrap().len()
}

fn files(folder: &Path, part: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap();
    let all = entries.map(|entry| entry.unwrap().path());
    let mut files: Vec<PathBuf> = all
        .filter(|path| path.file_name().unwrap().to_str().unwrap().contains(part))
        .collect();
    files.sort();
    files
}

/// A copy of a folder that is in use, as a death would leave it: one in which no file came, grew or went while it was taken. RocksDB
/// merges tables beside its callers for a while after a start.
fn taken(folder: &Path) -> TempDir {
    let standing = || -> Vec<(PathBuf, u64)> {
        let files = files(folder, "").into_iter();
        let sized = files.filter_map(|file| Some((file.clone(), fs::metadata(&file).ok()?.len())));
        sized.collect()
    };
    (0..TAKES_MAX)
        .find_map(|_| {
            let (before, taken) = (standing(), tempfile::tempdir().unwrap());
            let is_whole = try_copy(folder, taken.path()).is_ok() && standing() == before;
            is_whole.then_some(taken)
        })
        .unwrap()
}

/// All files but RocksDB's own words about itself.
fn copy(from: &Path, to: &Path) {
    try_copy(from, to).unwrap();
}

fn try_copy(from: &Path, to: &Path) -> io::Result<()> {
    for file in files(from, "") {
        let name = file.file_name().unwrap_or_default();
        if !name.to_string_lossy().starts_with("LOG") {
            fs::copy(&file, to.join(name))?;
        }
    }
    Ok(())
}

/// How often a copy is taken at most; a merge of so few rows is over within the first ones.
const TAKES_MAX: usize = 1_000;

/// Blocks; the last one admits a member.
const BLOCKS: usize = 42;

/// Blocks from one start to the next.
const LIFE: usize = 15;
