//! Sentences about terms, seats and their deputies: one test per rule.
//! Votes have theirs with the nominations.

use alloc::{vec, vec::Vec};

use super::{Appointee, Command, Event, Rejection, TermStatus, Voter};
use crate::{
    Command as Any, Event as AnyEvent, Rejection as AnyRejection, State,
    governance::Rejection as Governance,
    id::{Fingerprint, SeatId, SigningKey, TermId},
    key::{KeyBody, Purpose, RevocationReason, Role},
    limits::{RECUSALS_MAX, SEAT_RECUSALS_MAX, SEATS},
    membership::Proof,
    nomination::{Severity, Verdict},
    tests::{
        DAY, START, admit, appoint, case, county, deputy, fp, member, network, pass, recuse,
        rotate_seat, seat, send, send_mandated, studio, submit, vacate, vote,
    },
    time::Time,
};

const ENDS: u64 = START + 200 * DAY;

fn open_case() -> State {
    let mut state = network();
    send(&mut state, START, county(1), &admit(1, 1)).expect("the home county admits");
    let case = submit(1, Severity::High, START + DAY);
    send(&mut state, START, member(1), &case).expect("a case");
    state
}

fn rule(refusal: AnyRejection) -> Rejection {
    let AnyRejection::Board(rule) = refusal else {
        panic!("another subject answered: {refusal}");
    };
    rule
}

fn refused(state: &mut State, now: u64, signer: Fingerprint, command: &Any) -> Rejection {
    rule(send(state, now, signer, command).expect_err("a rule says no"))
}

fn refused_with_mandate(state: &mut State, signer: Fingerprint, command: &Any) -> Rejection {
    rule(send_mandated(state, START, signer, command).expect_err("a rule says no"))
}

fn with(seats: Vec<Appointee>) -> Any {
    let Any::Board(Command::Appoint {
        term, from, until, ..
    }) = appoint(2, ENDS, ENDS + DAY)
    else {
        panic!("appoint makes an Appoint");
    };
    Any::Board(Command::Appoint {
        term,
        from,
        until,
        seats,
    })
}

fn appointees() -> Vec<Appointee> {
    let Any::Board(Command::Appoint { seats, .. }) = appoint(2, ENDS, ENDS + DAY) else {
        panic!("appoint makes an Appoint");
    };
    seats
}

#[test]
fn a_term_begins_and_ends_by_time_alone() {
    let mut state = network();
    assert_eq!(state.board.in_force().map(|term| term.id), Some(TermId(1)));
    assert!(pass(&mut state, ENDS - 1).is_empty());
    let ended = pass(&mut state, ENDS);
    assert_eq!(
        ended,
        [AnyEvent::Board(Event::TermEnded { term: TermId(1) })]
    );
    assert!(state.board.in_force().is_none());
    assert_eq!(
        state.board.term(TermId(1)).map(|term| term.status),
        Some(TermStatus::Ended)
    );
}

#[test]
fn the_counties_together_appoint_the_next_board() {
    let mut state = network();
    let next = appoint(2, ENDS, ENDS + 180 * DAY);
    assert_eq!(
        refused(&mut state, START, county(1), &next),
        Rejection::MandateRequired
    );
    assert_eq!(
        refused_with_mandate(&mut state, studio(), &next),
        Rejection::MandateRequired
    );
    send_mandated(&mut state, START, county(1), &next).expect("two counties agreed");
    let key = state.board.key(&fp(22, 11)).expect("a deputy's key");
    assert_eq!(key.role, Role::Deputy(SeatId(1)));
    assert_eq!(key.valid_until, Time(ENDS + (180 + 42) * DAY));
    let boxes = state
        .board
        .keys()
        .filter(|key| key.fingerprint.0[0] == 22 && key.body.purpose() == Purpose::Encrypt);
    assert_eq!(boxes.count(), 6);
    let names: Vec<_> = pass(&mut state, ENDS).iter().map(AnyEvent::name).collect();
    assert_eq!(names, ["board.term_ended.v1", "board.term_began.v1"]);
    assert_eq!(state.board.in_force().map(|term| term.id), Some(TermId(2)));
}

