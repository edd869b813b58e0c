//! Rule 12: what makes this county a witness, sentence by sentence and in every history.
//! A door here is what it answers at a second; how it is asked is the adapter's.
#![expect(
    clippy::arithmetic_side_effects,
    reason = "test code with small numbers"
)]

use ktr_core::id::{CountyId, SessionId};
use ktr_core::session::Testimony;
use ktr_core::time::Time;
use proptest::prelude::*;

use super::world::{Fault, TIMES};
use crate::door::{Answer, Answers, Errand, Gate, Inside, Moment, Note, Watch};
use crate::plan::{Reported, Session, Status};
use crate::policy::WatchPolicy;
use crate::seen::{Link, Now};
use crate::timing::Probing;

const T: u64 = TIMES.dissolves_at;
/// The end of the product's own probes, after T.
const LAST: u64 = 600;
const OTHER: CountyId = CountyId(2);
const GRANTED: Answers = Answers([Answer::Granted; 5]);
const REFUSED: Answers = Answers([Answer::Refused; 5]);
const NOTHING: Answers = Answers([Answer::Nothing; 5]);
/// A member that was kicked reads old events until the room is purged.
const KICKED: Answers = Answers([
    Answer::Refused,
    Answer::Granted,
    Answer::Refused,
    Answer::Refused,
    Answer::Refused,
]);

const POLICY: WatchPolicy = WatchPolicy {
    timing: Probing {
        // Rooms of this test are seeded only 70 s before T.
        before_secs: 60,
        after_secs: 90,
        every_secs: 30,
        last_secs: LAST,
        pass_secs: 900,
    },
};

fn session() -> Session {
    Session {
        id: SessionId(1),
        times: TIMES,
        status: Status::Opened,
        opened_at: Some(TIMES.seeds_at),
        ward_seeded: true,
        sealed: None,
        reported: Reported::default(),
        gates: Vec::new(),
    }
}

/// One other county and this county's watch over it.
#[derive(Clone)]
struct Street {
    watch: Watch,
    gate: Gate,
    second: u64,
    ahead_secs: i64,
    chain_silent: bool,
    testified: Vec<Testimony>,
    said_at: u64,
    closed: bool,
    errands: usize,
}

impl Street {
    fn new() -> Self {
        Self {
            watch: Watch::begin(SessionId(1)),
            gate: Gate {
                county: OTHER,
                attempts: 0,
                witnessed: false,
            },
            second: TIMES.seeds_at,
            ahead_secs: 0,
            chain_silent: false,
            testified: Vec::new(),
            said_at: 0,
            closed: false,
            errands: 0,
        }
    }

    fn now(&self) -> Now {
        Now {
            local_ms: self.second.saturating_add_signed(self.ahead_secs) * 1_000,
            block: Some(Time(self.second)),
            skew_ms: Some(self.ahead_secs.unsigned_abs() * 1_000),
            chain: if self.chain_silent {
                Link::Silent
            } else {
                Link::Proven
            },
        }
    }

    fn asked(&self) -> Vec<Errand> {
        POLICY.next(&session(), &[self.gate], &self.watch, self.now())
    }

    /// One pass at a second with a door that answers so; `fault` strikes at the errand with that running number.
    fn pass(&mut self, second: u64, answers: Answers, fault: impl Fn(usize) -> Fault) {
        self.second = second;
        for errand in self.asked() {
            let kind = fault(self.errands);
            self.errands += 1;
            if kind == Fault::Before {
                return;
            }
            let tried = Note::Tried(self.now().local_ms);
            let note = match errand {
                Errand::Enter(_) if answers == GRANTED => Note::Entered(Inside::sample()),
                Errand::Enter(_) => Note::Tried(0),
                Errand::Probe(_, moment) => Note::Heard(moment, answers),
                Errand::Testify(_, attempt, testimony) => {
                    assert_eq!(attempt, self.gate.attempts, "the report that is there");
                    assert!(!self.gate.witnessed, "testified twice");
                    self.testified.push(testimony);
                    self.said_at = second;
                    self.gate.witnessed = true;
                    Note::Settled
                }
                Errand::Close => {
                    self.closed = true;
                    return;
                }
            };
            if kind == Fault::After {
                return;
            }
            self.watch.note(OTHER, note);
            self.watch.note(OTHER, tried);
        }
    }

    /// Passes each five seconds, with the door's answers by the second; stops when the watch ends.
    fn play(&mut self, to: u64, door: impl Fn(u64) -> Answers, fault: impl Fn(usize) -> Fault) {
        let mut second = self.second;
        while second <= to && !self.closed {
            self.pass(second, door(second), &fault);
            second += 5;
        }
    }
}

