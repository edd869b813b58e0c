//! A journal that is lost after the nets have taken the room: what the homeserver's database and the chain name is looked for all the same.
//! The homeserver is the one in memory, and it has no room; the rows are those that a purge by the nets leaves.

use std::fs;

use ktr_room::port::Clock;
use rusqlite::Connection;
use serde_json::Value;

use super::adversity::{account, dissolution, endure, hour};
use super::ground::SERVER;
use super::journal::Hour;

/// A county whose room was seeded and is gone, long after T; nothing of it is in the state folder.
async fn lost() -> Hour {
    let hour = hour().await;
    let t_ms = hour.ledger.times().dissolves_ms();
    let left_ms = (t_ms + 200_000).saturating_sub(hour.ledger.local_ms());
    hour.ledger.change(|inner| {
        inner.session.reported.seeded = true;
        inner.ahead_ms += left_ms;
    });
    let member = format!("@{}:{SERVER}", account(&hour, 1));
    database(&hour)
        .execute_batch(&format!(
            "INSERT INTO current_state_delta_stream VALUES ('!LostRoomOfTheSession', '{member}');
             INSERT INTO event_expiry VALUES ('$LostEvent');"
        ))
        .expect("rows");
    hour
}

fn database(hour: &Hour) -> Connection {
    let folder = hour.site.passes.parent().expect("a folder");
    Connection::open(folder.join("synapse/homeserver.db")).expect("a database")
}

fn rows(hour: &Hour) -> [u32; 2] {
    ["current_state_delta_stream", "event_expiry"].map(|table| {
        let count = format!("SELECT count(*) FROM {table}");
        let rows = database(hour).query_row(&count, [], |row| row.get(0));
        rows.expect("a number")
    })
}

#[tokio::test]
async fn a_journal_lost_after_the_nets_have_fired_leaves_no_row_of_its_room_unswept() {
    let mut hour = lost().await;
    let mut sidecar = hour.sidecar();
    endure(&mut hour, &mut sidecar, "lost").await;
    let report = dissolution(&hour);
    assert!(report.flags.dead_man_had_fired);
    assert!(report.flags.room_absent_at_start);
    assert_eq!((rows(&hour), report.residue), ([0, 0], [0; 8]));
    let receipt = fs::read(hour.store.receipt(4, 1)).expect("a receipt");
    let receipt: Value = serde_json::from_slice(&receipt).expect("JSON");
    let sought = receipt["sought"]["words"].as_array().expect("words");
    assert!(
        sought.contains(&Value::from("LostRoomOfTheSession")),
        "by every later scan"
    );
}

#[tokio::test]
async fn rows_of_a_lost_room_that_are_not_swept_are_counted_by_room_and_by_member() {
    let mut hour = lost().await;
    hour.mock.fail(Some(Box::new(|kind, _| {
        let answer = r#"{"server_version":"9.9.9"}"#.to_owned();
        kind.ends_with("server_version").then_some((200, answer))
    })));
    let mut sidecar = hour.sidecar();
    endure(&mut hour, &mut sidecar, "lost, and unswept").await;
    let report = dissolution(&hour);
    assert!(report.flags.dead_man_had_fired);
    let [live, ..] = report.residue;
    assert_eq!((rows(&hour), live), ([1, 1], 2));
}
