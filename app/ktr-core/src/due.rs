//! Gathers what time alone has brought about, in one order for everybody.
//! Runs once per block, before its transactions; with no block nothing is due.

use alloc::vec::Vec;

use crate::{
    BlockContext, Event, State, board, governance, membership, nomination, session, time::Time,
};

/// What falls due at the block's header time, in the order (due time, subject, entity key, event number).
///
/// Each subject hands over its own events in the order (due time, entity key, event number); the stable sort keeps that and puts
/// the subjects of one instant in the order of their numbers. After a long silence several events of one entity come in that order.
#[must_use]
pub fn due(state: &State, block: &BlockContext) -> Vec<Event> {
    let mut events: Vec<(Time, Event)> = Vec::new();
    let mut gather = |due: Vec<(Time, Event)>| events.extend(due);
    gather(membership::due(&state.membership, block.time));
    gather(board::due(&state.board, block.time));
    gather(nomination::due(&state.nomination, block.time));
    gather(session::due(state, block.time));
    gather(governance::due(&state.governance, block));
    events.sort_by_key(|(at, _)| *at);
    events.into_iter().map(|(_, event)| event).collect()
}
