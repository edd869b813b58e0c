//! Sentences about the network's own state and about mandates.
//! What a mandate is needed for is told by the other subjects.

use alloc::collections::BTreeSet;

use super::{Proposal, Rejection, Status, Subject};
use crate::{
    Context, Record, Rejection as AnyRejection, State,
    id::{CountyId, ProposalId, Sha256},
    tests::{COUNTIES, DAY, DIGEST, START, admit, block, county, network, send, send_for},
    time::Time,
};

#[test]
fn counties_are_numbered_from_one() {
    let state = network();
    let counties: alloc::vec::Vec<_> = state.governance.counties().collect();
    assert_eq!(counties, COUNTIES.map(CountyId));
    assert!(!state.governance.has_county(CountyId(0)));
    assert!(!state.governance.has_county(CountyId(4)));
}

/// An act of the given status, by the number 1, of a command with this digest.
fn act(status: Status, command: Sha256) -> Record {
    Record::Proposal(Proposal {
        id: ProposalId(1),
        subject: Subject::Act(command),
        digest: command,
        proposer: CountyId(1),
        approvals: [CountyId(1), CountyId(2)].into(),
        declines: BTreeSet::new(),
        opened_at: Time(START),
        until: Time(START + DAY),
        status,
    })
}

fn context(proposal: Option<u32>) -> Context {
    Context {
        block: block(START),
        signer: county(1),
        proposal: proposal.map(ProposalId),
        command: DIGEST,
    }
}

#[test]
fn a_mandate_serves_the_one_command_that_it_names() {
    let mut state = network();
    let mandate = |state: &State, proposal| {
        let mandate = state.governance.mandate(&context(proposal));
        mandate.map(|proposal| proposal.id)
    };
    assert_eq!(mandate(&state, None), Err(Rejection::MandateMissing));
    assert_eq!(mandate(&state, Some(1)), Err(Rejection::MandateUnknown));
    state.restore(act(Status::Enacted, DIGEST));
    assert_eq!(mandate(&state, Some(1)), Ok(ProposalId(1)));
    state.restore(act(Status::Enacted, Sha256([1; 32])));
    assert_eq!(mandate(&state, Some(1)), Err(Rejection::MandateForeign));
    for status in [
        Status::Open,
        Status::Rejected,
        Status::Withdrawn,
        Status::Expired,
    ] {
        state.restore(act(status, DIGEST));
        assert_eq!(mandate(&state, Some(1)), Err(Rejection::MandateUnknown));
    }
}

#[test]
fn a_command_that_takes_no_mandate_may_not_name_one() {
    let mut state = network();
    state.restore(act(Status::Enacted, DIGEST));
    let refused = send_for(
        &mut state,
        START,
        county(1),
        Some(ProposalId(1)),
        &admit(1, 1),
    );
    assert_eq!(
        refused,
        Err(AnyRejection::Governance(Rejection::MandateNotTaken))
    );
    send(&mut state, START, county(1), &admit(1, 1)).expect("without one it is allowed");
}
