//! Sentences about how long an enacted act serves: until a later one, or until it was left unused for too long.
//! Which command it serves is told beside the proposals.

use alloc::vec::Vec;

use super::{
    Command, Rejection, Status, Subject,
    tests::{MONTH, approve, enacted, names, propose},
};
use crate::{
    Command as Any, Context, Event, Mandate, Rejection as AnyRejection, State, decide, evolve,
    id::{ProposalId, Sha256},
    tests::{DAY, START, appoint, block, county, send},
};

/// The digest of the act with a wrong key, and that of the one that corrects it.
const WRONG: Sha256 = Sha256([1; 32]);
const RIGHT: Sha256 = Sha256([2; 32]);
/// When the proposals of this page can be approved no more.
const UNTIL: u64 = START + MONTH;
/// The last second in which an act of this page serves.
const LAST: u64 = UNTIL + 30 * DAY - 1;

/// County 3 sends the appointment of term 2 on an act that names it by this digest.
fn send_on(
    state: &mut State,
    now: u64,
    (proposal, digest): (u32, Sha256),
) -> Result<Vec<Event>, AnyRejection> {
    let context = Context {
        block: block(now),
        signer: county(3),
        mandate: Some(Mandate {
            proposal: ProposalId(proposal),
            command: digest,
        }),
    };
    let next = appoint(2, START + 200 * DAY, START + 380 * DAY);
    let events = decide(state, &context, &next)?;
    for event in &events {
        evolve(state, event);
    }
    Ok(events)
}

const OVER: AnyRejection = AnyRejection::Governance(Rejection::MandateOver);

/// The second proposal, by county 2, approved by county 1.
fn resolve_second(state: &mut State, subject: Subject) {
    let command = propose(2, subject, UNTIL);
    send(state, START, county(2), &command).expect("a county proposes");
    send(state, START, county(1), &approve(2)).expect("a majority");
}

#[test]
fn an_act_that_was_corrected_by_a_later_one_serves_nobody_any_more() {
    let (mut state, _) = enacted(Subject::Act(WRONG));
    resolve_second(&mut state, Subject::Act(RIGHT));
    assert_eq!(send_on(&mut state, START, (1, WRONG)), Err(OVER));
    let sent = send_on(&mut state, START, (2, RIGHT)).expect("the last one");
    assert_eq!(names(&sent), ["board.appointed.v1"]);
}

#[test]
fn an_act_serves_until_another_is_enacted_and_no_other_subject_ends_it() {
    let (mut state, _) = enacted(Subject::Act(WRONG));
    // Neither one that is only open, nor one that was taken back, nor a resolution of another kind.
    let open = propose(2, Subject::Act(RIGHT), UNTIL);
    send(&mut state, START, county(2), &open).expect("a county proposes");
    assert!(send_on(&mut state.clone(), START, (1, WRONG)).is_ok());
    let back = Any::Governance(Command::Withdraw {
        proposal: ProposalId(2),
    });
    send(&mut state, START, county(2), &back).expect("its own");
    let roots = propose(3, Subject::Roots(RIGHT), UNTIL);
    send(&mut state, START, county(2), &roots).expect("a county proposes");
    send(&mut state, START, county(1), &approve(3)).expect("a majority");
    let third = state.governance.proposal(ProposalId(3));
    assert_eq!(third.map(|known| known.status), Some(Status::Enacted));
    send_on(&mut state, START, (1, WRONG)).expect("it is the last act");
}

#[test]
fn an_act_that_nobody_used_serves_for_thirty_days_after_nobody_can_approve_it() {
    let (mut state, _) = enacted(Subject::Act(RIGHT));
    assert!(send_on(&mut state.clone(), LAST, (1, RIGHT)).is_ok());
    assert_eq!(send_on(&mut state, LAST + 1, (1, RIGHT)), Err(OVER));
    // The counties may want it still, and say so.
    let again = propose(2, Subject::Act(RIGHT), LAST + DAY);
    send(&mut state, LAST, county(2), &again).expect("a county proposes");
    send(&mut state, LAST, county(1), &approve(2)).expect("a majority");
    send_on(&mut state, LAST + 1, (2, RIGHT)).expect("a new one");
}
