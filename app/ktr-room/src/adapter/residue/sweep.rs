//! Step 10: rows that the homeserver never deletes by itself, its write-ahead log and its log (design: room, 9.1).
//! Private tables are touched in a version that was swept clean before, else not at all.

use std::fs::OpenOptions;
use std::time::Duration;

use rusqlite::{Connection, TransactionBehavior};

use super::canary::Canaries;
use super::site::Site;
use crate::error::RoomError;
use crate::journal::Sweep;
use crate::limits::SWEEP_KNOWN;
use crate::name::PROBE;

/// Tables whose rows are found by room.
///
/// Once a room is purged the API lists its reports no more, so where the nets were first only this removes them.
const BY_ROOM: [&str; 4] = [
    "current_state_delta_stream",
    "room_tags_revisions",
    "timeline_gaps",
    "event_reports",
];

/// How often the checkpoint is tried while the homeserver reads.
const CHECKPOINTS_MAX: u32 = 50;

impl Site {
    /// Cleans the database of the running homeserver, cuts its write-ahead log and its log.
    ///
    /// # Errors
    /// The database or a log cannot be written.
    pub fn sweep(
        &self,
        canaries: &Canaries,
        server_version: [u16; 3],
        now_ms: u64,
    ) -> Result<Sweep, RoomError> {
        let [major, minor, patch] = server_version;
        let version_known = SWEEP_KNOWN.contains(&format!("{major}.{minor}.{patch}").as_str());
        let mut connection = self.open()?;
        connection.pragma_update(None, "secure_delete", "ON")?;
        let secure: u32 = connection.pragma_query_value(None, "secure_delete", |row| row.get(0))?;
        if version_known {
            delete(&mut connection, canaries, now_ms)?;
        }
        // Overwriting what is freed is not enough: pages that were split keep old octets between their cells (seen
        // with a fresh database). Its copy is made in memory, never in a temporary file.
        connection.pragma_update(None, "temp_store", "MEMORY")?;
        connection.execute_batch("VACUUM")?;
        let wal_truncated = checkpoint(&connection)?;
        for log in &self.logs {
            if log.exists() {
                OpenOptions::new().write(true).open(log)?.set_len(0)?;
            }
        }
        Ok(Sweep {
            swept: version_known,
            wal_truncated,
            secure_delete: secure == 1 && self.secure_delete,
            version_known,
            server_version,
            at_ms: now_ms,
        })
    }
}

/// Deletes the rows of the rooms in one transaction.
fn delete(connection: &mut Connection, canaries: &Canaries, now_ms: u64) -> Result<(), RoomError> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    for room in &canaries.rooms {
        for table in BY_ROOM {
            transaction.execute(
                &format!("DELETE FROM {table} WHERE room_id = ?1"),
                [room.as_str()],
            )?;
        }
        let tasks = "DELETE FROM scheduled_tasks WHERE resource_id = ?1 AND status <> 'active'";
        transaction.execute(tasks, [room.as_str()])?;
    }
    for event in &canaries.events {
        transaction.execute("DELETE FROM event_expiry WHERE event_id = ?1", [event])?;
    }
    // Where the nets purged the room, its alias is gone from the API and this row is not.
    for alias in &canaries.aliases {
        transaction.execute(
            "DELETE FROM room_alias_servers WHERE room_alias = ?1",
            [alias],
        )?;
    }
    // Tokens that were minted right before a crash are in no journal; a dedicated homeserver has no others but those of
    // probes, which ask after T whether the room is gone.
    transaction.execute(
        "DELETE FROM access_tokens WHERE puppets_user_id IS NOT NULL AND device_id IS NULL
             AND NOT (puppets_user_id LIKE ?1 AND valid_until_ms > ?2)",
        (
            format!("@{PROBE}%"),
            i64::try_from(now_ms).unwrap_or(i64::MAX),
        ),
    )?;
    // Whence those tokens came: always the loopback, but one row for each that was used.
    transaction.execute(
        "DELETE FROM user_ips WHERE access_token NOT IN (SELECT token FROM access_tokens)",
        [],
    )?;
    transaction.commit()?;
    Ok(())
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
