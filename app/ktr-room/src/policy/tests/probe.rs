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
use crate::door::{Answer, Answers, Errand, Found, Gate, Inside, Moment, Note, Watch};
use crate::limits::WITNESS_SECS;
use crate::plan::{Reported, Session, Status};
use crate::policy::WatchPolicy;
use crate::seen::{Link, Now};
use crate::timing::Probing;

const T: u64 = TIMES.dissolves_at;
/// The end of the product's own probes, after T.
const LAST: u64 = 600;
/// The end of a probe's pass, after T.
const PASS: u64 = 900;
/// Most reports of a history.
const ATTEMPTS: u32 = 3;
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
        pass_secs: PASS,
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
    attempts: u32,
    /// Whether another county finds what this one finds, so that two meet.
    is_seconded: bool,
    second: u64,
    ahead_secs: i64,
    chain: Link,
    testified: Vec<(u32, Testimony)>,
    said_at: u64,
    closed: bool,
    errands: usize,
}

impl Street {
    fn new() -> Self {
        Self {
            watch: Watch::begin(SessionId(1), u64::MAX),
            attempts: 0,
            is_seconded: true,
            second: TIMES.seeds_at,
            ahead_secs: 0,
            chain: Link::Proven,
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
            chain: self.chain,
        }
    }

    fn has_said(&self, attempt: u32, testimony: Testimony) -> bool {
        self.testified.contains(&(attempt, testimony))
    }

    /// What was said, whichever attempt it was about.
    fn said(&self) -> Vec<Testimony> {
        self.testified
            .iter()
            .map(|(_, testimony)| *testimony)
            .collect()
    }

    /// The other county as the chain knows it while this one is its only witness, or has a second.
    fn gate(&self) -> Gate {
        let mut attempts = 1..=self.attempts;
        Gate {
            county: OTHER,
            attempts: self.attempts,
            witnessed: self
                .testified
                .iter()
                .any(|(attempt, _)| *attempt == self.attempts),
            confirmed: self.is_seconded
                && attempts.any(|attempt| self.has_said(attempt, Testimony::Gone)),
        }
    }

    /// One pass at a second with a door that answers so; `fault` strikes at the errand with that running number.
    fn pass(&mut self, second: u64, answers: Answers, fault: impl Fn(usize) -> Fault) {
        self.pass_at(self.gate(), second, answers, fault);
    }

