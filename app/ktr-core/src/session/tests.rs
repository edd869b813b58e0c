//! Sentences about sessions: one test per rule.
//! The room itself is the sidecars' affair.

use alloc::{format, vec, vec::Vec};

use super::{
    Cause, Command, Dissolved, Engine, Event, Flags, Hours, LanguageTag, Rejection, Seeded,
    ServerVersion, Testimony,
};
use crate::{
    Command as Any, Event as AnyEvent, RecordKey, Rejection as AnyRejection, State,
    bundle::{self, RetractionReason},
    id::{CountyId, Fingerprint, ReleaseId, SessionId, Sha256},
    tests::{
        COUNTIES, DAY, START, county, month, network, pass, releaser, schedule, seal, send,
        send_mandated, sidecar, studio,
    },
    time::Time,
};

pub(super) const SEEDS: u64 = START + 2 * DAY;
const OPENS: u64 = SEEDS + 300;
pub(super) const ENDS: u64 = SEEDS + 3_900;
const OPEN: Command = Command::Open {
    session: SessionId(1),
};

pub(super) fn refused(
    state: &mut State,
    now: u64,
    signer: Fingerprint,
    command: Command,
) -> Rejection {
    let refusal = send(state, now, signer, &Any::Session(command));
    let refusal = refusal.expect_err("a rule says no");
    let AnyRejection::Session(rule) = refusal else {
        panic!("another subject answered: {refusal}");
    };
    rule
}

pub(super) fn sealed() -> State {
    let mut state = month();
    send(&mut state, START, releaser(), &seal(1, 1, &[1])).expect("the release desk seals");
    state
}

fn close(attendance: Option<u64>) -> Command {
    Command::Close {
        session: SessionId(1),
        attendance,
    }
}

pub(super) fn seeded(county: u8) -> Command {
    let seeded = Seeded {
        room: Sha256([1; 32]),
        post: Sha256([2; 32]),
    };
    Command::ReportSeeded {
        session: SessionId(1),
        county: CountyId(county),
        seeded,
    }
}

fn joined(count: Option<u64>) -> Command {
    Command::ReportJoined {
        session: SessionId(1),
        county: CountyId(1),
        count,
    }
}

pub(super) fn report(attempt: u32, cause: Cause) -> Dissolved {
    Dissolved {
        attempt,
        cause,
        started_at: Time(ENDS),
        emptied_at: Time(ENDS + 1),
        purged_at: Time(ENDS + 2),
        scanned_at: Time(ENDS + 3),
        kicked: None,
        posts: 1,
        media_deleted: 1,
        cancelled: Some(5),
        strays: 0,
        residue: [0; 8],
        flags: Flags(Flags::SWEPT),
        engine: Engine::Synapse,
        version: ServerVersion {
            major: 1,
            minor: 163,
            patch: 2,
        },
        receipt: Sha256([3; 32]),
    }
}

pub(super) fn dissolved(county: u8, dissolved: Dissolved) -> Command {
    Command::ReportDissolved {
        session: SessionId(1),
        county: CountyId(county),
        dissolved,
    }
}

#[test]
fn the_studio_schedules_one_session_after_the_other() {
    let mut state = network();
    let cases = [
        (studio(), schedule(2, SEEDS), Rejection::SessionNotNext),
        (
            studio(),
            schedule(1, START + DAY - 1),
            Rejection::SeedsTooSoon,
        ),
        (releaser(), schedule(1, SEEDS), Rejection::StudioRequired),
    ];
    for (signer, command, rule) in cases {
        let Any::Session(command) = command else {
            panic!("schedule is of sessions")
        };
        assert_eq!(refused(&mut state, START, signer, command), rule);
    }
    let events = send(&mut state, START, studio(), &schedule(1, SEEDS)).expect("the first");
    for event in events {
        assert_eq!(event.touches(), [RecordKey::Session(SessionId(1))]);
    }
    let Any::Session(overlapping) = schedule(2, ENDS - 1) else {
        panic!("of sessions")
    };
    assert_eq!(
        refused(&mut state, START, studio(), overlapping),
        Rejection::SessionsOverlap
    );
    send(&mut state, START, studio(), &schedule(2, ENDS)).expect("the next");
}

