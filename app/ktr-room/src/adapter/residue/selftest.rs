//! A scan must first find a fresh canary in a copy of what it will search, in every class, else it is void.
//! The copy is made where the site says, beside the spool, and is gone when the test ends.

use std::fs;

use rusqlite::params;

use super::canary::Canaries;
use super::scan::CLASSES;
use super::site::Site;
use crate::entropy;
use crate::error::RoomError;
use crate::matrix_id::RoomId;

/// Plants a canary in every class of a copy and counts.
pub(super) fn run(site: &Site) -> Result<(), RoomError> {
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
    site.look()?
        .execute("VACUUM INTO ?1", params![copy.database.to_string_lossy()])?;
    for folder in [&copy.media, &copy.spool, &copy.passes] {
        fs::create_dir(folder)?;
        fs::write(folder.join("planted"), &canary)?;
    }
    for log in &copy.logs {
        fs::write(log, &canary)?;
    }
    let connection = copy.open()?;
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
