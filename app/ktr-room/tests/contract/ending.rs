//! What a report says of an end that came late, or again, through whole sessions.
//! What is decided when is the policy's own tests' affair. The homeserver is the one in memory.

use std::fs;

use ktr_core::id::SessionId;
use ktr_room::journal::{Journal, Phase};
use ktr_room::plan::Status;
use ktr_room::port::Clock;
use ktr_room::report::{Kind, Report};
use ktr_room::run::wipe_overdue;
use ktr_room::standing::{self, Ordered};
use rusqlite::Connection;
use serde_json::{Value, json};

use super::adversity::{dissolution, endure, hour, kept, obey, seeded, step, until};
use super::journal::Hour;

/// Moves the time to so many milliseconds after T.
fn after_t(hour: &Hour, ms: u64) {
    let t_ms = hour.ledger.times().dissolves_ms();
    let left_ms = (t_ms + ms).saturating_sub(hour.ledger.local_ms());
    hour.ledger.change(|inner| inner.ahead_ms += left_ms);
}

#[tokio::test]
async fn a_room_in_which_an_unarmed_member_was_left_is_not_called_absent_at_the_start() {
    let mut hour = hour().await;
    let mut sidecar = hour.sidecar();
    // The last member comes when post 0 is out; its join cancels its kick, and the sidecar dies before it arms another.
    until(&mut hour, &mut sidecar, seeded).await;
    assert_eq!(hour.guests.len(), 3);
    drop(sidecar);
    // later than the bot's own leave
    after_t(&hour, 95_000);
    let mut sidecar = hour.sidecar();
    endure(&mut hour, &mut sidecar, "left by the bot").await;
    let report = dissolution(&hour);
    assert!(report.flags.dead_man_had_fired);
    assert!(!report.flags.room_absent_at_start, "it stood");
    assert_eq!((hour.mock.halls(), report.residue), (0, [0; 8]));
}

#[tokio::test]
async fn a_room_without_the_bot_is_purged_though_the_journal_was_lost() {
    let mut hour = hour().await;
    let mut sidecar = hour.sidecar();
    until(&mut hour, &mut sidecar, seeded).await;
    drop(sidecar);
    fs::remove_file(hour.store.path("journal.json")).expect("lost");
    // later than the bot's own leave
    after_t(&hour, 95_000);
    let mut sidecar = hour.sidecar();
    endure(&mut hour, &mut sidecar, "left by the bot, and lost").await;
    assert_eq!(hour.mock.halls(), 0);
    let report = dissolution(&hour);
    assert!(report.flags.dead_man_had_fired);
    assert_eq!(report.strays, 0, "it was the session's own");
}

#[tokio::test]
async fn account_data_that_name_the_room_go_with_it_and_others_stay() {
    let mut hour = hour().await;
    let mut sidecar = hour.sidecar();
    let journal = until(&mut hour, &mut sidecar, seeded).await;
    let room = journal.room.expect("a room");
    let folder = hour.site.passes.parent().expect("a folder");
    let database = Connection::open(folder.join("synapse/homeserver.db")).expect("a database");
    let row = "INSERT INTO account_data VALUES (?1, ?2)";
    let named = json!({"@m-2:county-a.test": [room.as_str()]}).to_string();
    for (kind, content) in [("m.direct", named.as_str()), ("kept", "{}")] {
        database.execute(row, [kind, content]).expect("a row");
    }
    endure(&mut hour, &mut sidecar, "account data").await;
    assert_eq!(dissolution(&hour).residue, [0; 8]);
    let kept = database.query_row("SELECT account_data_type FROM account_data", [], |row| {
        row.get(0)
    });
    let kept: String = kept.expect("one row");
    assert_eq!(kept, "kept");
}

fn is_scanned(journal: &Journal) -> bool {
    let end = journal.end.as_ref();
    end.is_some_and(|end| !end.scans.is_empty())
}

#[tokio::test]
async fn a_chain_that_was_silent_until_t_is_told_what_was_seeded_before_the_end() {
    let mut hour = hour().await;
    let mut sidecar = hour.sidecar();
    until(&mut hour, &mut sidecar, seeded).await;
    hour.ledger.change(|inner| inner.silent = true);
    until(&mut hour, &mut sidecar, is_scanned).await;
    hour.ledger.change(|inner| inner.silent = false);
    endure(&mut hour, &mut sidecar, "silent until T").await;
    let reports = hour.ledger.change(|inner| inner.reports.clone());
    let expected = matches!(
        reports.as_slice(),
        [Report::Seeded { .. }, Report::Dissolved { .. }]
    );
    assert!(expected, "{reports:?}");
}