fn calm(_: usize) -> Fault {
    Fault::None
}

/// Open until T, kicked for 44 s, gone.
fn honest(second: u64) -> Answers {
    match second {
        _ if second < T => GRANTED,
        _ if second < T + 44 => KICKED,
        _ => REFUSED,
    }
}

/// A whole watch over a door; the county reports its destruction at T + 75.
fn testimony_about(door: impl Fn(u64) -> Answers) -> Vec<Testimony> {
    let mut street = Street::new();
    street.play(T + 70, &door, calm);
    street.gate.attempts = 1;
    street.play(T + 2_000, &door, calm);
    assert!(street.closed, "the watch ends");
    street.testified
}

#[test]
fn a_door_that_was_open_before_t_and_is_shut_after_it_is_called_gone() {
    assert_eq!(testimony_about(honest), [Testimony::Gone]);
}

#[test]
fn a_door_that_never_was_seen_open_shows_nothing_when_it_is_shut() {
    for before in [REFUSED, NOTHING, KICKED] {
        // It lets the probe in, and is never wholly open when the control is taken.
        let door = |second| match second {
            _ if second < T - 60 => GRANTED,
            _ if second < T => before,
            _ => REFUSED,
        };
        assert_eq!(testimony_about(door), [], "{before:?}");
    }
    assert_eq!(testimony_about(|_| REFUSED), [], "the probe never came in");
}

#[test]
fn a_refused_token_and_a_silence_are_neither_yes_nor_no() {
    let door = |second| if second < T { GRANTED } else { NOTHING };
    assert_eq!(testimony_about(door), []);
    for unclear in [401, 429, 500, 502, 302] {
        assert_eq!(Answer::of(Some(unclear)), Answer::Nothing, "{unclear}");
    }
    assert_eq!(Answer::of(None), Answer::Nothing);
}

#[test]
fn four_refusals_of_five_are_no_shut_door() {
    for at in 0..5 {
        for other in [Answer::Granted, Answer::Nothing] {
            let mut answers = REFUSED;
            answers.0[at] = other;
            let door = move |second| if second < T { GRANTED } else { answers };
            assert!(
                !testimony_about(door).contains(&Testimony::Gone),
                "{at} {other:?}"
            );
        }
    }
}

#[test]
fn a_door_that_stands_open_ten_minutes_after_t_is_called_standing_and_not_before() {
    for (shut_after, said) in [
        (LAST - 60, Testimony::Gone),
        (LAST + 60, Testimony::Standing),
    ] {
        let door = move |second| {
            if second < T + shut_after {
                GRANTED
            } else {
                REFUSED
            }
        };
        assert_eq!(testimony_about(door), [said], "{shut_after}");
    }
}

#[test]
fn a_door_that_is_shut_only_after_the_last_probes_time_is_no_yes() {
    let door = |second| match second {
        _ if second < T => GRANTED,
        _ if second <= T + LAST => NOTHING,
        _ => REFUSED,
    };
    assert_eq!(testimony_about(door), []);
}

#[test]
fn a_local_clock_that_runs_ahead_accuses_nobody() {
    let mut street = Street::new();
    street.gate.attempts = 1;
    street.ahead_secs = 700;
    street.watch.note(OTHER, Note::Entered(Inside::sample()));
    street
        .watch
        .note(OTHER, Note::Heard(Moment::Before, GRANTED));
    // By its own clock it is long past the last probe; by the chain T is near, and the door rightly open.
    street.play(T + 30, |_| GRANTED, calm);
    assert_eq!(street.testified, []);
}

#[test]
fn a_silent_chain_keeps_the_testimony_back_and_an_absent_report_too() {
    let mut street = Street::new();
    street.play(T + 300, honest, calm);
    assert_eq!(street.testified, [], "there is no report to testify about");
    street.gate.attempts = 1;
    street.chain_silent = true;
    street.play(T + 320, honest, calm);
    assert_eq!(street.testified, []);
    street.chain_silent = false;
    street.play(T + 340, honest, calm);
    assert_eq!(street.testified, [Testimony::Gone]);
}

#[test]
fn a_report_that_comes_hours_later_is_still_testified_about() {
    let mut street = Street::new();
    street.play(T + 2_000, honest, calm);
    assert!(!street.closed, "what was found waits for its report");
    street.gate.attempts = 1;
    street.second = T + 7_200;
    street.play(T + 7_210, honest, calm);
    assert_eq!(street.testified, [Testimony::Gone]);
    assert!(street.closed);
}

