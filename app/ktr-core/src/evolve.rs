//! Lets an event change the state of its subject.
//! Holds no change of its own and cannot refuse.

use crate::{Event, State, board, bundle, governance, ingestion, membership, nomination, session};

/// Applies one event.
pub fn evolve(state: &mut State, event: &Event) {
    match event {
        Event::Membership(event) => membership::evolve(&mut state.membership, event),
        Event::Board(event) => board::evolve(&mut state.board, event),
        Event::Nomination(event) => nomination::evolve(&mut state.nomination, event),
        Event::Bundle(event) => bundle::evolve(&mut state.bundle, event),
        Event::Session(event) => session::evolve(&mut state.session, event),
        Event::Ingestion(event) => ingestion::evolve(&mut state.ingestion, event),
        Event::Governance(event) => governance::evolve(&mut state.governance, event),
    }
}