/// A session that is done, whose reports were lost on their way from the first to the first of this kind. Then the chain was silent until the
/// room was scanned, and when it was heard again what was signed by then had run out. The sidecar goes on without this field of its journal.
async fn reported_late(last: Kind, lacks: Option<&str>) -> Hour {
    let mut hour = hour().await;
    let mut sidecar = hour.sidecar();
    hour.ledger.change(|inner| {
        inner.lost = true;
        inner.count_min = 2;
    });
    until(&mut hour, &mut sidecar, |journal| {
        journal.reports.contains_key(&last)
    })
    .await;
    hour.ledger.change(|inner| inner.silent = true);
    until(&mut hour, &mut sidecar, is_scanned).await;
    if let Some(field) = lacks {
        drop(sidecar);
        strike(&hour, field);
        sidecar = hour.sidecar();
    }
    hour.ledger.change(|inner| {
        inner.ran_out = inner.signed.len();
        inner.lost = false;
        inner.silent = false;
    });
    endure(&mut hour, &mut sidecar, "reports that ran out").await;
    hour
}

/// Takes a field out of the journal on disk.
fn strike(hour: &Hour, field: &str) {
    let path = hour.store.path("journal.json");
    let octets = fs::read(&path).expect("a journal");
    let mut journal: Value = serde_json::from_slice(&octets).expect("JSON");
    let fields = journal.as_object_mut().expect("fields");
    assert!(fields.remove(field).is_some(), "{field} stood in it");
    fs::write(&path, journal.to_string()).expect("written");
}

#[tokio::test]
async fn a_report_of_what_was_seeded_that_ran_out_in_a_silence_is_signed_anew_before_the_end_is_told()
 {
    let hour = reported_late(Kind::Seeded, None).await;
    let (reports, signed) = hour
        .ledger
        .change(|inner| (inner.reports.clone(), inner.signed.clone()));
    let [seeded @ Report::Seeded { .. }, Report::Dissolved { .. }] = reports.as_slice() else {
        panic!("{reports:?}");
    };
    let alike = signed.iter().filter(|report| *report == seeded);
    assert_eq!(alike.count(), 2, "the same, signed once more");
}

#[tokio::test]
async fn a_count_of_those_who_joined_that_ran_out_in_a_silence_is_signed_anew_as_it_was() {
    let hour = reported_late(Kind::Joined, None).await;
    let (reports, signed) = hour
        .ledger
        .change(|inner| (inner.reports.clone(), inner.signed.clone()));
    let [
        Report::Seeded { .. },
        joined @ Report::Joined { count: Some(_), .. },
        Report::Dissolved { .. },
    ] = reports.as_slice()
    else {
        panic!("{reports:?}");
    };
    let counted = signed
        .iter()
        .filter(|report| matches!(report, Report::Joined { .. }));
    let counted: Vec<&Report> = counted.collect();
    assert_eq!(counted, [joined; 2], "nobody is there to be counted anew");
}

#[tokio::test]
async fn a_journal_without_the_count_of_those_who_joined_tells_none_and_the_end_all_the_same() {
    // as one of a sidecar that did not write it down yet
    let hour = reported_late(Kind::Joined, Some("joined")).await;
    let (reports, signed) = hour
        .ledger
        .change(|inner| (inner.reports.clone(), inner.signed.clone()));
    let expected = matches!(
        reports.as_slice(),
        [Report::Seeded { .. }, Report::Dissolved { .. }]
    );
    assert!(expected, "{reports:?}");
    let counted = signed
        .iter()
        .filter(|report| matches!(report, Report::Joined { .. }));
    assert_eq!(counted.count(), 1, "nobody was left to be counted anew");
}

