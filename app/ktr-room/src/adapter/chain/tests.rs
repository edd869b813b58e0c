//! Clock skew from looks, what codes mean for a report, and what the ledger's rules say to one.
//! A chain of real nodes is the play's.

#![expect(
    clippy::arithmetic_side_effects,
    reason = "test code with small numbers"
)]

use ktr_core::Command;
use ktr_core::id::{CountyId, SessionId, Sha256};
use ktr_core::session::{self, Hours, LanguageTag, Rejection};
use ktr_core::time::{Secs, Time};
use ktr_testkit::Chain;

use super::command::command;
use super::follow::verdict;
use super::skew::SkewMeter;
use crate::port::Sent;
use crate::report::{Cause, Dissolution, Engine, Flags, Report};

/// Looks each second at a chain with a block each second, the local clock so far off; the last skew.
fn measured(off_ms: i64) -> Option<u64> {
    let mut meter = SkewMeter::default();
    for second in 1_000..1_010u64 {
        // Header H + 1 carries the time of H: one second ago.
        meter.look(
            second,
            second - 1,
            (second * 1_000 + 300).saturating_add_signed(off_ms),
        );
    }
    meter.skew_ms()
}

#[test]
fn a_right_clock_shows_no_skew_and_a_wrong_one_shows_how_wrong() {
    assert_eq!(measured(0), Some(0));
    for off_ms in [-600_000i64, -10_000, 10_000, 600_000] {
        let skew = measured(off_ms).expect("measured");
        assert!(
            skew.abs_diff(off_ms.unsigned_abs()) <= 2_000,
            "{off_ms}: {skew}"
        );
    }
}

#[test]
fn what_was_there_at_the_first_look_proves_nothing() {
    let mut meter = SkewMeter::default();
    meter.look(7, 1_000, 9_000_000);
    assert_eq!(meter.skew_ms(), None);
    meter.look(8, 1_060, 9_001_000);
    assert_eq!(meter.skew_ms(), None, "height 7 did not arrive live");
}

#[test]
fn an_idle_minute_is_no_skew() {
    let mut meter = SkewMeter::default();
    for second in 1_000..1_200u64 {
        // A block each 60 s; header H + 1 has the time of H, a minute ago.
        let height = second / 60;
        meter.look(height, (height - 1) * 60, second * 1_000 + 500);
    }
    assert_eq!(meter.skew_ms(), Some(0));
}

#[test]
fn a_node_that_catches_up_is_no_skew() {
    let mut meter = SkewMeter::default();
    meter.look(1, 10, 9_000_000);
    meter.look(5_000, 8_000, 9_001_000);
    assert_eq!(meter.skew_ms(), None);
}

#[test]
fn reported_already_is_success_and_too_early_is_signed_anew() {
    for (code, sent) in [
        (Rejection::AlreadyReported.code(), Sent::Already),
        (
            Rejection::AttemptNotNext.code(),
            Sent::Refused(Rejection::AttemptNotNext.code()),
        ),
        (Rejection::AlreadyWitnessed.code(), Sent::Already),
        (Rejection::TooEarly.code(), Sent::NotYet),
        (109, Sent::NotYet),
        (121, Sent::NotYet),
        (123, Sent::NotYet),
        (
            Rejection::SidecarRequired.code(),
            Sent::Refused(Rejection::SidecarRequired.code()),
        ),
        (105, Sent::Refused(105)),
    ] {
        assert_eq!(verdict(code), sent, "{code}");
    }
}

/// What a sidecar found, with a number of its own in every place.
fn dissolution(cause: Cause) -> Dissolution {
    Dissolution {
        cause,
        started_at: Time(1),
        emptied_at: Time(2),
        purged_at: Time(3),
        scanned_at: Time(4),
        kicked: Some(5),
        posts: 6,
        media_deleted: 7,
        cancelled: None,
        strays: 8,
        residue: [1, 2, 3, 4, 5, 6, 7, 8],
        flags: Flags {
            swept: true,
            folder_removed: true,
            ..Flags::default()
        },
        engine: Engine::Synapse,
        server_version: [1, 163, 2],
        receipt: Sha256([9; 32]),
    }
}

#[test]
fn the_ledger_takes_the_report_of_a_room_that_went_with_its_session_before_it_was_seeded() {
    let mut chain = Chain::begun();
    let (studio, sidecar) = (chain.cast.studio.clone(), chain.cast.sidecars[1].clone());
    let (session, seeds_at) = (SessionId(1), chain.now().plus(Secs(2 * 86_400)));
    let schedule = session::Command::Schedule {
        session,
        hours: Hours {
            seeds_at,
            opens_at: seeds_at.plus(Secs(300)),
            dissolves_at: seeds_at.plus(Secs(3_900)),
        },
        languages: LanguageTag::parse("de").into_iter().collect(),
    };
    for command in [schedule, session::Command::Cancel { session }] {
        let done = chain.send(&studio, Command::Session(command));
        assert!(done.is_ok(), "{done:?}");
    }
    // A sidecar makes its room before anything is reported of it, and a cancellation ends it at once.
    let report = Report::Dissolved {
        session,
        attempt: 1,
        dissolution: dissolution(Cause::Early),
    };
    let sent = chain.send(&sidecar, command(CountyId(2), &report));
    let sent = sent.map_err(|refusal| verdict(refusal.code()));
    assert_eq!(sent, Ok(vec!["session.dissolved.v1"]));
}

#[test]
fn a_dissolution_keeps_every_number_on_its_way_to_the_core() {
    let report = Report::Dissolved {
        session: SessionId(3),
        attempt: 2,
        dissolution: dissolution(Cause::DeadMan),
    };
    let Command::Session(session::Command::ReportDissolved {
        session,
        county,
        dissolved,
    }) = command(CountyId(2), &report)
    else {
        panic!("a dissolution");
    };
    assert_eq!(
        (session, county, dissolved.attempt),
        (SessionId(3), CountyId(2), 2)
    );
    assert_eq!(
        (dissolved.kicked, dissolved.posts, dissolved.media_deleted),
        (Some(5), 6, 7)
    );
    assert_eq!(
        (dissolved.cancelled, dissolved.strays, dissolved.residue[7]),
        (None, 8, 8)
    );
    assert_eq!(
        dissolved.flags.0,
        session::Flags::SWEPT | session::Flags::FOLDER_REMOVED
    );
    assert_eq!(
        (dissolved.version.minor, dissolved.receipt),
        (163, Sha256([9; 32]))
    );
}
