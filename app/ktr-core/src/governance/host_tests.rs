//! Sentences about a move of the studio that is enacted while another is planned: key and county move together, or nothing does.
//! One move alone is told beside the other subjects.

use alloc::{vec, vec::Vec};

use super::{
    Host, Rejection, Subject,
    tests::{MONTH, approve, enacted, names, propose, refused, role_key, to_county_two},
};
use crate::{
    Command, Rejection as AnyRejection, State,
    id::{CountyId, SessionId, SigningKey},
    key::Role,
    session,
    tests::{DAY, START, county, fp, month, pass, releaser, schedule, seal, send, studio},
    time::{Secs, Time},
};

/// When the first move begins.
const FIRST: u64 = START + 10 * DAY;

fn to(region: u8, n: u8, from: u64) -> Subject {
    Subject::Host(Host {
        region: CountyId(region),
        studio: SigningKey([n; 51]),
        fingerprint: fp(20, n),
        from: Time(from),
        key_until: Time(from).plus(Secs(300 * DAY)),
    })
}

fn host(state: &State) -> Option<CountyId> {
    state.governance.network().map(|network| network.host)
}

/// A network in which a move to county 2 is planned, with the key of that number.
fn moving() -> State {
    enacted(to_county_two(FIRST)).0
}

fn enact(state: &mut State, subject: Subject) {
    let command = propose(2, subject, START + MONTH);
    send(state, START, county(1), &command).expect("it can happen");
    send(state, START, county(2), &approve(2)).expect("a majority");
}

/// Who may announce a session, of the studio's keys of before and those of the two moves.
fn studios(state: &State, now: u64) -> Vec<u8> {
    let announce = schedule(1, now.saturating_add(5 * DAY));
    let all = [(0, studio()), (7, fp(20, 7)), (8, fp(20, 8))];
    let may = all
        .into_iter()
        .filter(|(_, key)| send(&mut state.clone(), now, *key, &announce).is_ok());
    may.map(|(n, _)| n).collect()
}

#[test]
fn a_second_move_that_begins_later_is_refused_until_the_first_is_in_force() {
    let mut state = moving();
    let later = propose(2, to(3, 8, FIRST + 1), START + MONTH);
    assert_eq!(
        refused(&mut state, START, county(1), &later),
        Rejection::HostPending
    );
    pass(&mut state, FIRST);
    assert_eq!(
        (host(&state), studios(&state, FIRST)),
        (Some(CountyId(2)), vec![7])
    );
    send(&mut state, FIRST, county(1), &later).expect("the first is in force");
}

#[test]
fn a_second_move_that_begins_no_later_takes_the_place_of_the_first() {
    for from in [FIRST - DAY, FIRST] {
        let mut state = moving();
        enact(&mut state, to(3, 8, from));
        assert!(pass(&mut state, from - 1).is_empty());
        assert_eq!(studios(&state, from - 1), [0]);
        assert_eq!(
            names(&pass(&mut state, from)),
            ["governance.host_changed.v1"]
        );
        for now in [from, FIRST, FIRST + DAY] {
            assert!(now == from || pass(&mut state, now).is_empty());
            assert_eq!(host(&state), Some(CountyId(3)));
            assert_eq!(studios(&state, now), [8]);
        }
    }
}

#[test]
fn a_move_is_taken_back_by_one_to_the_county_that_is_the_host() {
    let mut state = moving();
    enact(&mut state, to(1, 8, START));
    for now in [START + 1, FIRST, FIRST + DAY] {
        pass(&mut state, now);
        assert_eq!(host(&state), Some(CountyId(1)));
        assert_eq!(studios(&state, now), [8]);
    }
}

#[test]
fn two_moves_that_are_both_in_the_past_leave_the_last_one() {
    let (mut state, _) = enacted(to_county_two(START - DAY));
    enact(&mut state, to(3, 8, START - 1));
    pass(&mut state, START + 1);
    assert_eq!(host(&state), Some(CountyId(3)));
    assert_eq!(studios(&state, START + 1), [8]);
}

#[test]
fn the_studio_gets_no_key_beside_a_planned_move() {
    let mut state = moving();
    let key = role_key(Role::Studio, 8, START);
    let beside = propose(2, Subject::Keys(key), START + MONTH);
    assert_eq!(
        refused(&mut state, START, county(1), &beside),
        Rejection::HostPending
    );
    let other = propose(
        2,
        Subject::Keys(role_key(Role::Collector, 9, START)),
        START + MONTH,
    );
    send(&mut state.clone(), START, county(1), &other).expect("another role");
    pass(&mut state, FIRST);
    let beside = propose(2, Subject::Keys(key), FIRST + MONTH);
    send(&mut state, FIRST, county(2), &beside).expect("the move is in force");
}

#[test]
fn a_session_that_the_studio_of_before_opened_is_closed_by_the_one_of_after() {
    // given a session that is open when the studio moves
    let mut state = month();
    let opens = START + 2 * DAY + 300;
    let moves = opens + 600;
    send(&mut state, START, releaser(), &seal(1, 1, &[1])).expect("the release desk may");
    let command = propose(1, to_county_two(moves), START + MONTH);
    send(&mut state, START, county(1), &command).expect("it can happen");
    send(&mut state, START, county(2), &approve(1)).expect("a majority");
    let session = SessionId(1);
    let open = Command::Session(session::Command::Open { session });
    send(&mut state, opens, studio(), &open).expect("its hour has come");
    let close = Command::Session(session::Command::Close {
        session,
        attendance: Some(20),
    });
    // then the new key closes nothing before the move, and the old one nothing after it
    let not_live = Err(AnyRejection::Session(session::Rejection::KeyNotLive));
    assert_eq!(
        send(&mut state, moves - 1, fp(20, 7), &close).map(|_| ()),
        not_live
    );
    pass(&mut state, moves);
    assert_eq!(host(&state), Some(CountyId(2)));
    assert_eq!(
        send(&mut state, moves, studio(), &close).map(|_| ()),
        not_live
    );
    let closed = send(&mut state, moves, fp(20, 7), &close).expect("the studio of now");
    assert_eq!(names(&closed), ["session.closed.v1"]);
}
