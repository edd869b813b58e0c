//! Sentences about nominations: one test per rule.
//! Histories over all subjects stand in the core's own tests.

use super::{Command, Event, Rejection, Severity, Status, Verdict, VetoCategory};
use crate::{
    Command as Any, Event as AnyEvent, RecordKey, Rejection as AnyRejection, State,
    id::{Fingerprint, SeatId, TermId},
    tests::{
        COUNTIES, DAY, START, admit, appoint, case, county, deputy, fp, leave, member, network,
        pass, recuse, releaser, schedule, seal, seat, send, send_mandated, studio, submit, suspend,
        vacate, vote,
    },
};

const VETO: Verdict = Verdict::Veto(VetoCategory::VictimIdentifiable);

fn open_case() -> State {
    let mut state = network();
    send(&mut state, START, county(1), &admit(1, 1)).expect("the home county admits");
    send(
        &mut state,
        START,
        member(1),
        &submit(1, Severity::High, START + DAY),
    )
    .expect("a case");
    state
}

fn refused(state: &mut State, now: u64, signer: Fingerprint, command: &Any) -> Rejection {
    let refusal = send(state, now, signer, command).expect_err("a rule says no");
    let AnyRejection::Nomination(rule) = refusal else {
        panic!("another subject answered: {refusal}");
    };
    rule
}

fn status(state: &State, n: u8) -> Status {
    state
        .nomination
        .get(&case(n))
        .expect("it was submitted")
        .status
}

#[test]
fn three_approvals_clear() {
    let mut state = open_case();
    for n in [2, 3] {
        send(&mut state, START, seat(n), &vote(1, Verdict::Approve)).expect("a seat approves");
        assert_eq!(status(&state, 1), Status::Open);
    }
    let events = send(&mut state, START, seat(1), &vote(1, Verdict::Approve)).expect("the third");
    let commitment = case(1);
    assert_eq!(
        events,
        [
            AnyEvent::Nomination(Event::Approved {
                commitment,
                seat: SeatId(1)
            }),
            AnyEvent::Nomination(Event::Cleared { commitment }),
        ]
    );
    for event in events {
        assert_eq!(event.touches(), [RecordKey::Nomination(commitment)]);
    }
    assert_eq!(status(&state, 1), Status::Cleared);
}

#[test]
fn one_veto_is_enough() {
    let mut state = open_case();
    for n in [1, 2] {
        send(&mut state, START, seat(n), &vote(1, Verdict::Approve)).expect("a seat approves");
    }
    let events = send(&mut state, START, seat(3), &vote(1, VETO)).expect("a veto");
    let (commitment, seat_id, category) = (case(1), SeatId(3), VetoCategory::VictimIdentifiable);
    assert_eq!(
        events,
        [
            AnyEvent::Nomination(Event::Vetoed {
                commitment,
                seat: seat_id,
                category
            }),
            AnyEvent::Nomination(Event::Diverted { commitment }),
        ]
    );
    assert_eq!(
        status(&state, 1),
        Status::Vetoed {
            seat: seat_id,
            category
        }
    );
    let late = refused(&mut state, START, seat(3), &vote(1, Verdict::Approve));
    assert_eq!(late, Rejection::NominationNotOpen);
}

#[test]
fn silence_is_not_approval() {
    let mut state = open_case();
    for n in [1, 2] {
        send(&mut state, START, seat(n), &vote(1, Verdict::Approve)).expect("a seat approves");
    }
    assert!(pass(&mut state, START + DAY - 1).is_empty());
    let events = pass(&mut state, START + DAY);
    assert_eq!(
        events,
        [AnyEvent::Nomination(Event::Lapsed {
            commitment: case(1)
        })]
    );
    assert_eq!(status(&state, 1), Status::Lapsed);
}

#[test]
fn a_vote_is_final_and_only_a_seat_has_one() {
    let mut state = open_case();
    send(&mut state, START, seat(1), &vote(1, Verdict::Approve)).expect("a seat approves");
    let cases = [
        (seat(1), Rejection::SeatVoted),
        (deputy(2), Rejection::SeatNotRecused),
        (studio(), Rejection::SeatRequired),
        (member(1), Rejection::SeatRequired),
        (member(9), Rejection::KeyNotLive),
    ];
    for (signer, rule) in cases {
        assert_eq!(refused(&mut state, START, signer, &vote(1, VETO)), rule);
    }
    assert_eq!(
        refused(&mut state, START, seat(2), &vote(2, VETO)),
        Rejection::NominationUnknown
    );
    let late = refused(&mut state, START + DAY, seat(2), &vote(1, VETO));
    assert_eq!(late, Rejection::DecideByPassed);
}

