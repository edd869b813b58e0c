//! `SQLite`: one file in the homeserver's data folder, with a write-ahead log beside it.
//! Who only looks changes nothing: neither the database nor the write-ahead log that a killed homeserver left.

use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, OpenFlags, Row, ToSql, TransactionBehavior, params, params_from_iter};

use super::{Cleaned, Delete, Line, MINTED, Parts, Value, Wipe};
use crate::error::RoomError;
use crate::matrix_id::RoomId;

/// How long a lock of the running homeserver is waited for.
const LOCK_WAIT: Duration = Duration::from_secs(10);

/// How often the checkpoint is tried while the homeserver reads.
const CHECKPOINTS_MAX: u32 = 50;

/// The columns that a canary needs, for where no homeserver's database is left to take its table from.
const TABLE: &str = "CREATE TABLE delayed_events (delay_id TEXT, user_localpart TEXT, delay BIGINT, send_ts BIGINT, \
                     room_id TEXT, event_type TEXT, origin_server_ts BIGINT, content TEXT, is_processed BOOLEAN)";

/// The database's file.
#[derive(Clone, Debug)]
pub struct Sqlite {
    /// Where it lies.
    pub file: PathBuf,
}

impl ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<rusqlite::types::ToSqlOutput<'_>> {
        match self {
            Self::Text(text) => text.to_sql(),
            Self::Number(number) => number.to_sql(),
        }
    }
}

impl Sqlite {
    /// A connection that may write and waits for the homeserver's locks.
    fn open(&self) -> Result<Connection, RoomError> {
        self.connect(OpenFlags::SQLITE_OPEN_READ_WRITE)
    }

    /// A connection that only looks. Closing the last connection would else cut the write-ahead log, and with it what is to be
    /// found there.
    fn look(&self) -> Result<Connection, RoomError> {
        let connection = self.connect(OpenFlags::SQLITE_OPEN_READ_ONLY)?;
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
        Ok(connection)
    }

    fn connect(&self, mode: OpenFlags) -> Result<Connection, RoomError> {
        let flags = mode | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(&self.file, flags)?;
        connection.busy_timeout(LOCK_WAIT)?;
        Ok(connection)
    }

