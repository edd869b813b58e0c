//! The connection to a cluster, and what a scan sees through it: every column of every table, in one snapshot that only reads.
//! The statistics count as a table: the planner keeps samples of names there.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use postgres::fallible_iterator::FallibleIterator;
use postgres::types::{FromSql, Type};
use postgres::{Client, IsolationLevel, NoTls, Row, Transaction};

use super::password;
use crate::adapter::residue::database::{Line, MINTED, Parts};
use crate::config::PostgresTable;
use crate::error::RoomError;
use crate::matrix_id::RoomId;
use crate::synapse::read_secret;

/// Longest wait for a connection.
const CONNECT_WAIT: Duration = Duration::from_secs(10);

/// Longest wait for a lock, and for one statement: rewriting all tables is one.
const WAITS: &str = "-c lock_timeout=10s -c statement_timeout=120s";

/// The folder of the write-ahead log in a data folder.
pub(super) const WAL: &str = "pg_wal";

/// Tables that are not the server's own.
pub(super) const TABLES: &str = "SELECT n.nspname::text, c.relname::text \
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace \
    WHERE c.relkind IN ('r', 'm') AND n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\\_%' \
    ORDER BY 1, 2";

/// Samples of columns that the planner keeps, and whether their table belongs to rooms.
const SAMPLES: &str = "SELECT s.most_common_vals::text, s.histogram_bounds::text, \
    EXISTS (SELECT FROM pg_catalog.pg_attribute a WHERE a.attname = 'room_id' \
        AND a.attrelid = format('%I.%I', s.schemaname, s.tablename)::regclass) \
    FROM pg_catalog.pg_stats s WHERE s.schemaname NOT IN ('pg_catalog', 'information_schema')";

/// A cluster that holds one homeserver's database and nothing else.
#[derive(Clone, Debug)]
pub struct Postgres {
    pub(super) place: PostgresTable,
    /// The table in which delayed events are counted; a scan that tries itself has one of its own.
    nets: String,
}

/// A column's octets, whatever its type.
struct Octets<'a>(&'a [u8]);

impl<'a> FromSql<'a> for Octets<'a> {
    fn from_sql(_: &Type, raw: &'a [u8]) -> Result<Self, Box<dyn Error + Sync + Send>> {
        Ok(Self(raw))
    }

    fn accepts(_: &Type) -> bool {
        true
    }
}

impl Postgres {
    /// The cluster that a configuration names.
    #[must_use]
    pub fn at(place: &PostgresTable) -> Self {
        Self {
            place: place.clone(),
            nets: "delayed_events".to_owned(),
        }
    }

    /// Runs work on a connection of its own, in a thread of its own: the client has a runtime inside and must not meet another.
    pub(super) fn connected<T: Send>(
        &self,
        work: impl FnOnce(&mut Client) -> Result<T, RoomError> + Send,
    ) -> Result<T, RoomError> {
        thread::scope(|scope| {
            let work = scope.spawn(|| work(&mut self.connect()?));
            work.join()
                .map_err(|_panicked| RoomError::Postgres("its client stopped".to_owned()))?
        })
    }

    fn connect(&self) -> Result<Client, RoomError> {
        let place = &self.place;
        let mut config = postgres::Config::new();
        config
            .host(&place.host)
            .port(place.port)
            .dbname(&place.database)
            .user(&place.user)
            .application_name("ktr-room")
            .connect_timeout(CONNECT_WAIT)
            .options(WAITS);
        if let Some(path) = &place.password_file {
            let octets = read_secret(path)?;
            let port = place.port.to_string();
            let wanted = [&*place.host, &*port, &*place.database, &*place.user];
            let found = std::str::from_utf8(&octets)
                .ok()
                .and_then(|text| password::find(text, wanted));
            let password = found.ok_or_else(|| RoomError::SecretBroken(path.clone()))?;
            config.password(password.as_str());
        }
        Ok(config.connect(NoTls)?)
    }

