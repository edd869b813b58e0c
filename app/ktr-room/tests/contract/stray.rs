//! Strays between two sessions: whatever fails while they are cleared away, no row that names their members stays.
//! Strays that are found in a session are among the policy's sentences.

use std::fs;

use ktr_core::id::SessionId;
use ktr_room::matrix_id::RoomId;
use ktr_room::port::{Clock, Room};
use rusqlite::Connection;

use super::journal::{Brittle, Hour};
use super::mock::Fault;

/// A county with nothing to do and this many strays, each with a row that names a member.
async fn strays(count: u32) -> Hour {
    let hour = Hour::new(Brittle::new([])).await;
    hour.ledger
        .change(|inner| inner.session.reported.attempts = 1);
    for n in 0..count {
        let room = hour.room.create(SessionId(80 + n), &[]).await;
        let RoomId(room) = room.expect("a stray");
        let row = "INSERT INTO current_state_delta_stream VALUES (?1, '@m-1:county-a.test')";
        database(&hour).execute(row, [room]).expect("a row");
    }
    hour
}

fn database(hour: &Hour) -> Connection {
    let folder = hour.site.passes.parent().expect("a folder");
    Connection::open(folder.join("synapse/homeserver.db")).expect("a database")
}

fn rows(hour: &Hour) -> u32 {
    let count = "SELECT count(*) FROM current_state_delta_stream";
    let rows = database(hour).query_row(count, [], |row| row.get(0));
    rows.expect("a number")
}

/// Answers the first request of a kind with a 500.
fn first(kind: &'static str) -> Fault {
    let mut is_first = true;
    Box::new(move |asked, _| {
        let fails = is_first && asked == kind;
        is_first &= !fails;
        fails.then(|| (500, String::new()))
    })
}

#[tokio::test]
async fn a_stray_that_is_gone_is_swept_though_the_homeserver_failed_in_between() {
    let hour = strays(1).await;
    hour.mock
        .fail(Some(first("GET _synapse/admin/v1/server_version")));
    let mut sidecar = hour.sidecar();
    sidecar.pass().await.expect_err("no version");
    assert_eq!((hour.mock.halls(), rows(&hour)), (0, 1));
    // a crash forgets it no more than a pass
    let mut sidecar = hour.sidecar();
    sidecar.pass().await.expect("a pass");
    assert_eq!(rows(&hour), 0);
    let unswept = fs::read(hour.store.path("unswept.json")).expect("a list");
    assert_eq!(unswept, b"[]");
}

#[tokio::test]
async fn a_stray_that_resists_rings_and_keeps_no_other_from_going() {
    let hour = strays(2).await;
    hour.mock
        .fail(Some(first("DELETE _synapse/admin/v2/rooms/*")));
    let mut sidecar = hour.sidecar();
    sidecar.pass().await.expect_err("one resists");
    assert_eq!((hour.mock.halls(), rows(&hour)), (1, 1));
    assert!(format!("{sidecar:?}").contains("ringing: {Stray}"));
    sidecar.pass().await.expect("a pass");
    assert_eq!((hour.mock.halls(), rows(&hour)), (0, 0));
    assert!(format!("{sidecar:?}").contains("ringing: {}"));
}

#[tokio::test]
async fn what_was_not_swept_before_a_session_is_swept_with_it() {
    let mut hour = strays(1).await;
    hour.mock
        .fail(Some(first("GET _synapse/admin/v1/server_version")));
    hour.sidecar().pass().await.expect_err("no version");
    hour.mock.fail(None);
    hour.ledger
        .change(|inner| inner.session.reported.attempts = 0);
    hour.play("a session after a stray").await;
    assert_eq!(rows(&hour), 0);
}

#[tokio::test]
async fn with_no_session_at_hand_and_the_chain_silent_nothing_is_touched_until_it_speaks() {
    let hour = strays(1).await;
    hour.ledger.change(|inner| inner.silent = true);
    let mut sidecar = hour.sidecar();
    for _ in 0..5 {
        let wake_ms = sidecar.pass().await.expect("a pass");
        assert!(wake_ms > hour.ledger.local_ms(), "it waits for a tick");
        hour.ledger.change(|inner| inner.ahead_ms += 700_000);
    }
    assert_eq!((hour.mock.halls(), rows(&hour)), (1, 1));
    let handed = fs::read_dir(&hour.site.inbox).expect("an inbox").count();
    assert_eq!(handed, 1, "what nobody knows to be nobody's is kept");
    hour.ledger.change(|inner| inner.silent = false);
    sidecar.pass().await.expect("a pass");
    assert_eq!((hour.mock.halls(), rows(&hour)), (0, 0));
}
