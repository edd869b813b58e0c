//! The journal on disk and in memory: what is written comes back, what is unknown is refused.
//! The order of facts is the policy's business.

use super::{Fact, Journal, Phase, ReportState, Store};
use crate::error::RoomError;
use crate::limits::ARM_TRIES;
use crate::matrix_id::{Account, RoomId, Token};
use crate::plan::Times;
use crate::report::Kind;
use ktr_core::id::SessionId;
use serde_json::{Value, json};

fn journal() -> Journal {
    let times = Times {
        seeds_at: 1,
        opens_at: 2,
        dissolves_at: 3,
    };
    let mut journal = Journal::begin(SessionId(4), times, [6; 32]);
    journal.note(Fact::Room(RoomId("!room".to_owned())));
    let pass = super::Pass {
        name: "n".to_owned(),
        token: Token("t".to_owned()),
        expires: 9,
    };
    journal.note(Fact::Pass(Account("m-1".to_owned()), pass));
    journal.note(Fact::Joined(None));
    journal.note(Fact::Signed(Kind::Seeded, vec![1, 2, 3]));
    journal
}

#[test]
fn what_was_written_comes_back_after_a_restart() {
    let folder = tempfile::tempdir().expect("folder");
    let store = Store::open(folder.path()).expect("store");
    assert_eq!(store.load().expect("load"), None);
    store.save(&journal()).expect("save");
    assert_eq!(
        Store::open(folder.path())
            .expect("store")
            .load()
            .expect("load"),
        Some(journal())
    );
}

#[test]
fn a_journal_in_which_nobody_was_counted_names_no_count_and_one_of_too_few_does() {
    let folder = tempfile::tempdir().expect("folder");
    let store = Store::open(folder.path()).expect("store");
    let mut uncounted = journal();
    uncounted.joined = None;
    for (journal, named) in [(uncounted, None), (journal(), Some(json!({"count": null})))] {
        store.save(&journal).expect("save");
        let octets = std::fs::read(folder.path().join("journal.json")).expect("file");
        let fields: Value = serde_json::from_slice(&octets).expect("JSON");
        assert_eq!(fields.get("joined"), named.as_ref());
        assert_eq!(store.load().expect("load"), Some(journal));
    }
}

#[test]
fn a_damaged_journal_stops_the_sidecar_and_is_not_guessed_at() {
    let folder = tempfile::tempdir().expect("folder");
    let store = Store::open(folder.path()).expect("store");
    for text in ["", "{}", "{\"session\":1,\"colour\":2}"] {
        std::fs::write(folder.path().join("journal.json"), text).expect("file");
        assert!(matches!(store.load(), Err(RoomError::Journal)));
    }
}

#[test]
fn of_a_session_that_is_done_only_number_and_receipt_stay() {
    let folder = tempfile::tempdir().expect("folder");
    let store = Store::open(folder.path()).expect("store");
    store.save(&journal()).expect("save");
    let remnant = super::Remnant {
        session: 4,
        attempt: 1,
        receipt: "aa".to_owned(),
        refused: false,
    };
    store.close(&remnant).expect("close");
    assert_eq!(
        (store.load().expect("load"), store.done().expect("done")),
        (None, vec![remnant])
    );
}

#[test]
fn a_signed_report_keeps_its_bytes_until_it_is_settled_or_signed_anew() {
    let mut journal = journal();
    assert_eq!(
        journal.reports.get(&Kind::Seeded),
        Some(&ReportState::Signed(vec![1, 2, 3]))
    );
    journal.note(Fact::Unsigned(Kind::Seeded));
    assert!(!journal.settled(Kind::Seeded));
    journal.note(Fact::Settled(Kind::Seeded));
    assert!(journal.settled(Kind::Seeded));
}

#[test]
fn tries_past_the_limit_change_nothing() {
    let mut journal = journal();
    let whom = || [Account("m-1".to_owned())].into();
    for at_ms in 1..=u64::from(ARM_TRIES) {
        let before = journal.clone();
        journal.note(Fact::Tried(whom(), at_ms));
        assert_ne!(journal, before);
    }
    let before = journal.clone();
    journal.note(Fact::Tried(whom(), 9));
    assert_eq!((&journal, journal.unarmed()), (&before, 1));
    journal.note(Fact::PutOut(whom()));
    assert_eq!(journal.unarmed(), 1, "counted once");
}

#[test]
fn debug_text_shows_no_identifier() {
    let shown = format!("{:?}", journal());
    for secret in ["!room", "m-1", "\"t\""] {
        assert!(!shown.contains(secret), "{secret} in {shown}");
    }
    assert!(shown.contains("Gathering") && journal().phase == Phase::Gathering);
}
