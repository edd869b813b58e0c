//! Step 10: rows that the homeserver never deletes by itself, its write-ahead log and its log (design: room, 9.1).
//! Private tables are touched in a version that was swept clean before, else not at all.

use std::fs::OpenOptions;

use super::canary::Canaries;
use super::database::{Delete, Value};
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
        let version_known = SWEEP_KNOWN.contains(&format!("{major}.{minor}.{patch}").as_str())
            && self.database.is_known()?;
        let deletes = if version_known {
            deletes(canaries, now_ms)
        } else {
            Vec::new()
        };
        let cleaned = self.database.clean(&deletes)?;
        for log in &self.logs {
            if log.exists() {
                OpenOptions::new().write(true).open(log)?.set_len(0)?;
            }
        }
        Ok(Sweep {
            swept: version_known,
            wal_truncated: cleaned.wal_truncated,
            secure_delete: cleaned.wiped && self.secure_delete,
            version_known,
            server_version,
            at_ms: now_ms,
        })
    }
}

/// What goes of the rooms, for one transaction.
fn deletes(canaries: &Canaries, now_ms: u64) -> Vec<Delete> {
    let mut deletes = Vec::new();
    let mut execute = |sql: &str, values: Vec<Value>| {
        deletes.push(Delete {
            sql: sql.to_owned(),
            values,
        });
    };
    let text = |text: &str| vec![Value::Text(text.to_owned())];
    for room in &canaries.rooms {
        for table in BY_ROOM {
            execute(
                &format!("DELETE FROM {table} WHERE room_id = $1"),
                text(room.as_str()),
            );
        }
        let tasks = "DELETE FROM scheduled_tasks WHERE resource_id = $1 AND status <> 'active'";
        execute(tasks, text(room.as_str()));
    }
    for event in &canaries.events {
        execute("DELETE FROM event_expiry WHERE event_id = $1", text(event));
    }
    // Where the nets purged the room, its alias is gone from the API and this row is not.
    for alias in &canaries.aliases {
        execute(
            "DELETE FROM room_alias_servers WHERE room_alias = $1",
            text(alias),
        );
    }
    // Tokens that were minted right before a crash are in no journal; a dedicated homeserver has no others but those of
    // probes, which ask after T whether the room is gone.
    execute(
        "DELETE FROM access_tokens WHERE puppets_user_id IS NOT NULL AND device_id IS NULL
             AND NOT (puppets_user_id LIKE $1 AND valid_until_ms > $2)",
        vec![
            Value::Text(format!("@{PROBE}%")),
            Value::Number(i64::try_from(now_ms).unwrap_or(i64::MAX)),
        ],
    );
    // Whence those tokens came: always the loopback, but one row for each that was used.
    execute(
        "DELETE FROM user_ips WHERE access_token NOT IN (SELECT token FROM access_tokens)",
        Vec::new(),
    );
    deletes
}
