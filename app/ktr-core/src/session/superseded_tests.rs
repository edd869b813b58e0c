//! Sentences about reports that a later hour or a later room superseded.
//! What a report is, is told beside the other commands.

use alloc::vec::Vec;

use super::{
    Cause, Event, Rejection, Testimony,
    tests::{
        ENDS, SEEDS, dissolved, dissolved_once, move_to, refused, report, sealed, seeded, witness,
    },
};
use crate::{
    Command as Any, Event as AnyEvent, State,
    id::CountyId,
    tests::{DAY, START, pass, send, sidecar, studio},
};

/// The events that name county 1 when time passes.
fn owed_by_one(state: &mut State, now: u64) -> Vec<&'static str> {
    let events = pass(state, now);
    let of_one = events.iter().filter(|event| {
        matches!(
            event,
            AnyEvent::Session(
                Event::Overdue {
                    county: CountyId(1),
                    ..
                } | Event::Unwitnessed {
                    county: CountyId(1),
                    ..
                }
            )
        )
    });
    of_one.map(AnyEvent::name).collect()
}

const BOTH: [&str; 2] = ["session.overdue.v1", "session.unwitnessed.v1"];

/// A session of which county 1 reports the day before that nothing is there, as two others have seen.
fn dissolved_before() -> State {
    let mut state = sealed();
    let command = Any::Session(dissolved(1, report(1, Cause::Operator)));
    send(&mut state, START, sidecar(1), &command).expect("an operator may be early");
    for by in [2, 3] {
        let gone = Any::Session(witness(1, Testimony::Gone));
        send(&mut state, START, sidecar(by), &gone).expect("what it found");
    }
    state
}

#[test]
fn a_destruction_reported_before_the_session_moved_says_nothing_of_its_new_hour() {
    let mut state = dissolved_before();
    let moved = Any::Session(move_to(1, SEEDS + DAY));
    send(&mut state, START, studio(), &moved).expect("the studio may");
    // The county is silent then.
    assert_eq!(owed_by_one(&mut state.clone(), ENDS + 9 * DAY), BOTH);
    // When it reports again, with the next number, only witnesses are missing.
    let again = Any::Session(dissolved(1, report(2, Cause::Time)));
    send(&mut state, ENDS + DAY, sidecar(1), &again).expect("its room is gone");
    assert_eq!(owed_by_one(&mut state, ENDS + 9 * DAY), BOTH[1..]);
}

#[test]
fn a_destruction_reported_before_the_room_was_seeded_says_nothing_of_its_end() {
    let mut state = dissolved_before();
    let room = Any::Session(seeded(1));
    send(&mut state, SEEDS, sidecar(1), &room).expect("it made another");
    assert_eq!(owed_by_one(&mut state, ENDS + 9 * DAY), BOTH);
}

#[test]
fn a_county_that_was_ordered_to_go_before_the_hour_owes_nothing_in_it() {
    let mut state = dissolved_before();
    assert_eq!(owed_by_one(&mut state, ENDS + 9 * DAY), [""; 0]);
}

#[test]
fn a_seeded_room_is_reported_too_late_once_its_end_is() {
    let mut state = dissolved_once();
    let late = refused(&mut state, ENDS, sidecar(1), seeded(1));
    assert_eq!(late, Rejection::AlreadyReported);
    // Whose end is not reported yet owes it in any case.
    send(&mut state, ENDS, sidecar(2), &Any::Session(seeded(2))).expect("it was seeded");
}

#[test]
fn a_report_that_the_session_moved_away_from_is_confirmed_by_nobody() {
    let mut state = sealed();
    let early = Any::Session(dissolved(1, report(1, Cause::Operator)));
    send(&mut state, START, sidecar(1), &early).expect("an operator may be early");
    let moved = Any::Session(move_to(1, SEEDS + DAY));
    send(&mut state, START, studio(), &moved).expect("the studio may");
    for by in [2, 3] {
        let gone = Any::Session(witness(1, Testimony::Gone));
        let events = send(&mut state, START, sidecar(by), &gone).expect("what it found");
        assert_eq!(events.len(), 1, "{events:?}");
    }
}