#[test]
fn only_high_and_critical_cases_of_members_may_be_nominated() {
    let mut state = open_case();
    let cases = [
        (
            member(1),
            submit(2, Severity::Medium, START + DAY),
            Rejection::SeverityTooLow,
        ),
        (
            member(1),
            submit(2, Severity::Low, START + DAY),
            Rejection::SeverityTooLow,
        ),
        (
            studio(),
            submit(2, Severity::High, START + DAY),
            Rejection::MemberRequired,
        ),
        (
            member(1),
            submit(1, Severity::High, START + DAY),
            Rejection::NominationKnown,
        ),
        (
            member(1),
            submit(2, Severity::High, START + 3_599),
            Rejection::DecideByTooSoon,
        ),
        (
            member(1),
            submit(2, Severity::High, START + 42 * DAY + 1),
            Rejection::DecideByTooLate,
        ),
    ];
    for (signer, command, rule) in cases {
        assert_eq!(refused(&mut state, START, signer, &command), rule);
    }
    let matrix = Any::Nomination(Command::Submit {
        commitment: case(2),
        severity: Severity::Critical,
        matrix_version: 2,
        decide_by: crate::time::Time(START + DAY),
    });
    assert_eq!(
        refused(&mut state, START, member(1), &matrix),
        Rejection::MatrixUnknown
    );
}

#[test]
fn a_member_has_at_most_ten_open_nominations() {
    let mut state = open_case();
    for n in 2..=10 {
        let command = submit(n, Severity::High, START + DAY);
        send(&mut state, START, member(1), &command).expect("up to ten are open");
    }
    let eleventh = submit(11, Severity::High, START + DAY);
    assert_eq!(
        refused(&mut state, START, member(1), &eleventh),
        Rejection::OpenTooMany
    );
    send(&mut state, START, seat(1), &vote(3, VETO)).expect("a veto");
    send(&mut state, START, member(1), &eleventh).expect("a decided one makes room");
}

#[test]
fn only_the_nominator_withdraws_and_only_while_it_is_open() {
    let mut state = open_case();
    let withdraw = Any::Nomination(Command::Withdraw {
        commitment: case(1),
    });
    assert_eq!(
        refused(&mut state, START, seat(1), &withdraw),
        Rejection::NominatorRequired
    );
    send(&mut state, START, member(1), &withdraw).expect("the nominator may");
    assert_eq!(
        refused(&mut state, START, member(1), &withdraw),
        Rejection::NominationNotOpen
    );
}

#[test]
fn without_a_board_nothing_is_nominated() {
    let mut state = open_case();
    let now = START + 200 * DAY;
    pass(&mut state, now);
    let command = submit(2, Severity::High, now + DAY);
    assert_eq!(
        refused(&mut state, now, member(1), &command),
        Rejection::NoTermInForce
    );
}

#[test]
fn a_deputy_votes_where_its_seat_stands_back_and_nowhere_else() {
    let mut state = open_case();
    let second = submit(2, Severity::High, START + DAY);
    send(&mut state, START, member(1), &second).expect("another case");
    send(&mut state, START, seat(1), &recuse(1)).expect("it stands back");
    let approve = vote(1, Verdict::Approve);
    assert_eq!(
        refused(&mut state, START, seat(1), &approve),
        Rejection::SeatRecused
    );
    let elsewhere = vote(2, Verdict::Approve);
    assert_eq!(
        refused(&mut state, START, deputy(1), &elsewhere),
        Rejection::SeatNotRecused
    );
    send(&mut state, START, deputy(1), &approve).expect("in its place");
    assert_eq!(
        refused(&mut state, START, deputy(1), &approve),
        Rejection::SeatVoted
    );
    send(&mut state, START, seat(1), &elsewhere).expect("it votes on the other");
}

#[test]
fn a_deputys_veto_is_enough() {
    let mut state = open_case();
    for n in [1, 2] {
        send(&mut state, START, seat(n), &vote(1, Verdict::Approve)).expect("a seat approves");
    }
    send(&mut state, START, seat(3), &recuse(1)).expect("it stands back");
    send(&mut state, START, deputy(3), &vote(1, VETO)).expect("a veto");
    let (seat, category) = (SeatId(3), VetoCategory::VictimIdentifiable);
    assert_eq!(status(&state, 1), Status::Vetoed { seat, category });
}