    fn pass_at(
        &mut self,
        gate: Gate,
        second: u64,
        answers: Answers,
        fault: impl Fn(usize) -> Fault,
    ) {
        self.second = second;
        for errand in POLICY.next(&session(), &[gate], &self.watch, self.now()) {
            let kind = fault(self.errands);
            self.errands += 1;
            if kind == Fault::Before {
                return;
            }
            let tried = Note::Tried(self.now().local_ms);
            let note = match errand {
                Errand::Enter(_) if answers == GRANTED => Note::Entered(Inside::sample()),
                Errand::Enter(_) => Note::Tried(0),
                Errand::Probe(_, moment, attempts) => Note::Heard(moment, attempts, answers),
                Errand::Testify(_, attempt, testimony) => {
                    assert_eq!(attempt, gate.attempts, "the report that is there");
                    assert!(!gate.witnessed, "testified twice");
                    self.testified.push((attempt, testimony));
                    self.said_at = second;
                    Note::Settled(attempt)
                }
                Errand::Leave(_) => Note::Left,
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
    street.attempts = 1;
    street.play(T + 2_000, &door, calm);
    assert!(street.closed, "the watch ends");
    street.said()
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
    street.attempts = 1;
    street.ahead_secs = 700;
    street.watch.note(OTHER, Note::Entered(Inside::sample()));
    street
        .watch
        .note(OTHER, Note::Heard(Moment::Before, 0, GRANTED));
    // By its own clock it is long past the last probe; by the chain T is near, and the door rightly open.
    street.play(T + 30, |_| GRANTED, calm);
    assert_eq!(street.said(), []);
}

#[test]
fn a_silent_chain_keeps_the_testimony_back_and_an_absent_report_too() {
    let mut street = Street::new();
    street.play(T + 300, honest, calm);
    assert_eq!(street.said(), [], "there is no report to testify about");
    street.attempts = 1;
    street.chain = Link::Silent;
    street.play(T + 320, honest, calm);
    assert_eq!(street.said(), []);
    street.chain = Link::Proven;
    street.play(T + 340, honest, calm);
    assert_eq!(street.said(), [Testimony::Gone]);
}

#[test]
fn a_report_that_comes_hours_later_is_still_testified_about() {
    let mut street = Street::new();
    street.play(T + 2_000, honest, calm);
    assert!(!street.closed, "what was found waits for its report");
    street.attempts = 1;
    street.second = T + 7_200;
    street.play(T + 7_210, honest, calm);
    assert_eq!(street.said(), [Testimony::Gone]);
    assert!(street.closed);
}

#[test]
fn a_report_that_comes_after_a_day_is_testified_about_and_one_after_three_is_not() {
    let heard = || {
        let mut street = Street::new();
        street.play(T + 2_000, honest, calm);
        street
    };
    let mut late = heard();
    late.second = T + WITNESS_SECS - 20;
    late.play(T + WITNESS_SECS - 15, honest, calm);
    assert!(!late.closed, "a county may be down for days");
    late.attempts = 1;
    late.play(T + WITNESS_SECS - 5, honest, calm);
    assert_eq!(late.said(), [Testimony::Gone]);
    let mut gone = heard();
    gone.second = T + WITNESS_SECS;
    gone.attempts = 1;
    gone.play(T + WITNESS_SECS + 10, honest, calm);
    assert!(gone.closed);
    assert_eq!(gone.said(), []);
}

#[test]
fn a_witness_speaks_about_each_attempt_until_two_have_met() {
    let mut street = Street::new();
    street.is_seconded = false;
    street.attempts = 1;
    street.play(T + 200, honest, calm);
    // The other witness was away, and finds the second report alone.
    street.attempts = 2;
    street.play(T + 1_000, honest, calm);
    assert!(!street.closed, "the chain still waits for a second witness");
    let door = &street.watch.doors[&OTHER.0];
    assert_eq!(
        door.inside, None,
        "the pass has ended, and its token is forgotten"
    );
    street.attempts = 3;
    street.second = T + 40_000;
    street.play(T + 40_010, honest, calm);
    let gone = [1, 2, 3].map(|attempt| (attempt, Testimony::Gone));
    assert_eq!(street.testified, gone);
    street.is_seconded = true;
    street.play(T + 40_020, honest, calm);
    assert!(street.closed, "two have met");
}

#[test]
fn a_room_that_stood_after_one_report_is_asked_about_again_after_the_next() {
    let door = |second| {
        if second < T + LAST + 60 {
            GRANTED
        } else {
            REFUSED
        }
    };
    let mut street = Street::new();
    street.attempts = 1;
    street.play(T + LAST + 40, door, calm);
    assert_eq!(street.said(), [Testimony::Standing]);
    street.attempts = 2;
    street.play(T + LAST + 120, door, calm);
    let said = [(1, Testimony::Standing), (2, Testimony::Gone)];
    assert_eq!(street.testified, said);
    assert!(street.closed);
}

#[test]
fn a_room_that_stands_after_every_report_is_called_so_each_time_while_the_pass_is_good() {
    let mut street = Street::new();
    for (attempt, second) in [(1, T + LAST + 40), (2, T + LAST + 120), (3, T + PASS + 60)] {
        street.attempts = attempt;
        street.play(second, |_| GRANTED, calm);
    }
    let standing = [1, 2, 3].map(|attempt| (attempt, Testimony::Standing));
    assert_eq!(street.testified, standing);
    // A report after the pass has ended can be judged by nobody.
    let mut late = Street::new();
    late.attempts = 1;
    late.play(T + PASS - 5, |_| GRANTED, calm);
    late.attempts = 2;
    late.second = T + PASS;
    late.play(T + PASS + 10, |_| GRANTED, calm);
    assert_eq!(late.testified, [(1, Testimony::Standing)]);
    assert!(late.closed);
}

#[test]
fn a_cancelled_session_has_no_watch_and_none_begins_before_its_hour_or_after_t() {
    let mut cancelled = session();
    cancelled.status = Status::Cancelled;
    let street = Street::new();
    let gates = [street.gate()];
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
        reports in reports(),
        ahead_secs in prop_oneof![3 => Just(0i64), 1 => -900i64..900],
        mishaps in mishaps(),
    ) {
        let mut street = Street::new();
        street.ahead_secs = ahead_secs;
        // Alone, it has to speak about every attempt.
        street.is_seconded = false;
        for second in seconds() {
            if street.closed {
                break;
            }
            street.chain = mishaps.chain(second);
            street.attempts = reported(&reports, second);
            street.pass(second, truth.answers(second), |n| mishaps.fault(n));
        }
        assert_true(&street, &truth, &reports)?;
        let is_fair = truth.silences.is_empty() && mishaps.are_none() && ahead_secs == 0 && truth.expires_at == T + PASS;
        if is_fair && !truth.hollow && truth.shuts_at.is_some_and(|at| (T + 44..T + LAST - 30).contains(&at)) {
            let last = u32::try_from(reports.len()).expect("few");
            prop_assert!(street.has_said(last, Testimony::Gone), "{:?}", street.testified);
        }
    }

    #[test]
    fn in_every_history_two_witnesses_that_found_the_door_shut_meet_on_one_attempt(
        truth in truth(),
        reports in reports(),
        mishaps in proptest::array::uniform2(mishaps()),
    ) {
        let mut streets = [Street::new(), Street::new()];
        for second in seconds() {
            for (at, mishaps) in mishaps.iter().enumerate() {
                let confirmed = met(&streets);
                let street = &mut streets[at];
                street.chain = mishaps.chain(second);
                street.attempts = reported(&reports, second);
                let gate = Gate { confirmed, ..street.gate() };
                if !street.closed {
                    street.pass_at(gate, second, truth.answers(second), |n| mishaps.fault(n));
                }
            }
        }
        for street in &streets {
            assert_true(street, &truth, &reports)?;
        }
        let found_shut = |street: &Street| {
            let door = street.watch.doors.get(&OTHER.0);
            door.is_some_and(|door| door.found == Some(Found::Shut))
        };
        prop_assert_eq!(streets.iter().all(found_shut), met(&streets));
    }
}

/// Whether the chain counts two witnesses on one attempt, as the core does.
fn met(streets: &[Street; 2]) -> bool {
    let mut attempts = 1..=ATTEMPTS;
    attempts.any(|attempt| {
        streets
            .iter()
            .all(|street| street.has_said(attempt, Testimony::Gone))
    })
}

/// Nothing untrue was said, and nothing twice.
fn assert_true(street: &Street, truth: &Truth, reports: &[u64]) -> Result<(), TestCaseError> {
    for (at, (attempt, said)) in street.testified.iter().enumerate() {
        let earlier = &street.testified[..at];
        prop_assert!(earlier.iter().all(|(other, _)| other != attempt), "twice");
        match said {
            Testimony::Gone => {
                prop_assert!(!truth.hollow, "a door that never was wholly open");
                prop_assert!(
                    truth.shuts_at.is_some_and(|at| at <= street.said_at),
                    "it is not shut"
                );
            }
            Testimony::Standing => {
                let mut numbered = (1..).zip(reports);
                let later = numbered.find(|(number, _)| number == attempt && *number > 1);
                let asked_from = later.map_or(0, |(_, at)| *at).max(T + LAST);
                prop_assert!(
                    truth.shuts_at.is_none_or(|shuts_at| shuts_at > asked_from),
                    "it was shut by then"
                );
            }
        }
    }
    Ok(())
}

/// When a county reports the end of its room: once, or again and again.
fn reports() -> impl Strategy<Value = Vec<u64>> {
    let most = usize::try_from(ATTEMPTS).expect("few");
    proptest::collection::vec(T..T + 1_800, 1..=most).prop_map(|mut at| {
        at.sort_unstable();
        at
    })
}

fn reported(reports: &[u64], second: u64) -> u32 {
    u32::try_from(reports.iter().filter(|at| **at <= second).count()).expect("few")
}

/// The passes of a history: close together while doors are asked, then until every report is old.
fn seconds() -> impl Iterator<Item = u64> {
    (TIMES.seeds_at..T + PASS + 300)
        .step_by(5)
        .chain((T + PASS + 300..T + 4_000).step_by(60))
}

/// What befalls a witness.
#[derive(Clone, Debug)]
struct Mishaps {
    /// Errands, by running number, at which it dies.
    crashes: Vec<(usize, Fault)>,
    /// When it does not hear the chain, and for how long.
    deaf: Option<(u64, u64)>,
}

impl Mishaps {
    fn fault(&self, n: usize) -> Fault {
        let mut crashes = self.crashes.iter();
        crashes
            .find(|(at, _)| *at == n)
            .map_or(Fault::None, |(_, fault)| *fault)
    }

    fn chain(&self, second: u64) -> Link {
        match self.deaf {
            Some((from, secs)) if (from..from + secs).contains(&second) => Link::Silent,
            Some(_) | None => Link::Proven,
        }
    }

    const fn are_none(&self) -> bool {
        self.crashes.is_empty() && self.deaf.is_none()
    }
}

fn mishaps() -> impl Strategy<Value = Mishaps> {
    let crash = (
        0usize..40,
        prop_oneof![Just(Fault::Before), Just(Fault::After)],
    );
    let deaf = (TIMES.seeds_at..T + 900, 1u64..2_000);
    (
        proptest::collection::vec(crash, 0..12),
        proptest::option::of(deaf),
    )
        .prop_map(|(crashes, deaf)| Mishaps { crashes, deaf })
}

#[test]
fn what_a_probe_asks_for_is_forgotten_by_this_machines_clock_while_the_chain_is_silent() {
    let mut watch = Watch::begin(SessionId(1), POLICY.forgets_at_ms(&session()));
    watch.note(OTHER, Note::Entered(Inside::sample()));
    let at = (T + PASS + 3_600) * 1_000;
    assert_eq!(watch.to_forget(at - 1), []);
    assert_eq!(watch.to_forget(at), [OTHER]);
    watch.note(OTHER, Note::Left);
    assert_eq!(watch.to_forget(u64::MAX), []);
}