#[test]
fn a_cancelled_session_has_no_watch_and_none_begins_before_its_hour_or_after_t() {
    let mut cancelled = session();
    cancelled.status = Status::Cancelled;
    let street = Street::new();
    let gates = [street.gate];
    let errands = POLICY.next(&cancelled, &gates, &street.watch, street.now());
    assert_eq!(errands, [Errand::Close]);
    let at = |second| Street {
        second,
        ..street.clone()
    };
    for (second, begins) in [
        (TIMES.seeds_at - 1, false),
        (TIMES.seeds_at, true),
        (T - 1, true),
        (T, false),
    ] {
        assert_eq!(
            POLICY.begins(&session(), at(second).now()),
            begins,
            "{second}"
        );
    }
    assert!(!POLICY.begins(&cancelled, street.now()));
}

/// What a door truly does in a history.
#[derive(Clone, Debug)]
struct Truth {
    /// When it shuts; never, if absent.
    shuts_at: Option<u64>,
    /// Whether its post or media never was there.
    hollow: bool,
    /// From when its tokens are refused.
    expires_at: u64,
    /// Seconds in which it is silent.
    silences: Vec<(u64, u64)>,
}

impl Truth {
    fn answers(&self, second: u64) -> Answers {
        let is_silent = |(from, secs): &(u64, u64)| (*from..from + secs).contains(&second);
        if second >= self.expires_at || self.silences.iter().any(is_silent) {
            return NOTHING;
        }
        match self.shuts_at {
            Some(at) if second >= at => REFUSED,
            Some(at) if second + 44 >= at => KICKED,
            _ if self.hollow && second > TIMES.seeds_at => KICKED,
            _ => GRANTED,
        }
    }
}

fn truth() -> impl Strategy<Value = Truth> {
    let silence = (TIMES.seeds_at..T + 900, 1u64..200);
    (
        prop_oneof![
            4 => (T + 44..T + 120).prop_map(Some),
            2 => (T..T + 1_000).prop_map(Some),
            1 => (TIMES.seeds_at..T).prop_map(Some),
            2 => Just(None),
        ],
        prop_oneof![4 => Just(false), 1 => Just(true)],
        prop_oneof![4 => Just(T + 900), 1 => TIMES.seeds_at..T + 900],
        proptest::collection::vec(silence, 0..4),
    )
        .prop_map(|(shuts_at, hollow, expires_at, silences)| Truth {
            shuts_at,
            hollow,
            expires_at,
            silences,
        })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 10_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn in_every_history_a_witness_says_only_what_is_true_of_the_door(
        truth in truth(),
        reported_at in T..T + 900,
        ahead_secs in prop_oneof![3 => Just(0i64), 1 => -900i64..900],
        crashes in proptest::collection::vec((0usize..40, prop_oneof![Just(Fault::Before), Just(Fault::After)]), 0..12),
        deaf in proptest::option::of((TIMES.seeds_at..T + 900, 1u64..400)),
    ) {
        let mut street = Street::new();
        street.ahead_secs = ahead_secs;
        let fault = |n: usize| crashes.iter().find(|(at, _)| *at == n).map_or(Fault::None, |(_, fault)| *fault);
        let mut second = TIMES.seeds_at;
        while second < T + 1_200 && !street.closed {
            street.chain_silent = deaf.is_some_and(|(from, secs)| (from..from + secs).contains(&second));
            street.gate.attempts = u32::from(second >= reported_at);
            street.pass(second, truth.answers(second), fault);
            second += 5;
        }
        for said in &street.testified {
            match said {
                Testimony::Gone => {
                    prop_assert!(!truth.hollow, "a door that never was wholly open");
                    prop_assert!(truth.shuts_at.is_some_and(|at| at <= street.said_at), "it is not shut");
                }
                Testimony::Standing => {
                    prop_assert!(truth.shuts_at.is_none_or(|at| at > T + LAST), "it was shut in time");
                }
            }
        }
        prop_assert!(street.testified.len() <= 1);
        let is_fair = truth.silences.is_empty() && crashes.is_empty() && deaf.is_none() && ahead_secs == 0
            && truth.expires_at == T + 900;
        if is_fair && !truth.hollow && truth.shuts_at.is_some_and(|at| (T + 44..T + LAST - 30).contains(&at)) {
            prop_assert_eq!(street.testified, vec![Testimony::Gone]);
        }
    }
}