#[test]
fn a_session_has_rising_times_and_languages() {
    let mut state = network();
    let tag = |text| LanguageTag::parse(text).expect("a tag");
    let with = |opens_at, dissolves_at, languages: Vec<LanguageTag>| Command::Schedule {
        session: SessionId(1),
        hours: Hours {
            seeds_at: Time(SEEDS),
            opens_at: Time(opens_at),
            dissolves_at: Time(dissolves_at),
        },
        languages,
    };
    let cases = [
        (
            with(SEEDS, ENDS, vec![tag("de")]),
            Rejection::TimesNotRising,
        ),
        (
            with(OPENS, OPENS, vec![tag("de")]),
            Rejection::TimesNotRising,
        ),
        (
            with(OPENS, OPENS + 7_201, vec![tag("de")]),
            Rejection::SessionTooLong,
        ),
        (with(OPENS, ENDS, vec![]), Rejection::LanguagesOutOfRange),
        (
            with(OPENS, ENDS, vec![tag("mt"), tag("de")]),
            Rejection::LanguagesOutOfRange,
        ),
        (
            with(OPENS, ENDS, vec![tag("de"), tag("de")]),
            Rejection::LanguagesOutOfRange,
        ),
    ];
    for (command, rule) in cases {
        assert_eq!(refused(&mut state, START, studio(), command), rule);
    }
}

#[test]
fn a_session_has_sixteen_languages_at_most() {
    let with = |count: u8| Command::Schedule {
        session: SessionId(1),
        hours: Hours {
            seeds_at: Time(SEEDS),
            opens_at: Time(OPENS),
            dissolves_at: Time(ENDS),
        },
        languages: (b'a'..)
            .take(usize::from(count))
            .filter_map(|last| LanguageTag::parse(&format!("a{}", char::from(last))))
            .collect(),
    };
    let mut state = network();
    assert_eq!(
        refused(&mut state, START, studio(), with(17)),
        Rejection::LanguagesOutOfRange
    );
    send(&mut state, START, studio(), &Any::Session(with(16))).expect("sixteen are allowed");
}

#[test]
fn every_flag_is_one_bit_of_its_own_and_all_of_them_are_known() {
    let flags = [
        Flags::SWEPT,
        Flags::WAL_TRUNCATED,
        Flags::SECURE_DELETE,
        Flags::VERSION_KNOWN,
        Flags::DEAD_MAN_HAD_FIRED,
        Flags::CLOCK_DIFFERED,
        Flags::STRAY_FOUND,
        Flags::ROOM_ABSENT_AT_START,
        Flags::FOLDER_REMOVED,
    ];
    let mut seen = 0;
    for flag in flags {
        assert_eq!((flag.count_ones(), seen & flag), (1, 0), "{flag:#b}");
        seen |= flag;
    }
    assert_eq!(seen, Flags::KNOWN);
}

#[test]
fn a_language_tag_is_short_and_of_letters_digits_and_hyphens() {
    for good in ["de", "mt", "gsw", "sr-Latn-RS", "zh-Hant-TW"] {
        assert!(LanguageTag::parse(good).is_some(), "{good}");
    }
    for bad in [
        "",
        "d",
        "DE",
        "de-",
        "de_AT",
        "de-x y",
        "sr-Latn-RS-1996",
        "français",
    ] {
        assert!(LanguageTag::parse(bad).is_none(), "{bad}");
    }
}

#[test]
fn a_session_opens_only_with_a_release_and_in_its_time() {
    let mut state = month();
    assert_eq!(
        refused(&mut state, OPENS, studio(), OPEN),
        Rejection::ReleaseNotSealed
    );
    let mut state = sealed();
    assert_eq!(
        refused(&mut state, OPENS - 901, studio(), OPEN),
        Rejection::TooEarly
    );
    assert_eq!(
        refused(&mut state, ENDS, studio(), OPEN),
        Rejection::SessionOver
    );
    assert_eq!(
        refused(&mut state, OPENS, sidecar(1), OPEN),
        Rejection::StudioRequired
    );
    let unknown = Command::Open {
        session: SessionId(2),
    };
    assert_eq!(
        refused(&mut state, OPENS, studio(), unknown),
        Rejection::SessionUnknown
    );
    send(&mut state, OPENS - 900, studio(), &Any::Session(OPEN)).expect("a quarter before");
    assert_eq!(
        refused(&mut state, OPENS, studio(), OPEN),
        Rejection::SessionNotScheduled
    );
}

