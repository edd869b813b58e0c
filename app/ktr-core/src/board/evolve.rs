//! Every change of the board, and no rule.
//! Cannot refuse: the event has happened.

use super::{Event, State, Term, TermStatus};
use crate::id::TermId;

/// Applies a fact about the board.
pub(crate) fn evolve(state: &mut State, event: &Event) {
    match *event {
        Event::TermBegan { term } => set_status(state, term, TermStatus::Began),
        Event::TermEnded { term } => set_status(state, term, TermStatus::Ended),
    }
}

fn set_status(state: &mut State, term: TermId, status: TermStatus) {
    if let Some(term) = state.term(term).cloned() {
        state.put_term(Term { status, ..term });
    }
}