#[test]
fn a_term_follows_the_last_one_and_has_a_length() {
    let mut state = network();
    let cases = [
        (appoint(3, ENDS, ENDS + DAY), Rejection::TermNotNext),
        (appoint(1, ENDS, ENDS + DAY), Rejection::TermNotNext),
        (appoint(2, ENDS, ENDS), Rejection::TermEmpty),
        (appoint(2, START - 9, START), Rejection::TermEmpty),
        (appoint(2, ENDS - 1, ENDS + DAY), Rejection::TermsOverlap),
        (
            appoint(2, ENDS, ENDS + 200 * DAY + 1),
            Rejection::TermTooLong,
        ),
        (appoint(2, ENDS + 1, ENDS + DAY), Rejection::TermTooFar),
    ];
    for (command, expected) in cases {
        let said = refused_with_mandate(&mut state, county(1), &command);
        assert_eq!(said, expected);
    }
}

#[test]
fn a_board_has_three_seats_and_keys_of_its_own() {
    let mut state = network();
    let seats = appointees();
    let mut doubled = seats.clone();
    doubled[2].deputy = doubled[0].holder;
    let mut known = seats.clone();
    known[1].holder.sign_fingerprint = county(2);
    let swapped = vec![seats[1], seats[0], seats[2]];
    let cases = [
        (seats[..2].to_vec(), Rejection::SeatsIncomplete),
        (swapped, Rejection::SeatsIncomplete),
        (doubled, Rejection::KeysNotDistinct),
        (known, Rejection::KeyKnown),
    ];
    for (seats, expected) in cases {
        let said = refused_with_mandate(&mut state, county(1), &with(seats));
        assert_eq!(said, expected);
    }
}

#[test]
fn a_mandate_appoints_one_board() {
    let mut state = network();
    let next = appoint(2, ENDS, ENDS + DAY);
    send_mandated(&mut state, START, county(1), &next).expect("the next board");
    let again = refused_with_mandate(&mut state, county(2), &next);
    assert_eq!(again, Rejection::TermNotNext);
}

#[test]
fn a_recused_seat_is_voted_by_its_deputy() {
    let mut state = open_case();
    assert_eq!(
        refused(&mut state, START, deputy(1), &recuse(1)),
        Rejection::SeatRequired
    );
    assert_eq!(
        refused(&mut state, START, seat(1), &recuse(2)),
        Rejection::NominationUnknown
    );
    let recused = send(&mut state, START, seat(1), &recuse(1)).expect("before its vote");
    assert_eq!(
        recused,
        [AnyEvent::Board(Event::Recused {
            term: TermId(1),
            seat: SeatId(1),
            commitment: case(1)
        })]
    );
    assert_eq!(
        refused(&mut state, START, seat(1), &recuse(1)),
        Rejection::SeatRecused
    );
    send(&mut state, START, deputy(1), &vote(1, Verdict::Approve)).expect("in its place");
}

#[test]
fn who_has_voted_does_not_stand_back() {
    let mut state = open_case();
    send(&mut state, START, seat(1), &vote(1, Verdict::Approve)).expect("a vote");
    assert_eq!(
        refused(&mut state, START, seat(1), &recuse(1)),
        Rejection::SeatVoted
    );
    let late = refused(&mut state, START + DAY, seat(2), &recuse(1));
    assert_eq!(late, Rejection::NominationNotOpen);
}

#[test]
fn a_vacant_seat_is_its_deputys_until_the_term_ends() {
    let mut state = open_case();
    let cases = [
        (seat(2), vacate(1, 1), Rejection::SeatRequired),
        (deputy(1), vacate(1, 1), Rejection::SeatRequired),
        (county(1), vacate(1, 1), Rejection::MandateRequired),
        (seat(1), vacate(2, 1), Rejection::SeatRequired),
    ];
    for (signer, command, expected) in cases {
        assert_eq!(refused(&mut state, START, signer, &command), expected);
    }
    send(&mut state, START, seat(1), &vacate(1, 1)).expect("its own seat");
    assert_eq!(
        refused(&mut state, START, seat(1), &vacate(1, 1)),
        Rejection::SeatVacant
    );
    assert_eq!(
        refused(&mut state, START, seat(1), &recuse(1)),
        Rejection::SeatVacant
    );
    send(&mut state, START, deputy(1), &vote(1, Verdict::Approve)).expect("it holds the seat");
}

#[test]
fn the_counties_together_may_vacate_a_seat_once_and_in_its_term() {
    let mut state = network();
    let unknown = refused_with_mandate(&mut state, county(1), &vacate(1, 4));
    assert_eq!(unknown, Rejection::SeatUnknown);
    send_mandated(&mut state, START, county(1), &vacate(1, 3)).expect("two counties agreed");
    let again = refused_with_mandate(&mut state, county(1), &vacate(1, 3));
    assert_eq!(again, Rejection::SeatVacant);
    pass(&mut state, ENDS);
    let late = send_mandated(&mut state, ENDS, county(1), &vacate(1, 2));
    assert_eq!(rule(late.expect_err("it is over")), Rejection::TermOver);
}