    pub(super) fn read(&self, see: &mut (dyn FnMut(&Line<'_>) + Send)) -> Result<(), RoomError> {
        let connection = self.look()?;
        // One snapshot of all tables: it ends with the connection.
        connection.execute_batch("BEGIN")?;
        let sql = "SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%'";
        let mut names = connection.prepare(sql)?;
        let tables: Vec<String> = names
            .query_map([], |row| row.get(0))?
            .collect::<Result<_, _>>()?;
        for table in tables {
            let mut statement =
                connection.prepare(&format!("SELECT * FROM \"{}\"", table.replace('"', "\"\"")))?;
            let room = statement
                .column_names()
                .iter()
                .position(|name| *name == "room_id");
            let columns = statement.column_count();
            let mut rows = statement.query([])?;
            while let Some(row) = rows.next()? {
                // `user_directory` has a room that is always null: no room's row.
                let (of_room, room) = match room.map(|room| row.get_ref(room)).transpose()? {
                    None | Some(ValueRef::Null) => (false, None),
                    Some(ValueRef::Text(octets) | ValueRef::Blob(octets)) => (true, Some(octets)),
                    Some(ValueRef::Integer(_) | ValueRef::Real(_)) => (true, None),
                };
                see(&Line {
                    table: &table,
                    of_room,
                    room,
                    values: &octets(row, columns)?,
                });
            }
        }
        Ok(())
    }

    pub(super) fn nets_left(&self, rooms: &[RoomId]) -> Result<u32, RoomError> {
        let connection = self.look()?;
        let mut left = 0u32;
        for room in rooms {
            let sql = "SELECT count(*) FROM delayed_events WHERE room_id = ?1";
            let rows: u32 = connection.query_row(sql, [room.as_str()], |row| row.get(0))?;
            left = left.saturating_add(rows);
        }
        Ok(left)
    }

    /// None where no homeserver's table is.
    pub(super) fn tokens_left(&self) -> Result<u32, RoomError> {
        let connection = self.look()?;
        let table =
            "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = 'access_tokens'";
        let there: u32 = connection.query_row(table, [], |row| row.get(0))?;
        if there == 0 {
            return Ok(0);
        }
        Ok(connection.query_row(MINTED, [], |row| row.get(0))?)
    }

    pub(super) fn clean(&self, deletes: &[Delete], wipe: Wipe) -> Result<Cleaned, RoomError> {
        let mut connection = self.open()?;
        connection.pragma_update(None, "secure_delete", "ON")?;
        let secure: u32 = connection.pragma_query_value(None, "secure_delete", |row| row.get(0))?;
        if !deletes.is_empty() {
            let transaction =
                connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            for delete in deletes {
                transaction.execute(delete.sql, params_from_iter(&delete.values))?;
            }
            transaction.commit()?;
        }
        if wipe.pages {
            // Its copy is made in memory, never in a temporary file.
            connection.pragma_update(None, "temp_store", "MEMORY")?;
            connection.execute_batch("VACUUM")?;
        }
        Ok(Cleaned {
            wal_truncated: wipe.log && checkpoint(&connection)?,
            wiped: secure == 1,
        })
    }

    pub(super) fn updates_left(&self) -> Result<u32, RoomError> {
        let connection = self.look()?;
        let sql = "SELECT count(*) FROM background_updates";
        Ok(connection.query_row(sql, [], |row| row.get(0))?)
    }

    /// The file; the write-ahead log and its companions.
    pub(super) fn parts(&self) -> Parts {
        let beside = |suffix: &str| {
            let mut path = self.file.clone().into_os_string();
            path.push(suffix);
            PathBuf::from(path)
        };
        Parts {
            db: vec![self.file.clone()],
            wal: ["-wal", "-shm", "-journal"].map(beside).to_vec(),
        }
    }

    /// The homeserver's own table of delayed events, as it was made; none of its rows.
    fn table(&self) -> Result<String, RoomError> {
        if !self.file.exists() {
            return Ok(TABLE.to_owned());
        }
        let table =
            "SELECT sql FROM sqlite_schema WHERE type = 'table' AND name = 'delayed_events'";
        Ok(self.look()?.query_row(table, [], |row| row.get(0))?)
    }

    /// Runs `look` on a file of its own, with the canary in a row, in pages and in a write-ahead log: the connection that would
    /// cut it stays open meanwhile.
    pub(super) fn with_canary(
        &self,
        scratch: &Path,
        canary: &str,
        look: &mut dyn FnMut(Self) -> Result<(), RoomError>,
    ) -> Result<(), RoomError> {
        let planted = Self {
            file: scratch.join("homeserver.db"),
        };
        let connection = Connection::open(&planted.file)?;
        connection.execute_batch(&self.table()?)?;
        connection.pragma_update(None, "journal_mode", "WAL")?;
        let plant = "INSERT INTO delayed_events (delay_id, user_localpart, delay, send_ts, room_id, event_type, \
                     origin_server_ts, content, is_processed) VALUES (?1, ?1, 1, 1, ?2, ?1, 1, ?1, 0)";
        let room = format!("!{canary}");
        connection.execute(plant, params![canary, room])?;
        connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
        connection.execute(
            "UPDATE delayed_events SET content = ?1 WHERE room_id = ?1",
            [room],
        )?;
        look(planted)
    }
}

/// What a row holds, as octets.
fn octets<'a>(row: &'a Row<'_>, columns: usize) -> Result<Vec<&'a [u8]>, RoomError> {
    let mut values = Vec::new();
    for column in 0..columns {
        match row.get_ref(column)? {
            ValueRef::Text(octets) | ValueRef::Blob(octets) => values.push(octets),
            ValueRef::Null | ValueRef::Integer(_) | ValueRef::Real(_) => {}
        }
    }
    Ok(values)
}

/// Cuts the write-ahead log to nothing; `false` if the homeserver kept reading in it.
fn checkpoint(connection: &Connection) -> Result<bool, RoomError> {
    for _ in 0..CHECKPOINTS_MAX {
        let found: [i64; 3] =
            connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| {
                Ok([row.get(0)?, row.get(1)?, row.get(2)?])
            })?;
        if found == [0, 0, 0] {
            return Ok(true);
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    Ok(false)
}
