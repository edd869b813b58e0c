//! Sentences about terms.
//! Votes have theirs with the nominations.

use super::TermStatus;
use crate::{
    Event,
    id::TermId,
    tests::{DAY, START, network, pass},
};

#[test]
fn a_term_begins_and_ends_by_time_alone() {
    let mut state = network();
    assert_eq!(state.board.in_force().map(|term| term.id), Some(TermId(1)));
    assert!(pass(&mut state, START + 200 * DAY - 1).is_empty());
    let ended = pass(&mut state, START + 200 * DAY);
    assert_eq!(
        ended,
        [Event::Board(super::Event::TermEnded { term: TermId(1) })]
    );
    assert!(state.board.in_force().is_none());
    assert_eq!(
        state.board.term(TermId(1)).map(|term| term.status),
        Some(TermStatus::Ended)
    );
}
