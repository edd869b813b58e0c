//! Step 11: count what is left, in every column of every table and in every octet of every file (design: room, 9.3).
//! The scanner proves in each run that it can see: see `selftest.rs`.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::Path;

use aho_corasick::AhoCorasick;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, Row};

use super::canary::Canaries;
use super::selftest;
use super::site::Site;
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

/// Deepest folder of the media store that is entered.
const DEPTH_MAX: usize = 8;

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
        selftest::run(self, &selftest::table_of(self)?)?;
        self.count(canaries)
    }

    /// Counts what is left of a room whose homeserver's folder was removed: there is no database to open.
    ///
    /// # Errors
    /// As [`Site::scan`]; [`RoomError::ScanVoid`] if there is a database after all.
    pub fn scan_removed(&self, canaries: &Canaries) -> Result<Residue, RoomError> {
        selftest::run(self, selftest::TABLE)?;
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
        Search::new(canaries)?.live(&self.look()?)
    }

    /// The counting itself.
    pub(super) fn count(&self, canaries: &Canaries) -> Result<Residue, RoomError> {
        let search = Search::new(canaries)?;
        let live = search
            .live(&self.look()?)?
            .into_values()
            .fold(0, u32::saturating_add)
            .saturating_add(self.tokens_left()?);
        let [db, wal, media, log, spool, pass] = self.files(&search)?;
        let pending = self.nets_left(&canaries.rooms)?;
        Ok(Residue([live, db, wal, media, log, spool, pass, pending]))
    }

    /// Hits in files: database, write-ahead log, media, logs, spool, passes.
    fn files(&self, search: &Search) -> Result<[u32; 6], RoomError> {
        let db = search.file(&self.database)?;
        let mut wal = 0u32;
        for journal in self.journals() {
            wal = wal.saturating_add(search.file(&journal)?);
        }
        // After the end nothing that was uploaded is owed to anybody: each file counts, whatever is in it.
        let media = search
            .tree(&self.media, DEPTH_MAX)?
            .saturating_add(files(&self.media)?);
        let mut log = 0u32;
        for file in &self.logs {
            log = log.saturating_add(search.file(file)?);
        }
        let spool = search
            .tree(&self.spool, DEPTH_MAX)?
            .saturating_add(files(&self.spool)?);
        let pass = search
            .tree(&self.passes, DEPTH_MAX)?
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
    fn live(&self, connection: &Connection) -> Result<BTreeMap<String, u32>, RoomError> {
        let sql = "SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%'";
        let mut names = connection.prepare(sql)?;
        let tables: Vec<String> = names
            .query_map([], |row| row.get(0))?
            .collect::<Result<_, _>>()?;
        let mut by_table = BTreeMap::new();
        for table in tables {
            let mut hits = 0u32;
            let mut statement =
                connection.prepare(&format!("SELECT * FROM \"{}\"", table.replace('"', "\"\"")))?;
            let room = statement
                .column_names()
                .iter()
                .position(|name| *name == "room_id");
            let columns = statement.column_count();
            let mut rows = statement.query([])?;
            while let Some(row) = rows.next()? {
                hits = hits.saturating_add(self.row(row, columns, room)?);
            }
            if hits > 0 {
                by_table.insert(table, hits);
            }
        }
        Ok(by_table)
    }

    /// One row; `room` is the column that names a room. `user_directory` has one that is always null: no room's row.
    fn row(&self, row: &Row<'_>, columns: usize, room: Option<usize>) -> Result<u32, RoomError> {
        let mut hits = 0u32;
        let of_room = match room {
            Some(room) => row.get_ref(room)? != ValueRef::Null,
            None => false,
        };
        for column in 0..columns {
            let octets = match row.get_ref(column)? {
                ValueRef::Text(octets) | ValueRef::Blob(octets) => octets,
                ValueRef::Null | ValueRef::Integer(_) | ValueRef::Real(_) => continue,
            };
            hits = hits.saturating_add(found(self.words.as_ref(), octets));
            if of_room {
                hits = hits.saturating_add(found(self.people.as_ref(), octets));
            }
        }
        Ok(hits)
    }

    /// Hits in a file's octets; windows overlap by the longest needle, so that none is cut.
    fn file(&self, path: &Path) -> Result<u32, RoomError> {
        let mut file = match File::open(path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(0),
            Err(error) => return Err(error.into()),
        };
        let overlap = self.longest.saturating_sub(1);
        let mut window: Vec<u8> = Vec::new();
        let mut hits = 0u32;
        loop {
            let kept = window.len();
            let limit = u64::try_from(WINDOW).unwrap_or(u64::MAX);
            let read = Read::by_ref(&mut file)
                .take(limit)
                .read_to_end(&mut window)?;
            // What lies wholly inside the part that was searched before is not counted twice.
            let old = found(self.words.as_ref(), window.get(..kept).unwrap_or(&[]));
            hits = hits.saturating_add(found(self.words.as_ref(), &window).saturating_sub(old));
            if read == 0 {
                return Ok(hits);
            }
            window.drain(..window.len().saturating_sub(overlap));
        }
    }

    /// Hits in a folder's files and in their paths: a media id is spread over the folders' names.
    fn tree(&self, folder: &Path, depth: usize) -> Result<u32, RoomError> {
        self.branch(folder, folder, depth)
    }

    fn branch(&self, root: &Path, folder: &Path, depth: usize) -> Result<u32, RoomError> {
        let entries = match fs::read_dir(folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(0),
            Err(error) => return Err(error.into()),
        };
        let mut hits = 0u32;
        for entry in entries {
            let path = entry?.path();
            if path.is_dir() && depth > 0 {
                hits = hits.saturating_add(self.branch(root, &path, depth.saturating_sub(1))?);
            } else {
                let joined: String = path
                    .strip_prefix(root)
                    .unwrap_or(&path)
                    .components()
                    .map(|part| part.as_os_str().to_string_lossy())
                    .collect();
                hits = hits.saturating_add(found(self.words.as_ref(), joined.as_bytes()));
                hits = hits.saturating_add(self.file(&path)?);
            }
        }
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
