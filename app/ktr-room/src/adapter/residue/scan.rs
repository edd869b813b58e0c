//! Step 11: count what is left, in every column of every table and in every octet of every file (design: room, 9.3).
//! The scanner proves in each run that it can see: see `selftest.rs`.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use aho_corasick::AhoCorasick;
use ktr_os::FileError;

use super::canary::Canaries;
use super::database::{Database, Line};
use super::selftest;
use super::site::Site;
use super::walk;
use crate::error::RoomError;

/// The classes, in the order in which they are reported.
pub const CLASSES: [&str; 8] = [
    "live", "db", "wal", "media", "log", "spool", "pass", "pending",
];

/// Hits per class.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Residue(pub [u32; 8]);

/// How much of a file is searched at a time.
const WINDOW: usize = 1024 * 1024;

/// The needles, ready to search.
pub(super) struct Search {
    words: Option<AhoCorasick>,
    people: Option<AhoCorasick>,
    longest: usize,
}

impl Site {
    /// Counts what is left of a room. The scanner's own canary must be found first, else the scan is void.
    ///
    /// # Errors
    /// [`RoomError::ScanVoid`], or a file or table cannot be read: a scan that saw less than everything is none.
    pub fn scan(&self, canaries: &Canaries) -> Result<Residue, RoomError> {
        selftest::run(self)?;
        self.count(canaries)
    }

    /// Counts what is left of a room whose homeserver's folder was removed: there is no database to open.
    ///
    /// # Errors
    /// As [`Site::scan`]; [`RoomError::ScanVoid`] if there is a database after all.
    pub fn scan_removed(&self, canaries: &Canaries) -> Result<Residue, RoomError> {
        selftest::run(self)?;
        if self.database.exists() {
            return Err(RoomError::ScanVoid("db"));
        }
        let [db, wal, media, log, spool, pass] = self.files(&Search::new(canaries)?)?;
        Ok(Residue([0, db, wal, media, log, spool, pass, 0]))
    }

    /// Where the hits in the database are: by table, for an operator who repairs. Names of tables only.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn explain(&self, canaries: &Canaries) -> Result<BTreeMap<String, u32>, RoomError> {
        Search::new(canaries)?.live(&self.database)
    }

    /// The counting itself.
    pub(super) fn count(&self, canaries: &Canaries) -> Result<Residue, RoomError> {
        let search = Search::new(canaries)?;
        let live = search
            .live(&self.database)?
            .into_values()
            .fold(0, u32::saturating_add)
            .saturating_add(self.database.tokens_left()?);
        let [db, wal, media, log, spool, pass] = self.files(&search)?;
        let pending = self.nets_left(&canaries.rooms)?;
        Ok(Residue([live, db, wal, media, log, spool, pass, pending]))
    }

    /// Hits in files: database, write-ahead log, media, logs, spool, passes.
    fn files(&self, search: &Search) -> Result<[u32; 6], RoomError> {
        let parts = self.database.parts()?;
        let (db, wal) = (search.parts(&parts.db)?, search.parts(&parts.wal)?);
        // After the end nothing that was uploaded is owed to anybody: each file counts, whatever is in it.
        let media = search
            .tree(&self.media)?
            .saturating_add(files(&self.media)?);
        let mut log = 0u32;
        for file in &self.logs {
            log = log.saturating_add(search.file(file)?);
        }
        let spool = search
            .tree(&self.spool)?
            .saturating_add(files(&self.spool)?);
        let pass = search
            .tree(&self.passes)?
            .saturating_add(files(&self.passes)?);
        Ok([db, wal, media, log, spool, pass])
    }
}

impl Residue {
    /// Whether nothing was found.
    #[must_use]
    pub fn clean(self) -> bool {
        self.0.iter().all(|hits| *hits == 0)
    }
}

