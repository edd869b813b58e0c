//! Every change of nominations, and no rule.
//! Cannot refuse: the event has happened.

use alloc::collections::BTreeSet;

use super::{Event, Nomination, State, Status};
use crate::id::Commitment;

/// Applies a fact about a nomination.
pub(crate) fn evolve(state: &mut State, event: &Event) {
    match *event {
        Event::Submitted {
            commitment,
            nominator,
            severity,
            matrix_version,
            term,
            at,
            decide_by,
        } => state.put(Nomination {
            commitment,
            nominator,
            severity,
            matrix_version,
            term,
            submitted_at: at,
            decide_by,
            approvals: BTreeSet::new(),
            status: Status::Open,
        }),
        Event::Approved { commitment, seat } => change(state, &commitment, |nomination| {
            nomination.approvals.insert(seat);
        }),
        Event::Cleared { commitment } => end(state, &commitment, Status::Cleared),
        Event::Vetoed {
            commitment,
            seat,
            category,
        } => {
            end(state, &commitment, Status::Vetoed { seat, category });
        }
        // The veto has ended it; this only says which lane the case takes.
        Event::Diverted { .. } => {}
        Event::Withdrawn { commitment } => end(state, &commitment, Status::Withdrawn),
        Event::Lapsed { commitment } => end(state, &commitment, Status::Lapsed),
    }
}

fn end(state: &mut State, commitment: &Commitment, status: Status) {
    change(state, commitment, |nomination| nomination.status = status);
}

fn change(state: &mut State, commitment: &Commitment, with: impl FnOnce(&mut Nomination)) {
    if let Some(mut nomination) = state.get(commitment).cloned() {
        with(&mut nomination);
        state.put(nomination);
    }
}
