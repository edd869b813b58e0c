//! Which session is at hand, what the reports say, and how long a step may take.
//! The loop itself is in `tests/`, against a real homeserver.
#![expect(
    clippy::arithmetic_side_effects,
    reason = "test code with small numbers"
)]

use std::time::Duration;
use std::{fs, future};

use ktr_core::id::{CountyId, EncryptionKey, MemberId, SessionId};
use ktr_core::session::Rejection;
use ktr_core::time::Time;
use tokio::time::Instant;

use super::dissolve::in_time;
use super::inbox::Inbox;
use super::report::by_number;
use super::{Choice, choose, dissolution};
use crate::action::Mark;
use crate::error::RoomError;
use crate::journal::{Dissolving, Fact, Journal, Remnant, Scan};
use crate::limits::{INBOX_FILES_MAX, PURGE_SECS, STEP_SECS, UNCLAIMED_MS};
use crate::matrix_id::RoomId;
use crate::plan::{Member, Outlook, Reported, Session, Status, Times};
use crate::port::Sent;
use crate::report::Cause;

const SECRET: [u8; 32] = [5; 32];
/// The longest that a step may take.
const STEP: Duration = Duration::from_secs(STEP_SECS);
/// The time of a state of now.
const NEWEST: Time = Time(1_000);

fn session(id: u32, dissolves_at: u64) -> Session {
    Session {
        id: SessionId(id),
        times: Times {
            seeds_at: dissolves_at - 20,
            opens_at: dissolves_at - 10,
            dissolves_at,
        },
        status: Status::Scheduled,
        opened_at: None,
        ward_seeded: true,
        sealed: None,
        reported: Reported::default(),
        gates: Vec::new(),
    }
}

fn outlook(sessions: Vec<Session>) -> Outlook {
    let member = |n: u8, home: u8, keys: usize| Member {
        id: MemberId([n; 16]),
        home: CountyId(home),
        room_keys: vec![EncryptionKey([n; 56]); keys],
    };
    let members = vec![
        member(1, 1, 1),
        member(2, 1, 2),
        member(3, 1, 0),
        member(4, 2, 1),
    ];
    Outlook {
        chain_id: "ktr-test".to_owned(),
        newest: NEWEST,
        skew_ms: Some(0),
        ward: Some(CountyId(2)),
        count_min: 5,
        neighbours: Vec::new(),
        sessions,
        members,
    }
}

fn chosen(
    outlook: Option<&Outlook>,
    journal: Option<&Journal>,
    done: &[Remnant],
) -> Option<crate::plan::Plan> {
    choose(
        Choice {
            outlook,
            journal,
            done,
            order: None,
            is_current: outlook.is_some_and(|outlook| outlook.newest == NEWEST),
        },
        CountyId(1),
        &SECRET,
    )
}

#[test]
fn guests_are_the_countys_own_members_with_a_room_key() {
    let outlook = outlook(vec![session(1, 100)]);
    let plan = chosen(Some(&outlook), None, &[]).expect("a plan");
    assert_eq!((plan.guests.len(), plan.keyless), (2, 1));
}

#[test]
fn the_session_that_ends_first_and_still_needs_us_is_at_hand() {
    let mut reported = session(1, 100);
    reported.reported.attempts = 1;
    let mut cancelled = session(2, 150);
    cancelled.status = Status::Cancelled;
    let outlook = outlook(vec![reported, cancelled, session(3, 200), session(4, 300)]);
    assert_eq!(
        chosen(Some(&outlook), None, &[]).map(|plan| plan.session.id),
        Some(SessionId(3))
    );
    let done = [Remnant {
        session: 3,
        attempt: 1,
        receipt: String::new(),
        refused: false,
    }];
    assert_eq!(
        chosen(Some(&outlook), None, &done).map(|plan| plan.session.id),
        Some(SessionId(4))
    );
}

#[test]
fn a_session_that_moved_after_its_end_was_reported_is_reported_on_again_once_its_hour_is_over() {
    let at_hand = |dissolves_at: u64, attempts: u8, done: u8| {
        let mut moved = session(1, dissolves_at);
        moved.reported.attempts = attempts;
        moved.reported.moved = true;
        let outlook = outlook(vec![moved, session(2, 2_000)]);
        let done = [Remnant {
            session: 1,
            attempt: done,
            refused: false,
            receipt: String::new(),
        }];
        let plan = chosen(Some(&outlook), None, &done);
        plan.map(|plan| plan.session.id.0)
    };
    assert_eq!(at_hand(NEWEST.0, 1, 1), Some(1));
    assert_eq!(at_hand(NEWEST.0 + 1, 1, 1), Some(2), "it is not over");
    assert_eq!(at_hand(NEWEST.0, 1, 2), Some(2), "the second was refused");
    assert_eq!(at_hand(NEWEST.0, 8, 8), Some(2), "none is left");
}

#[test]
fn a_session_that_has_begun_is_kept_with_the_chain_silent_and_cancelled_when_the_chain_does_not_know_it()
 {
    let mut journal = Journal::begin(SessionId(9), session(9, 500).times, [1; 32]);
    journal.note(Fact::Room(RoomId("!r".to_owned())));
    let silent = chosen(None, Some(&journal), &[]).expect("a plan");
    assert_eq!(
        (silent.session.times.dissolves_at, silent.session.status),
        (500, Status::Scheduled)
    );
    let other = outlook(vec![session(3, 200)]);
    let unknown = chosen(Some(&other), Some(&journal), &[]).expect("a plan");
    assert_eq!(
        (unknown.session.id, unknown.session.status),
        (SessionId(9), Status::Cancelled)
    );
}