impl Search {
    fn new(canaries: &Canaries) -> Result<Self, RoomError> {
        let longest = canaries.words.iter().map(Vec::len).max().unwrap_or(0);
        Ok(Self {
            words: automaton(&canaries.words)?,
            people: automaton(&canaries.people)?,
            longest,
        })
    }

    /// Every column of every table; people only in rows that belong to a room.
    fn live(&self, database: &Database) -> Result<BTreeMap<String, u32>, RoomError> {
        let mut by_table = BTreeMap::new();
        database.read(&mut |line| {
            let hits = self.line(line);
            if hits > 0 {
                let count = by_table.entry(line.table.to_owned()).or_insert(0u32);
                *count = count.saturating_add(hits);
            }
        })?;
        Ok(by_table)
    }

    /// One row.
    fn line(&self, line: &Line<'_>) -> u32 {
        let mut hits = 0u32;
        for octets in line.values {
            hits = hits.saturating_add(found(self.words.as_ref(), octets));
            if line.of_room {
                hits = hits.saturating_add(found(self.people.as_ref(), octets));
            }
        }
        hits
    }

    /// Hits in what holds a database: files, and folders with all that is in them.
    fn parts(&self, parts: &[PathBuf]) -> Result<u32, FileError> {
        let mut hits = 0u32;
        for part in parts {
            hits = hits.saturating_add(self.tree(part)?);
        }
        Ok(hits)
    }

    /// Hits in a file's octets; windows overlap by the longest needle, so that none is cut.
    fn file(&self, path: &Path) -> Result<u32, FileError> {
        let Some(mut file) = walk::opened(path)? else {
            return Ok(0);
        };
        let overlap = self.longest.saturating_sub(1);
        let mut window: Vec<u8> = Vec::new();
        let mut hits = 0u32;
        loop {
            let kept = window.len();
            let limit = u64::try_from(WINDOW).unwrap_or(u64::MAX);
            let read = Read::by_ref(&mut file)
                .take(limit)
                .read_to_end(&mut window)
                .map_err(walk::failed(path))?;
            // What lies wholly inside the part that was searched before is not counted twice.
            let old = found(self.words.as_ref(), window.get(..kept).unwrap_or(&[]));
            hits = hits.saturating_add(found(self.words.as_ref(), &window).saturating_sub(old));
            if read == 0 {
                return Ok(hits);
            }
            window.drain(..window.len().saturating_sub(overlap));
        }
    }

    /// Hits in files and in their paths below `root`: a media id is spread over the folders' names.
    fn tree(&self, root: &Path) -> Result<u32, FileError> {
        let mut hits = 0u32;
        walk::each(root, &mut |path| {
            let joined: String = path
                .strip_prefix(root)
                .unwrap_or(path)
                .components()
                .map(|part| part.as_os_str().to_string_lossy())
                .collect();
            hits = hits.saturating_add(found(self.words.as_ref(), joined.as_bytes()));
            hits = hits.saturating_add(self.file(path)?);
            Ok(())
        })?;
        Ok(hits)
    }
}

fn automaton(needles: &[Vec<u8>]) -> Result<Option<AhoCorasick>, RoomError> {
    if needles.is_empty() {
        return Ok(None);
    }
    AhoCorasick::new(needles)
        .map(Some)
        .map_err(|_too_large| RoomError::ScanVoid("needles"))
}

fn found(automaton: Option<&AhoCorasick>, octets: &[u8]) -> u32 {
    automaton.map_or(0, |automaton| {
        u32::try_from(automaton.find_iter(octets).count()).unwrap_or(u32::MAX)
    })
}

/// Files in a folder that should be empty; each counts, whatever is in it.
fn files(folder: &Path) -> Result<u32, RoomError> {
    let mut count = 0u32;
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(0),
        Err(error) => return Err(error.into()),
    };
    for entry in entries {
        let path = entry?.path();
        count = count.saturating_add(if path.is_dir() { files(&path)? } else { 1 });
    }
    Ok(count)
}
