//! What time alone does to the board: terms begin and end.
//! Nobody has to send anything for it.

use alloc::vec::Vec;

use super::{Event, State, TermStatus};
use crate::{Event as Any, time::Time};

/// Terms whose first or last second has come.
pub(crate) fn due(state: &State, now: Time) -> Vec<(Time, Any)> {
    let mut events = Vec::new();
    for term in state.terms() {
        if term.status == TermStatus::Appointed && term.from <= now {
            events.push((term.from, Any::Board(Event::TermBegan { term: term.id })));
        }
        if term.status != TermStatus::Ended && term.until <= now {
            events.push((term.until, Any::Board(Event::TermEnded { term: term.id })));
        }
    }
    events
}