#[test]
fn a_session_whose_release_was_retracted_does_not_open_and_may_be_called_off() {
    let retract = Any::Bundle(bundle::Command::Retract {
        release: ReleaseId([1; 16]),
        reason: RetractionReason::VictimIdentifiable,
    });
    let mut state = sealed();
    send(&mut state, SEEDS, releaser(), &retract).expect("at any time");
    assert_eq!(
        refused(&mut state, OPENS, studio(), OPEN),
        Rejection::ReleaseRetracted
    );
    let cancel = Command::Cancel {
        session: SessionId(1),
    };
    send(&mut state, OPENS, studio(), &Any::Session(cancel)).expect("nothing is shown");
    // One that runs goes on to its end.
    let mut state = sealed();
    send(&mut state, OPENS, studio(), &Any::Session(OPEN)).expect("the hour");
    send(&mut state, OPENS, releaser(), &retract).expect("at any time");
    send(&mut state, OPENS + 60, studio(), &Any::Session(close(None))).expect("it is open");
}

#[test]
fn a_session_closes_with_a_head_count_that_hides_nobody() {
    let mut state = sealed();
    assert_eq!(
        refused(&mut state, OPENS, studio(), close(None)),
        Rejection::SessionNotOpened
    );
    send(&mut state, OPENS, studio(), &Any::Session(OPEN)).expect("the hour");
    assert_eq!(
        refused(&mut state, OPENS, studio(), close(Some(19))),
        Rejection::CountTooSmall
    );
    assert_eq!(
        refused(&mut state, ENDS, studio(), close(None)),
        Rejection::SessionOver
    );
    send(
        &mut state,
        OPENS + 1,
        studio(),
        &Any::Session(close(Some(20))),
    )
    .expect("twenty heads");
    let session = state.session.get(SessionId(1)).expect("it exists");
    assert_eq!(session.opened_at(), Some(Time(OPENS)));
}

#[test]
fn a_sidecar_reports_once_of_its_own_room() {
    let mut state = sealed();
    assert_eq!(
        refused(&mut state, SEEDS - 301, sidecar(1), seeded(1)),
        Rejection::TooEarly
    );
    assert_eq!(
        refused(&mut state, SEEDS, sidecar(2), seeded(1)),
        Rejection::SidecarRequired
    );
    send(
        &mut state,
        SEEDS - 300,
        sidecar(1),
        &Any::Session(seeded(1)),
    )
    .expect("its own room");
    assert_eq!(
        refused(&mut state, SEEDS, sidecar(1), seeded(1)),
        Rejection::AlreadyReported
    );
    assert_eq!(
        refused(&mut state, SEEDS, sidecar(1), joined(Some(4))),
        Rejection::CountTooSmall
    );
    send(&mut state, SEEDS, sidecar(1), &Any::Session(joined(None))).expect("a withheld count");
    let again = refused(&mut state, SEEDS, sidecar(1), joined(Some(5)));
    assert_eq!(again, Rejection::AlreadyReported);
}

#[test]
fn at_sixteen_hundred_hours_the_session_ends_by_time_alone() {
    let mut state = sealed();
    assert!(pass(&mut state, ENDS - 1).is_empty());
    let events = pass(&mut state, ENDS);
    assert_eq!(
        events,
        [AnyEvent::Session(Event::Ended {
            session: SessionId(1)
        })]
    );
    assert!(pass(&mut state, ENDS + 1).is_empty());
}

#[test]
fn a_county_that_stays_silent_is_overdue() {
    let mut state = sealed();
    for county in [1, 3] {
        let command = Any::Session(dissolved(county, report(1, Cause::Time)));
        send(&mut state, ENDS, sidecar(county), &command).expect("its room is gone");
    }
    pass(&mut state, ENDS + 1_799);
    let events = pass(&mut state, ENDS + 1_800);
    let silent = Event::Overdue {
        session: SessionId(1),
        county: CountyId(2),
    };
    assert_eq!(events, [AnyEvent::Session(silent)]);
    assert!(pass(&mut state, ENDS + 2_000).is_empty());
}