/// A session that is done and ordered to be dissolved again, as after a scan that found something; with its receipt.
async fn done_and_ordered() -> (Hour, Vec<u8>) {
    let mut hour = hour().await;
    let mut sidecar = hour.sidecar();
    endure(&mut hour, &mut sidecar, "once").await;
    fs::write(hour.store.path("order.json"), r#"{"session":4}"#).expect("ordered");
    let receipt = fs::read(hour.store.receipt(4, 1)).expect("a receipt");
    (hour, receipt)
}

/// The numbers of the dissolution reports that were signed.
fn attempts(hour: &Hour) -> Vec<u8> {
    let signed = hour.ledger.change(|inner| inner.signed.clone());
    let attempts = signed.iter().filter_map(|report| match report {
        Report::Dissolved { attempt, .. } => Some(*attempt),
        Report::Seeded { .. } | Report::Joined { .. } | Report::Witness { .. } => None,
    });
    attempts.collect()
}

#[tokio::test]
async fn an_order_for_a_session_that_is_done_waits_for_a_state_of_now() {
    let (mut hour, receipt) = done_and_ordered().await;
    let mut sidecar = hour.sidecar();
    let known = hour.ledger.change(|inner| {
        inner.behind_secs = 181;
        std::mem::take(&mut inner.session.reported.attempts)
    });
    sidecar.pass().await.expect("a pass");
    assert!(hour.store.load().expect("journal").is_none(), "it waits");
    hour.ledger.change(|inner| {
        inner.behind_secs = 0;
        inner.session.reported.attempts = known;
    });
    obey(&mut hour, &mut sidecar).await;
    assert_eq!(attempts(&hour), [1, 2]);
    let kept = fs::read(hour.store.receipt(4, 1)).expect("a receipt");
    assert_eq!(kept, receipt);
}

#[tokio::test]
async fn after_a_report_that_the_chain_refused_the_next_one_has_its_number_and_both_receipts_stay()
{
    let (mut hour, refused) = done_and_ordered().await;
    let mut sidecar = hour.sidecar();
    hour.ledger
        .change(|inner| inner.session.reported.attempts = 0);
    obey(&mut hour, &mut sidecar).await;
    assert_eq!(attempts(&hour), [1, 1]);
    let known = hour.ledger.change(|inner| inner.session.reported.attempts);
    assert_eq!(known, 1, "it reached the chain");
    let kept = fs::read(hour.store.receipt(4, 1)).expect("a receipt");
    assert_ne!(kept, refused);
    let folder = hour.store.path("receipts");
    let files = fs::read_dir(folder).expect("receipts");
    let all: Vec<Vec<u8>> = files
        .map(|file| fs::read(file.expect("a file").path()).expect("a receipt"))
        .collect();
    assert!(all.contains(&refused), "nothing was overwritten");
    assert_eq!(all.len(), 2);
}

#[tokio::test]
async fn a_refused_report_of_a_clean_room_is_sent_anew_when_ordered_and_one_that_was_taken_is_not()
{
    let mut hour = hour().await;
    // as of a sidecar's key that is not the chain's any more
    hour.ledger.change(|inner| inner.refuses = Some(3));
    let mut sidecar = hour.sidecar();
    endure(&mut hour, &mut sidecar, "refused").await;
    assert_eq!(attempts(&hour), [1]);
    let given = standing::give_order(&hour.store, SessionId(4)).expect("an order");
    assert_eq!(given, Ordered::Given);
    hour.ledger.change(|inner| inner.refuses = None);
    obey(&mut hour, &mut sidecar).await;
    assert_eq!(attempts(&hour), [1, 1]);
    assert_eq!(dissolution(&hour).residue, [0; 8]);
    let given = standing::give_order(&hour.store, SessionId(4)).expect("an answer");
    assert_eq!(given, Ordered::NothingLeft(1));
    assert!(!hour.store.path("order.json").exists());
}

#[tokio::test]
async fn a_hand_over_for_the_next_session_outlives_the_wait_for_the_receipt_of_the_last() {
    let mut hour = hour().await;
    let mut sidecar = hour.sidecar();
    until(&mut hour, &mut sidecar, |journal| journal.posted() > 1).await;
    hour.ledger.change(|inner| inner.silent = true);
    until(&mut hour, &mut sidecar, |journal| {
        journal.phase == Phase::Purged
    })
    .await;
    assert_eq!(kept(&hour), [0; 3]);
    fs::write(hour.site.inbox.join("next.pgp"), "the next").expect("handed over");
    for _ in 0..3 {
        step(&mut hour, &mut sidecar).await.expect("a pass");
    }
    assert_eq!(kept(&hour), [1, 0, 0], "while the chain is silent");
    // nor does a start remove it
    let folders = [hour.site.inbox.as_path(), hour.site.passes.as_path()];
    wipe_overdue(&hour.store, &folders, u64::MAX).expect("it starts");
    let mut sidecar = hour.sidecar();
    hour.ledger.change(|inner| inner.silent = false);
    endure(&mut hour, &mut sidecar, "reported late").await;
    assert_eq!(kept(&hour), [1, 0, 0]);
}

#[tokio::test]
async fn a_log_in_which_a_homeserver_that_nobody_restarts_names_a_post_at_t_is_cut_a_minute_later()
{
    let mut hour = hour().await;
    let mut sidecar = hour.sidecar();
    until(&mut hour, &mut sidecar, seeded).await;
    hour.ledger
        .change(|inner| inner.session.status = Status::Cancelled);
    endure(&mut hour, &mut sidecar, "cancelled").await;
    let t_ms = hour.ledger.times().dissolves_ms();
    assert!(hour.ledger.local_ms() < t_ms, "long before T");
    let log = &hour.site.residue.logs[0];
    for (ms, is_left) in [(0, true), (59_000, true), (61_000, false)] {
        after_t(&hour, ms);
        fs::write(log, "Could not expire event").expect("a line");
        sidecar.pass().await.expect("a pass");
        let line = fs::read(log).expect("a log");
        assert_eq!(!line.is_empty(), is_left, "T + {ms} ms");
    }
    // and a room that goes at T leaves no such timer
    fs::write(log, "another line").expect("a line");
    sidecar.pass().await.expect("a pass");
    assert!(!fs::read(log).expect("a log").is_empty());
}
