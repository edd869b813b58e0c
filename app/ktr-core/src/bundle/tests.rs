//! Sentences about releases: one test per rule.
//! What is inside a bundle is judged before it comes here.

use super::{Command, Rejection, Retraction, RetractionReason};
use crate::{
    Command as Any, RecordKey, Rejection as AnyRejection, State,
    id::{Fingerprint, ReleaseId, SessionId},
    nomination::{Severity, Verdict, VetoCategory},
    session,
    tests::{
        COUNTIES, DAY, START, case, county, member, month, releaser, schedule, seal, seat, send,
        send_mandated, studio, submit, vote,
    },
    time::Time,
};

fn refused(state: &mut State, now: u64, signer: Fingerprint, command: &Any) -> Rejection {
    let refusal = send(state, now, signer, command).expect_err("a rule says no");
    let AnyRejection::Bundle(rule) = refusal else {
        panic!("another subject answered: {refusal}");
    };
    rule
}

fn sized(size: u64, profile: u32) -> Any {
    let Any::Bundle(Command::Seal {
        release,
        session,
        sha256,
        beacon,
        nominations,
        ..
    }) = seal(1, 1, &[1])
    else {
        panic!("seal makes a seal");
    };
    Any::Bundle(Command::Seal {
        release,
        session,
        sha256,
        size,
        profile,
        beacon,
        nominations,
    })
}

#[test]
fn the_release_desk_seals_what_was_cleared() {
    let mut state = month();
    assert_eq!(
        refused(&mut state, START, studio(), &seal(1, 1, &[1])),
        Rejection::ReleaserRequired
    );
    send(&mut state, START, releaser(), &seal(1, 1, &[1])).expect("the release desk may");
    let release = state.bundle.of_session(SessionId(1)).expect("it is sealed");
    assert_eq!(release.id, ReleaseId([1; 16]));
    assert_eq!(release.key, releaser());
    assert_eq!(state.bundle.sealed_in(&case(1)), Some(release));
}

#[test]
fn what_was_vetoed_or_is_open_is_never_sealed() {
    let mut state = month();
    send(
        &mut state,
        START,
        member(1),
        &submit(2, Severity::High, START + DAY),
    )
    .expect("a case");
    let sealing = seal(1, 1, &[1, 2]);
    let open = refused(&mut state, START, releaser(), &sealing);
    assert_eq!(open, Rejection::NominationNotCleared);
    let veto = vote(2, Verdict::Veto(VetoCategory::Quality));
    send(&mut state, START, seat(1), &veto).expect("a veto");
    let vetoed = refused(&mut state, START, releaser(), &sealing);
    assert_eq!(vetoed, Rejection::NominationNotCleared);
}

#[test]
fn a_seal_fits_its_session_and_its_nominations() {
    let mut state = month();
    let many: alloc::vec::Vec<u8> = (1..=65).collect();
    let cases = [
        (seal(1, 2, &[1]), Rejection::SessionUnknown),
        (seal(1, 1, &[]), Rejection::NominationsOutOfRange),
        (seal(1, 1, &[1, 1]), Rejection::NominationsOutOfRange),
        (seal(1, 1, &many), Rejection::NominationsOutOfRange),
        (seal(1, 1, &[9]), Rejection::NominationUnknown),
        (sized(0, 1), Rejection::SizeOutOfRange),
        (sized(16 * 1024 * 1024 + 1, 1), Rejection::SizeOutOfRange),
        (sized(1, 2), Rejection::ProfileUnknown),
    ];
    for (command, rule) in cases {
        assert_eq!(refused(&mut state, START, releaser(), &command), rule);
    }
    let late = refused(&mut state, START + 2 * DAY, releaser(), &seal(1, 1, &[1]));
    assert_eq!(late, Rejection::SeedingBegun);
}

#[test]
fn a_session_a_release_and_a_nomination_are_sealed_once() {
    let mut state = month();
    send(&mut state, START, releaser(), &seal(1, 1, &[1])).expect("the first");
    let second = refused(&mut state, START, releaser(), &seal(2, 1, &[1]));
    assert_eq!(second, Rejection::SessionSealed);
    send(&mut state, START, studio(), &schedule(2, START + 30 * DAY)).expect("the next session");
    let known = refused(&mut state, START, releaser(), &seal(1, 2, &[1]));
    assert_eq!(known, Rejection::ReleaseKnown);
    let sealed = refused(&mut state, START, releaser(), &seal(2, 2, &[1]));
    assert_eq!(sealed, Rejection::NominationSealed);
}

