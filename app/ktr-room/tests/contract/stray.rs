//! Strays between two sessions: whatever fails while they are cleared away, no row that names their members stays.
//! Strays that are found in a session are among the policy's sentences, but for the latest.

use std::fs;

use ktr_core::id::SessionId;
use ktr_room::RoomError;
use ktr_room::matrix_id::RoomId;
use ktr_room::port::{Clock, Room};
use ktr_room::seen::Net;
use rusqlite::Connection;

use super::adversity::{dissolution, endure, hour, until};
use super::journal::{Brittle, Hour};
use super::mock::Fault;

/// Why a full disk takes nothing, by the numbers of Linux.
const ENOSPC: i32 = 28;

/// A county with nothing to do and this many strays, each with a row that names a member.
async fn strays(count: u32) -> Hour {
    let hour = Hour::new(Brittle::new([])).await;
    hour.ledger
        .change(|inner| inner.session.reported.attempts = 1);
    for n in 0..count {
        lay(&hour, 80 + n).await;
    }
    hour
}

/// A room with the alias of a session that nobody tends, and its row.
async fn lay(hour: &Hour, session: u32) -> RoomId {
    let room = hour.room.create(SessionId(session), &[]).await;
    let room = room.expect("a stray");
    let row = "INSERT INTO current_state_delta_stream VALUES (?1, '@m-1:county-a.test')";
    database(hour).execute(row, [room.as_str()]).expect("a row");
    room
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
async fn a_room_is_no_stray_by_a_state_of_before() {
    let hour = strays(1).await;
    let mut sidecar = hour.sidecar();
    hour.ledger.change(|inner| inner.behind_secs = 181);
    sidecar.pass().await.expect("a pass");
    assert_eq!(hour.mock.halls(), 1, "it may be a session's");
    hour.ledger.change(|inner| inner.behind_secs = 0);
    sidecar.pass().await.expect("a pass");
    assert_eq!(hour.mock.halls(), 0);
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
async fn a_room_that_comes_when_the_sessions_is_purged_goes_before_the_report_and_is_told() {
    // the second time when the report waits for no other room any more, the third time when the bot is out of it
    for (late_ms, is_left) in [(0, false), (31_000, false), (0, true)] {
        let mut hour = hour().await;
        let mut sidecar = hour.sidecar();
        until(&mut hour, &mut sidecar, |journal| journal.posted() > 1).await;
        hour.ledger.change(|inner| inner.silent = true);
        until(&mut hour, &mut sidecar, |journal| {
            let end = journal.end.as_ref();
            end.is_some_and(|end| !end.scans.is_empty())
        })
        .await;
        // as a createRoom does that was under way at T
        let late = lay(&hour, 4).await;
        if is_left {
            let armed = hour.room.arm(&late, &Net::OwnLeave, 1).await;
            armed.expect("armed");
        }
        hour.ledger.change(|inner| {
            inner.silent = false;
            inner.ahead_ms += late_ms + 10;
        });
        let look = hour.room.look(SessionId(4), None).await.expect("a look");
        assert_eq!((look.room.is_none(), look.stands), (is_left, Some(late)));
        endure(&mut hour, &mut sidecar, "a late room").await;
        assert_eq!((hour.mock.halls(), rows(&hour)), (0, 0));
        let report = dissolution(&hour);
        let told = (report.strays, report.residue);
        assert_eq!(told, (1, [0; 8]), "{late_ms} ms late");
        assert!(report.flags.stray_found);
    }
}

#[tokio::test]
async fn a_room_that_was_never_finished_is_waited_for_and_then_made_anew() {
    let mut hour = hour().await;
    let mut sidecar = hour.sidecar();
    let half = hour.room.create(SessionId(4), &[]).await.expect("a room");
    hour.mock.unmake(half.as_str(), hour.ledger.local_ms());
    // it may still be made
    let error = sidecar.pass().await.expect_err("it is being made");
    assert!(matches!(error, RoomError::Overdue(_)), "{error}");
    assert_eq!(hour.mock.halls(), 1);
    hour.mock.unmake(half.as_str(), 0);
    let journal = until(&mut hour, &mut sidecar, |journal| journal.room.is_some()).await;
    assert_ne!(journal.room, Some(half));
    assert_eq!(hour.mock.halls(), 1);
}

#[tokio::test]
async fn a_stray_that_goes_while_the_disk_is_full_is_swept_and_told_all_the_same() {
    let mut hour = hour().await;
    let mut sidecar = hour.sidecar();
    until(&mut hour, &mut sidecar, |journal| journal.posted() > 1).await;
    lay(&hour, 80).await;
    hour.disk.refuse(Some(ENOSPC));
    let _full = sidecar.pass().await;
    assert_eq!(hour.mock.halls(), 1, "the session's own");
    hour.disk.refuse(None);
    endure(&mut hour, &mut sidecar, "a stray and a full disk").await;
    assert_eq!((dissolution(&hour).strays, rows(&hour)), (1, 0));
}

#[tokio::test]
async fn a_hundred_strays_hide_no_room() {
    let hour = strays(101).await;
    let own = hour.room.create(SessionId(4), &[]).await.expect("a room");
    let look = hour.room.look(SessionId(4), Some(&own)).await;
    let look = look.expect("look");
    assert_eq!(look.strays.len(), 101);
    assert_eq!(look.room.map(|room| room.id), Some(own));
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
