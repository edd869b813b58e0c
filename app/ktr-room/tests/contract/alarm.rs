//! Whom an alarm calls: the operator's own command, with the alarm's code, once until the alarm has ended.
//! The homeserver is the one in memory; what is wrong is this machine's clock, or its database.

use std::fs;

use ktr_os::file;
use ktr_room::journal::Remnant;
use ktr_room::port::Clock;
use ktr_room::standing;
use serde_json::json;

use super::adversity::{
    BROKEN, Own, account, dissolution, each, endure, hour, step, until as passes_until,
};
use super::journal::{Brittle, Hour};
use super::poll::until;

#[tokio::test]
async fn an_alarm_calls_the_operator_once_with_its_code_and_again_when_it_comes_back() {
    let mut hour = Hour::new(Brittle::new([])).await;
    let folder = tempfile::tempdir().expect("folder");
    let calls = folder.path().join("calls");
    let script = format!("echo \"$0\" >> {}", calls.display());
    hour.site.on_alarm = vec!["sh".to_owned(), "-c".to_owned(), script];
    let mut sidecar = hour.sidecar();
    for count in [1, 2] {
        for (skew_ms, passes) in [(6_000, 2), (0, 1)] {
            hour.ledger.change(|inner| inner.skew_ms = Some(skew_ms));
            for _ in 0..passes {
                sidecar.pass().await.expect("a pass");
            }
        }
        let called = until("a call", 60, || async {
            let text = fs::read_to_string(&calls).ok()?;
            (text.lines().count() >= count).then_some(text)
        })
        .await;
        assert_eq!(called, "room.skew\n".repeat(count));
    }
}

#[tokio::test]
async fn a_command_that_cannot_be_run_keeps_nobody_from_the_rest() {
    let mut hour = Hour::new(Brittle::new([])).await;
    hour.site.on_alarm = vec!["/nowhere/page".to_owned()];
    hour.ledger.change(|inner| inner.skew_ms = Some(6_000));
    hour.sidecar().pass().await.expect("a pass");
}

#[tokio::test]
async fn residue_of_a_session_that_is_done_rings_on_after_a_restart() {
    let hour = Hour::new(Brittle::new([])).await;
    for (session, hits) in [(2, 0), (3, 1)] {
        let receipt = json!({
            "session": session, "room": null, "salt": "01".repeat(32),
            "dissolution": {"residue": [hits, 0, 0, 0, 0, 0, 0, 0]},
        });
        let path = hour.store.receipt(session, 1);
        file::put(&path, receipt.to_string().as_bytes()).expect("a receipt");
        let remnant = Remnant {
            session,
            attempt: 1,
            receipt: String::new(),
            refused: false,
        };
        let shown = |hour: &Hour| format!("{:?}", hour.sidecar());
        hour.store.remember(&remnant).expect("done");
        let is_ringing = shown(&hour).contains("ringing: {Residue}");
        assert_eq!(is_ringing, hits > 0, "session {session}");
    }
}

#[tokio::test]
async fn a_refused_report_of_the_last_session_rings_on_after_a_restart_until_another_is_taken() {
    let hour = Hour::new(Brittle::new([])).await;
    for (session, refused) in [(2, true), (3, false)] {
        let remnant = Remnant {
            session,
            attempt: 1,
            receipt: String::new(),
            refused,
        };
        hour.store.remember(&remnant).expect("done");
        let shown = format!("{:?}", hour.sidecar());
        let is_ringing = shown.contains("ringing: {ReportRefused}");
        assert_eq!(is_ringing, refused, "session {session}");
    }
}

/// Whether the alarm for what lasts rings.
fn is_stuck(hour: &Hour) -> bool {
    let standing = standing::read(&hour.store).expect("standing");
    let alarms = standing.map_or_else(Vec::new, |standing| standing.alarms);
    alarms.contains(&"room.stuck".to_owned())
}

