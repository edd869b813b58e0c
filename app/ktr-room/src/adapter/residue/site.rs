//! Where the homeserver and the sidecar keep what may be left over.
//! Who only looks changes nothing: neither the database nor the write-ahead log that a killed homeserver left.

use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

use crate::error::RoomError;
use crate::matrix_id::RoomId;

/// How long a lock of the running homeserver is waited for.
const LOCK_WAIT: Duration = Duration::from_secs(10);

/// The files of one county's homeserver and sidecar.
#[derive(Clone, Debug)]
pub struct Site {
    /// The homeserver's database.
    pub database: PathBuf,
    /// Its media store.
    pub media: PathBuf,
    /// Its log files.
    pub logs: Vec<PathBuf>,
    /// The sidecar's spool.
    pub spool: PathBuf,
    /// The passes laid out.
    pub passes: PathBuf,
    /// Where the scanner tries itself, on a site of its own making that is gone afterwards.
    pub scratch: PathBuf,
    /// Whether the homeserver's own `SQLite` overwrites what it frees; if not, the report says so.
    pub secure_delete: bool,
}

impl Site {
    /// The site of a homeserver whose data folder was made by `ktr-room init`.
    #[must_use]
    pub fn of(data: &Path, spool: PathBuf, passes: PathBuf) -> Self {
        Self {
            database: data.join("homeserver.db"),
            media: data.join("media_store"),
            logs: vec![data.join("homeserver.log"), data.join("homeserver.out")],
            scratch: spool.parent().unwrap_or(&spool).to_owned(),
            spool,
            passes,
            secure_delete: false,
        }
    }

    /// A data folder by itself, or a copy of one: nothing of a sidecar is there, and spool and passes are not looked at.
    #[must_use]
    pub fn alone(data: &Path, scratch: &Path) -> Self {
        let mut site = Self::of(data, PathBuf::new(), PathBuf::new());
        scratch.clone_into(&mut site.scratch);
        site
    }

    /// A connection that may write and waits for the homeserver's locks.
    pub(super) fn open(&self) -> Result<Connection, RoomError> {
        self.connect(OpenFlags::SQLITE_OPEN_READ_WRITE)
    }

    /// A connection that only looks. Closing the last connection would else cut the write-ahead log, and with it what is to be
    /// found there.
    pub(super) fn look(&self) -> Result<Connection, RoomError> {
        let connection = self.connect(OpenFlags::SQLITE_OPEN_READ_ONLY)?;
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
        Ok(connection)
    }

    fn connect(&self, mode: OpenFlags) -> Result<Connection, RoomError> {
        let flags = mode | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(&self.database, flags)?;
        connection.busy_timeout(LOCK_WAIT)?;
        Ok(connection)
    }

    /// Rows of delayed events of these rooms, those in flight included: the API's list hides them.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn nets_left(&self, rooms: &[RoomId]) -> Result<u32, RoomError> {
        let connection = self.look()?;
        let mut left = 0u32;
        for room in rooms {
            let sql = "SELECT count(*) FROM delayed_events WHERE room_id = ?1";
            let rows: u32 = connection.query_row(sql, [room.as_str()], |row| row.get(0))?;
            left = left.saturating_add(rows);
        }
        Ok(left)
    }

    /// Tokens that were minted for members: after the end there is none, and a sidecar mints no other.
    pub(super) fn tokens_left(&self) -> Result<u32, RoomError> {
        let connection = self.look()?;
        let table =
            "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = 'access_tokens'";
        let there: u32 = connection.query_row(table, [], |row| row.get(0))?;
        if there == 0 {
            return Ok(0);
        }
        let minted = "SELECT count(*) FROM access_tokens WHERE puppets_user_id LIKE '@m-%' AND device_id IS NULL";
        Ok(connection.query_row(minted, [], |row| row.get(0))?)
    }

    /// The write-ahead log and its companions.
    pub(super) fn journals(&self) -> Vec<PathBuf> {
        ["-wal", "-shm", "-journal"]
            .into_iter()
            .map(|suffix| {
                let mut path = self.database.clone().into_os_string();
                path.push(suffix);
                PathBuf::from(path)
            })
            .collect()
    }
}
