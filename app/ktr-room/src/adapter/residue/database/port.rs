//! The port: what sweep and scan ask of a homeserver's database, and which of the two answers.
//! No SQL of a kind's own stands here.

use std::path::{Path, PathBuf};

use crate::error::RoomError;
use crate::matrix_id::RoomId;

use super::{Postgres, Sqlite};

/// The database of one homeserver.
#[derive(Clone, Debug)]
pub enum Database {
    /// A file in the homeserver's data folder.
    Sqlite(Sqlite),
    /// A cluster of PostgreSQL beside it.
    Postgres(Postgres),
}

/// One row of one table, as octets; what is null or a number is left out.
#[derive(Debug)]
pub(in super::super) struct Line<'a> {
    pub(in super::super) table: &'a str,
    /// Whether its column `room_id` names a room.
    pub(in super::super) of_room: bool,
    /// What that column holds, where the line is a row of it.
    pub(in super::super) room: Option<&'a [u8]>,
    pub(in super::super) values: &'a [&'a [u8]],
}

/// One deletion; `$1` and so on stand for its values, in this order.
#[derive(Debug)]
pub(in super::super) struct Delete {
    pub(in super::super) sql: &'static str,
    pub(in super::super) values: Vec<Value>,
}

/// A value of a deletion.
#[derive(Debug)]
pub(in super::super) enum Value {
    Text(String),
    Number(i64),
}

/// What a cleaning does besides deleting; tests leave one out.
#[derive(Clone, Copy, Debug)]
pub(in super::super) struct Wipe {
    /// Give back what is free: overwriting alone leaves old octets between rows.
    pub(in super::super) pages: bool,
    /// Cut the write-ahead log.
    pub(in super::super) log: bool,
}

/// What a cleaning has done besides deleting.
#[derive(Clone, Copy, Debug)]
pub(in super::super) struct Cleaned {
    /// Nothing older is left in the write-ahead log.
    pub(in super::super) wal_truncated: bool,
    /// What was freed has been written over or given back.
    pub(in super::super) wiped: bool,
}

/// The files and folders that hold it.
#[derive(Debug)]
pub(in super::super) struct Parts {
    pub(in super::super) db: Vec<PathBuf>,
    pub(in super::super) wal: Vec<PathBuf>,
}

/// Tokens that a sidecar minted for members.
pub(super) const MINTED: &str =
    "SELECT count(*) FROM access_tokens WHERE puppets_user_id LIKE '@m-%' AND device_id IS NULL";

impl Database {
    /// The file that a homeserver keeps in its data folder.
    #[must_use]
    pub fn in_folder(data: &Path) -> Self {
        Self::Sqlite(Sqlite {
            file: data.join("homeserver.db"),
        })
    }

    /// Whether there is one.
    pub(in super::super) fn exists(&self) -> bool {
        match self {
            Self::Sqlite(sqlite) => sqlite.file.exists(),
            Self::Postgres(_) => true,
        }
    }

    /// Shows every row of every table, in one snapshot.
    pub(in super::super) fn read(
        &self,
        see: &mut (dyn FnMut(&Line<'_>) + Send),
    ) -> Result<(), RoomError> {
        match self {
            Self::Sqlite(sqlite) => sqlite.read(see),
            Self::Postgres(postgres) => postgres.read(see),
        }
    }

    /// Rows of delayed events of these rooms, those in flight included.
    pub(in super::super) fn nets_left(&self, rooms: &[RoomId]) -> Result<u32, RoomError> {
        match self {
            Self::Sqlite(sqlite) => sqlite.nets_left(rooms),
            Self::Postgres(postgres) => postgres.nets_left(rooms),
        }
    }

    /// Tokens that were minted for members: after the end there is none, and a sidecar mints no other.
    pub(in super::super) fn tokens_left(&self) -> Result<u32, RoomError> {
        match self {
            Self::Sqlite(sqlite) => sqlite.tokens_left(),
            Self::Postgres(postgres) => postgres.tokens_left(),
        }
    }

    /// Deletes in one transaction, then wipes what is free, then cuts the write-ahead log.
    pub(in super::super) fn clean(
        &self,
        deletes: &[Delete],
        wipe: Wipe,
    ) -> Result<Cleaned, RoomError> {
        match self {
            Self::Sqlite(sqlite) => sqlite.clean(deletes, wipe),
            Self::Postgres(postgres) => postgres.clean(deletes, wipe),
        }
    }

    /// Where its octets lie.
    pub(in super::super) fn parts(&self) -> Result<Parts, RoomError> {
        match self {
            Self::Sqlite(sqlite) => Ok(sqlite.parts()),
            Self::Postgres(postgres) => postgres.parts(),
        }
    }

    /// Plants a canary in a database of the same make, and runs `look` on it.
    pub(in super::super) fn with_canary(
        &self,
        scratch: &Path,
        canary: &str,
        look: &mut dyn FnMut(Self) -> Result<(), RoomError>,
    ) -> Result<(), RoomError> {
        match self {
            Self::Sqlite(sqlite) => {
                sqlite.with_canary(scratch, canary, &mut |planted| look(Self::Sqlite(planted)))
            }
            Self::Postgres(postgres) => {
                postgres.with_canary(canary, &mut |planted| look(Self::Postgres(planted)))
            }
        }
    }

    /// Whether its server is of a version that was swept clean; a file has no server.
    pub(in super::super) fn is_known(&self) -> Result<bool, RoomError> {
        match self {
            Self::Sqlite(_) => Ok(true),
            Self::Postgres(postgres) => postgres.is_known(),
        }
    }

    /// How many updates of a fresh database are not done yet.
    pub(crate) fn updates_left(&self) -> Result<u32, RoomError> {
        match self {
            Self::Sqlite(sqlite) => sqlite.updates_left(),
            Self::Postgres(postgres) => postgres.updates_left(),
        }
    }
}