#[test]
fn a_destruction_is_reported_after_its_hour_and_never_overwritten() {
    let mut state = sealed();
    let inconsistent = Dissolved {
        emptied_at: Time(ENDS - 1),
        ..report(1, Cause::Time)
    };
    let flagged = Dissolved {
        flags: Flags(1 << 9),
        ..report(1, Cause::Time)
    };
    let small = Dissolved {
        kicked: Some(4),
        ..report(1, Cause::Time)
    };
    let early = refused(
        &mut state,
        ENDS - 1,
        sidecar(1),
        dissolved(1, report(1, Cause::Time)),
    );
    assert_eq!(early, Rejection::TooEarly);
    let cases = [
        (report(2, Cause::Time), Rejection::AttemptNotNext),
        (report(0, Cause::Time), Rejection::AttemptNotNext),
        (inconsistent, Rejection::ReportInconsistent),
        (flagged, Rejection::ReportInconsistent),
        (small, Rejection::CountTooSmall),
    ];
    for (report, rule) in cases {
        assert_eq!(
            refused(&mut state, ENDS, sidecar(1), dissolved(1, report)),
            rule
        );
    }
    for attempt in 1..=8 {
        let command = Any::Session(dissolved(1, report(attempt, Cause::Operator)));
        send(&mut state, ENDS - 1, sidecar(1), &command).expect("an operator may be early");
    }
    let ninth = refused(
        &mut state,
        ENDS,
        sidecar(1),
        dissolved(1, report(9, Cause::Time)),
    );
    assert_eq!(ninth, Rejection::AttemptsTooMany);
    let session = state.session.get(SessionId(1)).expect("it exists");
    assert_eq!(session.reports[&CountyId(1)].dissolved.len(), 8);
    assert_eq!(
        COUNTIES
            .iter()
            .filter(|n| session.is_dissolved_by(CountyId(**n)))
            .count(),
        1
    );
}

const CANCEL: Command = Command::Cancel {
    session: SessionId(1),
};

pub(super) fn move_to(revision: u32, seeds_at: u64) -> Command {
    let Any::Session(Command::Schedule { session, hours, .. }) = schedule(1, seeds_at) else {
        panic!("schedule is of sessions")
    };
    Command::Reschedule {
        session,
        revision,
        hours,
    }
}

fn file(revision: u32) -> Command {
    Command::FileRoll {
        session: SessionId(1),
        revision,
        roll: Sha256([6; 32]),
    }
}

pub(super) fn witness(county: u8, testimony: Testimony) -> Command {
    Command::Witness {
        session: SessionId(1),
        county: CountyId(county),
        attempt: 1,
        testimony,
    }
}

/// A session whose first county has reported the destruction.
pub(super) fn dissolved_once() -> State {
    let mut state = sealed();
    let command = Any::Session(dissolved(1, report(1, Cause::Time)));
    send(&mut state, ENDS, sidecar(1), &command).expect("its room is gone");
    state
}

#[test]
fn a_session_moves_until_its_rooms_are_seeded() {
    let mut state = month();
    send(&mut state, START, studio(), &schedule(2, SEEDS + 9 * DAY)).expect("the next");
    let cases = [
        (
            county(1),
            move_to(1, SEEDS + DAY),
            Rejection::MandateRequired,
        ),
        (
            studio(),
            move_to(2, SEEDS + DAY),
            Rejection::RevisionNotNext,
        ),
        (
            studio(),
            move_to(1, START + DAY - 1),
            Rejection::SeedsTooSoon,
        ),
        (
            studio(),
            move_to(1, SEEDS + 9 * DAY),
            Rejection::SessionsOverlap,
        ),
    ];
    for (signer, command, rule) in cases {
        assert_eq!(refused(&mut state, START, signer, command), rule);
    }
    let late = refused(&mut state, SEEDS, studio(), move_to(1, SEEDS + DAY));
    assert_eq!(late, Rejection::SeedingBegun);
    let moved = Any::Session(move_to(1, SEEDS + DAY));
    send(&mut state, START, studio(), &moved).expect("the studio may");
    let session = state.session.get(SessionId(1)).expect("it exists");
    assert_eq!(session.hours.seeds_at, Time(SEEDS + DAY));
    let back = Any::Session(move_to(2, SEEDS));
    send_mandated(&mut state, START, county(2), &back).expect("two counties agreed");
    let again = send_mandated(&mut state, START, county(2), &back);
    assert_eq!(
        again,
        Err(AnyRejection::Session(Rejection::RevisionNotNext))
    );
}

#[test]
fn a_session_whose_room_is_seeded_moves_no_more() {
    let mut state = sealed();
    let early = Any::Session(seeded(1));
    send(&mut state, SEEDS - 300, sidecar(1), &early).expect("its own room");
    let late = refused(
        &mut state,
        SEEDS - 300,
        studio(),
        move_to(1, SEEDS + 9 * DAY),
    );
    assert_eq!(late, Rejection::SeedingBegun);
}