#[test]
fn an_approval_of_a_seat_that_fell_vacant_still_counts_once() {
    let mut state = open_case();
    send(&mut state, START, seat(1), &vote(1, Verdict::Approve)).expect("a seat approves");
    send(&mut state, START, seat(1), &vacate(1, 1)).expect("it goes");
    let again = refused(&mut state, START, deputy(1), &vote(1, VETO));
    assert_eq!(again, Rejection::SeatVoted);
    send(&mut state, START, seat(2), &vacate(1, 2)).expect("it goes before its vote");
    assert_eq!(
        refused(&mut state, START, seat(2), &vote(1, VETO)),
        Rejection::SeatVacant
    );
    send(&mut state, START, deputy(2), &vote(1, Verdict::Approve)).expect("it holds the seat");
}

#[test]
fn a_member_that_takes_no_part_nominates_nothing_and_takes_nothing_back() {
    let mut state = open_case();
    let second = submit(2, Severity::High, START + DAY);
    let withdraw = Any::Nomination(Command::Withdraw {
        commitment: case(1),
    });
    send(&mut state, START, county(1), &suspend(1, 1)).expect("the home county may");
    for command in [&second, &withdraw] {
        let suspended = refused(&mut state, START, member(1), command);
        assert_eq!(suspended, Rejection::MemberSuspended);
    }
    send(&mut state, START, member(1), &leave(1)).expect("it may go");
    for command in [&second, &withdraw] {
        let left = refused(&mut state, START, member(1), command);
        assert_eq!(left, Rejection::MemberLeft);
    }
}

#[test]
fn open_cases_of_a_member_that_takes_no_part_are_decided_and_sealed() {
    let mut state = open_case();
    send(&mut state, START, county(1), &suspend(1, 1)).expect("the home county may");
    send(&mut state, START, seat(1), &vote(1, Verdict::Approve)).expect("its case is open");
    send(&mut state, START, member(1), &leave(1)).expect("it may go");
    for n in [2, 3] {
        send(&mut state, START, seat(n), &vote(1, Verdict::Approve)).expect("its case is open");
    }
    assert_eq!(status(&state, 1), Status::Cleared);
    let session = schedule(1, START + 2 * DAY);
    send(&mut state, START, studio(), &session).expect("the studio announces");
    send(&mut state, START, releaser(), &seal(1, 1, &[1])).expect("it was cleared");
}

#[test]
fn an_open_case_keeps_the_board_of_its_term() {
    // given a case of term 1 that is open when term 2 begins
    let mut state = network();
    let ends = START + 200 * DAY;
    send(&mut state, START, county(1), &admit(1, 1)).expect("the home county admits");
    let next = appoint(2, ends, ends + 180 * DAY);
    send_mandated(&mut state, ends - DAY, county(1), &next).expect("two counties agreed");
    let old_case = submit(1, Severity::High, ends + DAY);
    send(&mut state, ends - DAY, member(1), &old_case).expect("a case");
    pass(&mut state, ends);
    assert_eq!(state.board.in_force().map(|term| term.id), Some(TermId(2)));
    let new_case = submit(2, Severity::High, ends + DAY);
    send(&mut state, ends, member(1), &new_case).expect("a case of term 2");
    // then each board has its own cases, for approval and for veto
    for n in COUNTIES {
        for verdict in [Verdict::Approve, VETO] {
            for (signer, case) in [(fp(22, n), 1), (fp(22, n + 10), 1), (seat(n), 2)] {
                let foreign = refused(&mut state, ends, signer, &vote(case, verdict));
                assert_eq!(foreign, Rejection::SeatRequired, "{n} of case {case}");
            }
        }
    }
    for n in COUNTIES {
        let approval = |n| vote(n, Verdict::Approve);
        send(&mut state, ends, seat(n), &approval(1)).expect("the board of term 1");
        send(&mut state, ends, fp(22, n), &approval(2)).expect("the board of term 2");
    }
    for n in [1, 2] {
        assert_eq!(status(&state, n), Status::Cleared);
    }
}

#[test]
fn a_case_may_take_the_shortest_and_the_longest_time() {
    let mut state = open_case();
    for (n, decide_by) in [(2, START + 3_600), (3, START + 42 * DAY)] {
        let command = submit(n, Severity::Critical, decide_by);
        send(&mut state, START, member(1), &command).expect("an hour, forty-two days");
    }
}

#[test]
fn no_matrix_has_the_version_zero() {
    let mut state = open_case();
    let command = Any::Nomination(Command::Submit {
        commitment: case(2),
        severity: Severity::High,
        matrix_version: 0,
        decide_by: crate::time::Time(START + DAY),
    });
    assert_eq!(
        refused(&mut state, START, member(1), &command),
        Rejection::MatrixUnknown
    );
}
