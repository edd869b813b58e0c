//! A scan must first find a fresh canary in a site of the same make as the one that it will search, in every class, else it is void.
//! Its database has the homeserver's own table and none of its rows: a test that is killed leaves nothing of a room behind.

use std::fs;

use rusqlite::{Connection, params};

use super::canary::Canaries;
use super::scan::CLASSES;
use super::site::Site;
use crate::entropy;
use crate::error::RoomError;
use crate::matrix_id::RoomId;

/// The columns that a canary needs, for where no homeserver's database is left to take its table from.
pub(super) const TABLE: &str = "CREATE TABLE delayed_events (delay_id TEXT, user_localpart TEXT, delay BIGINT, send_ts BIGINT, \
                                room_id TEXT, event_type TEXT, origin_server_ts BIGINT, content TEXT, is_processed BOOLEAN)";

/// The homeserver's own table of delayed events, as it was made.
pub(super) fn table_of(site: &Site) -> Result<String, RoomError> {
    let table = "SELECT sql FROM sqlite_schema WHERE type = 'table' AND name = 'delayed_events'";
    Ok(site.look()?.query_row(table, [], |row| row.get(0))?)
}

/// Plants a canary in every class of such a site, with this table in its database, and counts.
pub(super) fn run(site: &Site, table: &str) -> Result<(), RoomError> {
    let scratch = tempfile::Builder::new()
        .prefix("selftest-")
        .tempdir_in(&site.scratch)?;
    let canary = hex::encode(entropy::draw::<16>());
    let room = RoomId(format!("!{canary}"));
    let copy = Site::of(
        scratch.path(),
        scratch.path().join("spool"),
        scratch.path().join("passes"),
    );
    for folder in [&copy.media, &copy.spool, &copy.passes] {
        fs::create_dir(folder)?;
        fs::write(folder.join("planted"), &canary)?;
    }
    for log in &copy.logs {
        fs::write(log, &canary)?;
    }
    let connection = Connection::open(&copy.database)?;
    connection.execute_batch(table)?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    let plant = "INSERT INTO delayed_events (delay_id, user_localpart, delay, send_ts, room_id, event_type, \
                 origin_server_ts, content, is_processed) VALUES (?1, ?1, 1, 1, ?2, ?1, 1, ?1, 0)";
    connection.execute(plant, params![canary, room.as_str()])?;
    connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
    let again = format!("!{canary}");
    connection.execute(
        "UPDATE delayed_events SET content = ?1 WHERE room_id = ?2",
        params![again, room.as_str()],
    )?;
    let needles = Canaries {
        rooms: vec![room],
        words: vec![canary.into_bytes()],
        ..Canaries::default()
    };
    let found = copy.count(&needles)?;
    for (class, hits) in CLASSES.into_iter().zip(found.0) {
        if hits == 0 {
            return Err(RoomError::ScanVoid(class));
        }
    }
    Ok(())
}