#[test]
fn a_roll_is_filed_before_the_session_opens() {
    let mut state = sealed();
    assert_eq!(
        refused(&mut state, START, sidecar(1), file(1)),
        Rejection::MandateRequired
    );
    send(&mut state, START, studio(), &Any::Session(file(1))).expect("the studio files");
    assert_eq!(
        refused(&mut state, START, studio(), file(1)),
        Rejection::RevisionNotNext
    );
    assert_eq!(
        refused(&mut state, ENDS, studio(), file(2)),
        Rejection::SessionOver
    );
    let session = state.session.get(SessionId(1)).expect("it exists");
    assert_eq!(session.roll, Some(Sha256([6; 32])));
    send(&mut state, OPENS, studio(), &Any::Session(OPEN)).expect("the hour");
    assert_eq!(
        refused(&mut state, OPENS, studio(), file(2)),
        Rejection::SessionNotScheduled
    );
}

#[test]
fn a_cancelled_session_takes_nothing_and_owes_nothing() {
    let mut state = sealed();
    assert_eq!(
        refused(&mut state, START, county(1), CANCEL),
        Rejection::MandateRequired
    );
    assert_eq!(
        refused(&mut state, ENDS, studio(), CANCEL),
        Rejection::SessionOver
    );
    let cancel = Any::Session(CANCEL);
    send_mandated(&mut state, START, county(1), &cancel).expect("two counties agreed");
    for (signer, command) in [
        (studio(), OPEN),
        (studio(), CANCEL),
        (studio(), file(1)),
        (studio(), move_to(1, SEEDS + DAY)),
        (sidecar(1), seeded(1)),
        (sidecar(1), joined(None)),
    ] {
        assert_eq!(
            refused(&mut state, SEEDS, signer, command),
            Rejection::SessionCancelled
        );
    }
    assert!(pass(&mut state, ENDS + 9 * DAY).is_empty());
}

#[test]
fn a_room_that_went_with_a_cancelled_session_is_reported_though_it_was_never_seeded() {
    let mut state = sealed();
    send(&mut state, SEEDS, studio(), &Any::Session(CANCEL)).expect("the studio may");
    // With the bounds of every other: a county's own room, a time, numbers.
    let (early, time) = (report(1, Cause::Early), report(1, Cause::Time));
    for (signer, report, rule) in [
        (sidecar(1), early, Rejection::SidecarRequired),
        (sidecar(2), time, Rejection::TooEarly),
        (
            sidecar(2),
            report(2, Cause::Early),
            Rejection::AttemptNotNext,
        ),
    ] {
        let command = dissolved(2, report);
        assert_eq!(refused(&mut state, SEEDS, signer, command), rule);
    }
    for attempt in 1..=8 {
        let gone = Any::Session(dissolved(2, report(attempt, Cause::Early)));
        send(&mut state, SEEDS, sidecar(2), &gone).expect("its room is gone");
    }
    let ninth = dissolved(2, report(9, Cause::Early));
    assert_eq!(
        refused(&mut state, SEEDS, sidecar(2), ninth),
        Rejection::AttemptsTooMany
    );
    // Nobody has looked at its door, and the others had no room: none of them owes anything.
    assert!(pass(&mut state, ENDS + 9 * DAY).is_empty());
}

#[test]
fn a_cancelled_session_makes_room_for_another() {
    let mut state = month();
    send(&mut state, START, studio(), &Any::Session(CANCEL)).expect("the studio may");
    send(&mut state, START, studio(), &schedule(2, SEEDS)).expect("at the same hour");
}

#[test]
fn a_room_that_was_seeded_must_go_though_the_session_is_cancelled() {
    let mut state = sealed();
    send(&mut state, SEEDS, sidecar(2), &Any::Session(seeded(2))).expect("its own room");
    send(&mut state, SEEDS, studio(), &Any::Session(CANCEL)).expect("the studio may");
    let clash = Command::Schedule {
        session: SessionId(2),
        hours: Hours {
            seeds_at: Time(ENDS - 1),
            opens_at: Time(ENDS),
            dissolves_at: Time(ENDS + 1),
        },
        languages: vec![LanguageTag::parse("de").expect("a tag")],
    };
    let parameters = crate::governance::Parameters {
        schedule_ahead_secs: crate::time::Secs(1),
        ..state.governance.parameters().clone()
    };
    state.restore(crate::Record::Parameters(parameters));
    assert_eq!(
        refused(&mut state, SEEDS, studio(), clash),
        Rejection::SessionsOverlap
    );
    send(&mut state, SEEDS, studio(), &schedule(2, ENDS + 9 * DAY)).expect("later");
    let gone = Any::Session(dissolved(2, report(1, Cause::Operator)));
    send(&mut state, SEEDS, sidecar(2), &gone).expect("an operator ordered it");
    let unseen = Event::Unwitnessed {
        session: SessionId(1),
        county: CountyId(2),
    };
    let events = pass(&mut state, ENDS + DAY);
    assert_eq!(events, [AnyEvent::Session(unseen)]);
}