#[test]
fn an_open_session_takes_no_release() {
    let mut state = month();
    send(&mut state, START, releaser(), &seal(1, 1, &[1])).expect("the first");
    send(
        &mut state,
        START,
        member(1),
        &submit(2, Severity::High, START + DAY),
    )
    .expect("a case");
    for n in COUNTIES {
        send(&mut state, START, seat(n), &vote(2, Verdict::Approve)).expect("a seat approves");
    }
    let open = Any::Session(session::Command::Open {
        session: SessionId(1),
    });
    send(&mut state, START + 2 * DAY - 500, studio(), &open).expect("the hour is near");
    let late = refused(
        &mut state,
        START + 2 * DAY - 500,
        releaser(),
        &seal(2, 1, &[2]),
    );
    assert_eq!(late, Rejection::SessionNotScheduled);
}

fn retract(release: u8) -> Any {
    Any::Bundle(Command::Retract {
        release: ReleaseId([release; 16]),
        reason: RetractionReason::Quality,
    })
}

#[test]
fn a_release_is_retracted_once_by_the_desk_or_by_the_counties_together() {
    let mut state = month();
    send(&mut state, START, releaser(), &seal(1, 1, &[1])).expect("the release desk seals");
    for signer in [studio(), county(1)] {
        assert_eq!(
            refused(&mut state, START, signer, &retract(1)),
            Rejection::MandateRequired
        );
    }
    assert_eq!(
        refused(&mut state, START, releaser(), &retract(2)),
        Rejection::ReleaseUnknown
    );
    let late = START + 300 * DAY;
    send_mandated(&mut state, late, county(1), &retract(1)).expect("two counties agreed");
    let release = state.bundle.of_session(SessionId(1)).expect("it is sealed");
    let (at, reason) = (Time(late), RetractionReason::Quality);
    assert_eq!(release.retracted, Some(Retraction { at, reason }));
    assert_eq!(
        refused(&mut state, late, releaser(), &retract(1)),
        Rejection::ReleaseRetracted
    );
}

#[test]
fn a_seal_and_a_retraction_change_the_record_of_their_release_alone() {
    let mut state = month();
    let sealed = send(&mut state, START, releaser(), &seal(1, 1, &[1])).expect("the desk seals");
    let agreed = send_mandated(&mut state, START, county(1), &retract(1));
    let retracted = agreed.expect("two counties agreed");
    let events = sealed.iter().chain(&retracted);
    let touched: alloc::vec::Vec<RecordKey> = events.flat_map(crate::Event::touches).collect();
    assert_eq!(touched, [RecordKey::Release(ReleaseId([1; 16])); 2]);
}

#[test]
fn what_was_retracted_is_not_free_again() {
    let mut state = month();
    send(&mut state, START, releaser(), &seal(1, 1, &[1])).expect("the release desk seals");
    send(&mut state, START, releaser(), &retract(1)).expect("the release desk may");
    let session = refused(&mut state, START, releaser(), &seal(2, 1, &[1]));
    assert_eq!(session, Rejection::SessionSealed);
    send(&mut state, START, studio(), &schedule(2, START + 30 * DAY)).expect("the next session");
    let case = refused(&mut state, START, releaser(), &seal(2, 2, &[1]));
    assert_eq!(case, Rejection::NominationSealed);
}

#[test]
fn a_bundle_may_have_the_largest_size() {
    let mut state = month();
    let largest = sized(16 * 1024 * 1024, 1);
    send(&mut state, START, releaser(), &largest).expect("sixteen mebibytes");
}

#[test]
fn sixty_four_nominations_are_not_too_many() {
    let most: alloc::vec::Vec<u8> = (1..=64).collect();
    // What stops this one is that the others were never submitted.
    let said = refused(&mut month(), START, releaser(), &seal(1, 1, &most));
    assert_eq!(said, Rejection::NominationUnknown);
}