    /// Shows every row of every table that is not the server's own, and the samples of their columns.
    pub(in super::super) fn read(
        &self,
        see: &mut (dyn FnMut(&Line<'_>) + Send),
    ) -> Result<(), RoomError> {
        self.connected(|client| {
            let start = client.build_transaction().read_only(true);
            let start = start.isolation_level(IsolationLevel::RepeatableRead);
            let mut snapshot = start.start()?;
            for row in snapshot.query(TABLES, &[])? {
                let (schema, table): (String, String) = (row.try_get(0)?, row.try_get(1)?);
                read_table(&mut snapshot, (&schema, &table), see)?;
            }
            for row in snapshot.query(SAMPLES, &[])? {
                see(&Line {
                    table: "pg_statistic",
                    of_room: row.try_get(2)?,
                    room: None,
                    values: &octets(&row, 2)?,
                });
            }
            Ok(())
        })
    }

    pub(in super::super) fn nets_left(&self, rooms: &[RoomId]) -> Result<u32, RoomError> {
        let rooms: Vec<&str> = rooms.iter().map(RoomId::as_str).collect();
        let sql = format!("SELECT count(*) FROM {} WHERE room_id = ANY($1)", self.nets);
        self.connected(|client| {
            let left: i64 = client.query_one(&sql, &[&rooms])?.try_get(0)?;
            Ok(u32::try_from(left).unwrap_or(u32::MAX))
        })
    }

    pub(in super::super) fn tokens_left(&self) -> Result<u32, RoomError> {
        self.connected(|client| {
            let left: i64 = client.query_one(MINTED, &[])?.try_get(0)?;
            Ok(u32::try_from(left).unwrap_or(u32::MAX))
        })
    }

    /// The data folder: the write-ahead log by itself, and everything else.
    pub(in super::super) fn parts(&self) -> Result<Parts, RoomError> {
        let mut parts = Parts {
            db: Vec::new(),
            wal: vec![self.place.data.join(WAL)],
        };
        for entry in std::fs::read_dir(&self.place.data)? {
            let path = entry?.path();
            if !path.ends_with(WAL) {
                parts.db.push(path);
            }
        }
        Ok(parts)
    }

    /// Runs `look` while a table of its own holds the canary, in the same database: what sees it there sees the homeserver's.
    pub(in super::super) fn with_canary(
        &self,
        canary: &str,
        look: &mut dyn FnMut(Self) -> Result<(), RoomError>,
    ) -> Result<(), RoomError> {
        let planted = Self {
            nets: format!("ktr_selftest_{canary}"),
            ..self.clone()
        };
        let table = &planted.nets;
        let rows = [
            format!("CREATE TABLE {table} (room_id TEXT, words TEXT, octets BYTEA)"),
            format!("INSERT INTO {table} VALUES ('!{canary}', '{canary}', '{canary}')"),
            // Else its pages may still be in memory only.
            "CHECKPOINT".to_owned(),
        ];
        let looked = self
            .connected(|client| {
                for sql in &rows {
                    client.batch_execute(sql)?;
                }
                Ok(())
            })
            .and_then(|()| look(planted.clone()));
        self.connected(|client| {
            Ok(client.batch_execute(&format!("DROP TABLE IF EXISTS {table}"))?)
        })?;
        looked
    }

    /// The data folder.
    pub(super) fn folder(&self) -> &Path {
        &self.place.data
    }

    /// The folder of the write-ahead log.
    pub(super) fn wal(&self) -> PathBuf {
        self.place.data.join(WAL)
    }

    /// How many updates of a fresh database are not done yet.
    pub(in super::super) fn updates_left(&self) -> Result<u32, RoomError> {
        self.connected(|client| {
            let sql = "SELECT count(*) FROM background_updates";
            let left: i64 = client.query_one(sql, &[])?.try_get(0)?;
            Ok(u32::try_from(left).unwrap_or(u32::MAX))
        })
    }
}

/// Shows one table.
fn read_table(
    snapshot: &mut Transaction<'_>,
    (schema, table): (&str, &str),
    see: &mut (dyn FnMut(&Line<'_>) + Send),
) -> Result<(), RoomError> {
    let all = snapshot.prepare(&format!("SELECT * FROM {}", quoted(schema, table)))?;
    let columns = all.columns();
    let room = columns.iter().position(|column| column.name() == "room_id");
    let columns = columns.len();
    let mut rows = snapshot.query_raw(&all, std::iter::empty::<i64>())?;
    while let Some(row) = rows.next()? {
        // `user_directory` has a room that is always null: no room's row.
        let room = match room {
            Some(room) => row.try_get::<_, Option<Octets<'_>>>(room)?,
            None => None,
        };
        let room = room.map(|Octets(octets)| octets);
        see(&Line {
            table,
            of_room: room.is_some(),
            room,
            values: &octets(&row, columns)?,
        });
    }
    Ok(())
}

/// What the first columns of a row hold, as octets; numbers are among them, in four or eight octets, which no canary has.
fn octets(row: &Row, columns: usize) -> Result<Vec<&[u8]>, RoomError> {
    let mut values = Vec::new();
    for column in 0..columns {
        if let Some(Octets(octets)) = row.try_get(column)? {
            values.push(octets);
        }
    }
    Ok(values)
}

/// A table's name, as SQL wants it.
pub(super) fn quoted(schema: &str, table: &str) -> String {
    let quote = |name: &str| format!("\"{}\"", name.replace('"', "\"\""));
    format!("{}.{}", quote(schema), quote(table))
}