#[test]
fn two_other_counties_confirm_a_destruction() {
    let mut state = dissolved_once();
    let gone = witness(1, Testimony::Gone);
    assert_eq!(
        refused(&mut state, ENDS, sidecar(1), gone.clone()),
        Rejection::OtherSidecarRequired
    );
    assert_eq!(
        refused(&mut state, ENDS, county(2), gone.clone()),
        Rejection::OtherSidecarRequired
    );
    assert_eq!(
        refused(&mut state, ENDS, sidecar(1), witness(2, Testimony::Gone)),
        Rejection::AttemptUnknown
    );
    let first = send(&mut state, ENDS, sidecar(2), &Any::Session(gone.clone()));
    assert_eq!(first.map(|events| events.len()), Ok(1));
    assert_eq!(
        refused(&mut state, ENDS, sidecar(2), gone.clone()),
        Rejection::AlreadyWitnessed
    );
    let second = send(&mut state, ENDS, sidecar(3), &Any::Session(gone)).expect("another county");
    let confirmed = Event::DissolutionConfirmed {
        session: SessionId(1),
        county: CountyId(1),
        attempt: 1,
    };
    assert_eq!(second.last(), Some(&AnyEvent::Session(confirmed)));
}

#[test]
fn a_room_that_still_stands_is_confirmed_by_nobody() {
    let mut state = dissolved_once();
    let standing = Any::Session(witness(1, Testimony::Standing));
    send(&mut state, ENDS, sidecar(2), &standing).expect("what it found");
    let gone = Any::Session(witness(1, Testimony::Gone));
    let events = send(&mut state, ENDS, sidecar(3), &gone).expect("what it found");
    assert_eq!(events.len(), 1);
    let session = state.session.get(SessionId(1)).expect("it exists");
    assert!(!session.reports[&CountyId(1)].is_confirmed());
}

#[test]
fn a_destruction_that_nobody_confirms_in_time_is_unwitnessed() {
    let mut state = dissolved_once();
    for by in [2, 3] {
        let gone = Any::Session(witness(1, Testimony::Gone));
        send(&mut state, ENDS, sidecar(by), &gone).expect("what it found");
    }
    pass(&mut state, ENDS + DAY - 1);
    let events = pass(&mut state, ENDS + DAY);
    let unseen = [2, 3].map(|n| {
        AnyEvent::Session(Event::Unwitnessed {
            session: SessionId(1),
            county: CountyId(n),
        })
    });
    assert_eq!(events, unseen);
    assert!(pass(&mut state, ENDS + 2 * DAY).is_empty());
}

#[test]
fn a_session_may_begin_in_the_first_second_allowed_and_take_its_whole_length() {
    let mut state = network();
    let longest = Command::Schedule {
        session: SessionId(1),
        hours: Hours {
            seeds_at: Time(START + DAY),
            opens_at: Time(START + DAY + 1),
            dissolves_at: Time(START + DAY + 7_201),
        },
        languages: vec![LanguageTag::parse("de").expect("a tag")],
    };
    send(&mut state, START, studio(), &Any::Session(longest)).expect("two hours, a day ahead");
}

#[test]
fn a_session_moves_up_to_the_beginning_of_the_next() {
    let mut state = month();
    let next = SEEDS + 9 * DAY;
    send(&mut state, START, studio(), &schedule(2, next)).expect("the next");
    assert_eq!(
        refused(&mut state, START, studio(), move_to(1, next - 3_899)),
        Rejection::SessionsOverlap
    );
    let moved = Any::Session(move_to(1, next - 3_900));
    send(&mut state, START, studio(), &moved).expect("its rooms go when those are seeded");
}

#[test]
fn a_language_tag_is_shown_as_it_was_read() {
    let tag = LanguageTag::parse("sr-Latn-RS").expect("a tag");
    assert_eq!(tag.as_str(), "sr-Latn-RS");
    assert_eq!(format!("{tag}"), "sr-Latn-RS");
}