#[test]
fn a_state_of_before_neither_cancels_a_session_nor_moves_it_back() {
    let mut journal = Journal::begin(SessionId(9), session(9, 500).times, [1; 32]);
    journal.note(Fact::Room(RoomId("!r".to_owned())));
    for sessions in [vec![session(3, 200)], vec![session(9, 300)]] {
        let before = Outlook {
            newest: Time(1),
            ..outlook(sessions)
        };
        let plan = chosen(Some(&before), Some(&journal), &[]).expect("a plan");
        assert_eq!(
            (plan.session.id, plan.session.times.dissolves_at),
            (SessionId(9), 500)
        );
        assert_eq!(plan.session.status, Status::Scheduled);
    }
    // and what it says of a session for good counts: nothing takes a cancellation back
    let mut cancelled = session(9, 500);
    cancelled.status = Status::Cancelled;
    let before = Outlook {
        newest: Time(1),
        ..outlook(vec![cancelled])
    };
    let plan = chosen(Some(&before), Some(&journal), &[]).expect("a plan");
    assert_eq!(plan.session.status, Status::Cancelled);
}

#[test]
fn a_journal_nothing_went_out_for_gives_way_to_an_earlier_session() {
    let journal = Journal::begin(SessionId(4), session(4, 300).times, [1; 32]);
    let outlook = outlook(vec![session(4, 300), session(5, 200)]);
    assert_eq!(
        chosen(Some(&outlook), Some(&journal), &[]).map(|plan| plan.session.id),
        Some(SessionId(5))
    );
}

#[test]
fn counts_of_members_below_five_are_withheld_and_residue_never() {
    for (kicked, told) in [(4, None), (5, Some(5))] {
        let mut journal = Journal::begin(SessionId(1), session(1, 100).times, [1; 32]);
        journal.note(Fact::Dissolving(
            Cause::Time,
            vec![Mark::StrayFound],
            7_900,
            1,
        ));
        let end: &mut Dissolving = journal.end.as_mut().expect("begun");
        end.kicked = kicked;
        end.cancelled = kicked;
        end.scans.push(Scan {
            at_ms: 9_000,
            residue: [1, 0, 0, 0, 0, 0, 0, 2],
        });
        let report = dissolution(&journal, journal.end.as_ref().expect("begun"), 5);
        assert_eq!((report.kicked, report.cancelled), (told, told));
        assert_eq!(report.residue, [1, 0, 0, 0, 0, 0, 0, 2]);
        assert_eq!((report.started_at, report.scanned_at), (Time(7), Time(9)));
        assert!(report.flags.stray_found && !report.flags.swept);
    }
}

#[tokio::test(start_paused = true)]
async fn a_step_that_hangs_is_given_up_and_does_not_end_its_pass() {
    let began = Instant::now();
    let hung: Result<(), RoomError> = in_time(STEP, future::pending()).await;
    let error = hung.expect_err("it hangs");
    assert!(matches!(error, RoomError::Overdue(_)), "{error}");
    assert!(!error.ends_the_pass() && !error.meets_everybody());
    assert_eq!(began.elapsed().as_secs(), STEP_SECS);
}

#[tokio::test(start_paused = true)]
async fn a_purge_that_takes_as_long_as_it_may_is_not_given_up() {
    let purge = async {
        tokio::time::sleep(Duration::from_secs(PURGE_SECS)).await;
        Ok(())
    };
    in_time(STEP, purge).await.expect("done in time");
}

#[test]
fn a_number_that_is_not_the_next_is_on_chain_only_where_the_chain_has_counted_so_far() {
    let refused = Sent::Refused(Rejection::AttemptNotNext.code());
    for (known, is_current, expected) in [
        (2, true, Some(Sent::Already)),
        (3, false, Some(Sent::Already)),
        // the state may be a block behind the answer
        (1, true, None),
        (1, false, None),
        // or far behind it
        (0, false, None),
        (0, true, Some(refused)),
    ] {
        let sent = by_number(refused, 2, known, is_current);
        assert_eq!(sent, expected, "{known}, {is_current}");
    }
    let other = Sent::Refused(Rejection::SidecarRequired.code());
    assert_eq!(by_number(other, 2, 2, true), Some(other));
}

#[test]
fn other_files_in_the_inbox_take_no_place_of_a_hand_over() {
    let folder = tempfile::tempdir().expect("folder");
    let put = |name: String| fs::write(folder.path().join(name), "octets").expect("a file");
    (0..INBOX_FILES_MAX * 10).for_each(|n| put(format!("{n}.part")));
    (0..INBOX_FILES_MAX).for_each(|n| put(format!("{n}.pgp")));
    let mut inbox = Inbox::new(folder.path().to_owned());
    assert_eq!(inbox.expire(0).expect("a look"), 0);
    let gone = inbox.expire(UNCLAIMED_MS).expect("a look");
    assert_eq!(usize::try_from(gone), Ok(INBOX_FILES_MAX));
}