#[test]
fn a_seat_and_a_deputy_rotate_their_own_keys() {
    let mut state = open_case();
    let failing = Any::Board(Command::RotateKey {
        seat: SeatId(1),
        voter: Voter::Holder,
        key: SigningKey([13; 51]),
        fingerprint: fp(13, 1),
        proof: Proof::Fails,
    });
    let cases = [
        (
            seat(2),
            rotate_seat(1, Voter::Holder, 13),
            Rejection::SeatOrDeputyRequired,
        ),
        (
            deputy(1),
            rotate_seat(1, Voter::Holder, 13),
            Rejection::SeatOrDeputyRequired,
        ),
        (
            seat(1),
            rotate_seat(1, Voter::Holder, 1),
            Rejection::KeyKnown,
        ),
        (seat(1), failing, Rejection::KeyProofFails),
    ];
    for (signer, command, expected) in cases {
        assert_eq!(refused(&mut state, START, signer, &command), expected);
    }
    send(
        &mut state,
        START,
        seat(1),
        &rotate_seat(1, Voter::Holder, 13),
    )
    .expect("its own key");
    assert_eq!(
        refused(&mut state, START, seat(1), &recuse(1)),
        Rejection::KeyNotLive
    );
    let old = state.board.key(&seat(1)).and_then(|key| key.revoked);
    assert_eq!(
        old.map(|revoked| revoked.reason),
        Some(RevocationReason::Superseded)
    );
    send(&mut state, START, fp(13, 1), &vote(1, Verdict::Approve)).expect("the successor votes");
    send(
        &mut state,
        START,
        deputy(2),
        &rotate_seat(2, Voter::Deputy, 14),
    )
    .expect("a deputy's own key");
    send(&mut state, START, seat(2), &recuse(1)).expect("its seat stands back");
    send(&mut state, START, fp(14, 2), &vote(1, Verdict::Approve)).expect("the successor votes");
}

#[test]
fn a_seat_takes_no_mandate_to_stand_back() {
    let mut state = open_case();
    let refusal = send_mandated(&mut state, START, seat(1), &recuse(1));
    assert_eq!(
        refusal,
        Err(AnyRejection::Governance(Governance::MandateNotTaken))
    );
}

#[test]
fn a_seat_stands_back_eighty_five_times_in_a_term_and_uses_up_nobody_elses() {
    // given a seat that has stood back 84 times
    let mut state = open_case();
    let with_one_more = |state: &mut State, n: u8| {
        let mut term = state.board.term(TermId(1)).cloned().expect("the first");
        let commitment = crate::id::Commitment([0xFF - n; 32]);
        term.recusals.insert((commitment, SeatId(2)));
        state.board.put_term(term);
    };
    for n in 1..=84 {
        with_one_more(&mut state, n);
    }
    send(&mut state.clone(), START, seat(2), &recuse(1)).expect("its last");
    // when it has done so once more
    with_one_more(&mut state, 85);
    // then it does no more, and the others still do
    assert_eq!(
        refused(&mut state, START, seat(2), &recuse(1)),
        Rejection::RecusalsTooMany
    );
    send(&mut state, START, seat(1), &recuse(1)).expect("its own first");
    assert_eq!(RECUSALS_MAX, SEAT_RECUSALS_MAX * usize::from(SEATS));
}

#[test]
fn a_term_may_have_its_whole_length() {
    let mut state = network();
    let longest = appoint(2, ENDS, ENDS + 200 * DAY);
    send_mandated(&mut state, START, county(1), &longest).expect("two hundred days");
}

#[test]
fn a_successor_of_a_seats_key_is_its_own_key_from_its_block_on() {
    let mut state = network();
    let rotation = rotate_seat(1, Voter::Holder, 13);
    send(&mut state, START + 9, seat(1), &rotation).expect("its own key");
    let key = state.board.key(&fp(13, 1)).expect("it is registered");
    assert_eq!(key.body, KeyBody::Sign(SigningKey([13; 51])));
    assert_eq!(key.role, Role::Seat(SeatId(1)));
    assert_eq!(key.valid_from, Time(START + 9));
}