#[tokio::test]
async fn a_database_that_cannot_be_read_rings_when_that_has_lasted_for_a_minute() {
    let mut hour = hour().await;
    let mut sidecar = hour.sidecar();
    passes_until(&mut hour, &mut sidecar, |journal| journal.posted() > 1).await;
    let folder = hour.site.passes.parent().expect("a folder");
    let database = folder.join("synapse/homeserver.db");
    let whole = fs::read(&database).expect("a database");
    fs::write(&database, vec![b'x'; 8_192]).expect("spoiled");
    let t_ms = hour.ledger.times().dissolves_ms();
    let late_ms = |hour: &Hour| hour.ledger.local_ms().saturating_sub(t_ms);
    while !is_stuck(&hour) {
        assert!(late_ms(&hour) < 180_000, "nobody was called");
        let _unread = step(&mut hour, &mut sidecar).await;
    }
    assert!(late_ms(&hour) > 60_000, "it may be busy for a while");
    fs::write(&database, whole).expect("mended");
    endure(&mut hour, &mut sidecar, "a database that was mended").await;
    assert!(!is_stuck(&hour));
    assert_eq!(dissolution(&hour).residue, [0; 8]);
}

#[tokio::test]
async fn a_homeserver_that_shows_no_room_rings_before_t_when_that_has_lasted_for_a_minute() {
    let mut hour = hour().await;
    hour.ledger
        .change(|inner| inner.session.times.dissolves_at += 600);
    let mut sidecar = hour.sidecar();
    hour.mock.fail(Some(Box::new(|kind, _| {
        (kind == "GET _synapse/admin/v1/rooms").then(|| (500, String::new()))
    })));
    let began_ms = hour.ledger.local_ms();
    let lasted_ms = |hour: &Hour| hour.ledger.local_ms().saturating_sub(began_ms);
    while !is_stuck(&hour) {
        assert!(lasted_ms(&hour) < 180_000, "nobody was called");
        let _unseen = step(&mut hour, &mut sidecar).await;
    }
    assert!(lasted_ms(&hour) > 60_000, "it may be restarted meanwhile");
    hour.mock.fail(None);
    step(&mut hour, &mut sidecar).await.expect("a look");
    assert!(!is_stuck(&hour));
}

#[tokio::test]
async fn one_member_for_whom_nothing_comes_off_rings_when_that_has_lasted_for_a_minute() {
    let mut hour = hour().await;
    hour.ledger
        .change(|inner| inner.session.times.dissolves_at += 600);
    let mut sidecar = hour.sidecar();
    let second = account(&hour, 2);
    hour.mock.fail(Some(each("", second, BROKEN)));
    let began_ms = hour.ledger.local_ms();
    let lasted_ms = |hour: &Hour| hour.ledger.local_ms().saturating_sub(began_ms);
    while !is_stuck(&hour) {
        assert!(lasted_ms(&hour) < 180_000, "nobody was called");
        step(&mut hour, &mut sidecar).await.expect("the others");
    }
    assert!(lasted_ms(&hour) > 60_000, "it may be tried again");
    hour.mock.fail(None);
    step(&mut hour, &mut sidecar).await.expect("this one, too");
    assert!(!is_stuck(&hour));
}

#[tokio::test]
async fn between_two_sessions_a_homeserver_that_shows_no_room_rings_after_a_minute_as_well() {
    let mut hour = hour().await;
    hour.ledger
        .change(|inner| inner.session.reported.attempts = 1);
    let mut sidecar = hour.sidecar();
    hour.mock
        .fail(Some(each("v1/rooms", String::new(), BROKEN)));
    let began_ms = hour.ledger.local_ms();
    let lasted_ms = |hour: &Hour| hour.ledger.local_ms().saturating_sub(began_ms);
    let is_ringing = |sidecar: &Own| format!("{sidecar:?}").contains("ringing: {Stuck}");
    while !is_ringing(&sidecar) {
        assert!(lasted_ms(&hour) < 180_000, "nobody was called");
        let _unseen = step(&mut hour, &mut sidecar).await;
    }
    assert!(lasted_ms(&hour) > 60_000, "it may be restarted meanwhile");
    hour.mock.fail(None);
    step(&mut hour, &mut sidecar).await.expect("a look");
    assert!(format!("{sidecar:?}").contains("ringing: {}"));
}
