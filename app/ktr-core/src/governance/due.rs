//! What time and height alone do to governance: proposals expire, the studio moves, a version ends.
//! Nobody has to send anything for it.

use alloc::vec::Vec;

use super::{Event, State};
use crate::{BlockContext, Event as Any, time::Time};

/// What has come; at one instant, proposals by number, then the host, then the halt.
pub(crate) fn due(state: &State, block: &BlockContext) -> Vec<(Time, Any)> {
    let mut events = Vec::new();
    for open in state.open() {
        if open.until <= block.time {
            events.push((open.until, Event::Expired { proposal: open.id }));
        }
    }
    let resolved = state.resolved().copied().unwrap_or_default();
    if let Some(next) = resolved.next_host.filter(|next| next.from <= block.time) {
        events.push((next.from, Event::HostChanged { host: next.region }));
    }
    if let Some(upgrade) = resolved.planned.filter(|plan| plan.height <= block.height) {
        events.push((block.time, Event::HaltReached { upgrade }));
    }
    events.sort_by_key(|(at, _)| *at);
    let events = events.into_iter();
    events
        .map(|(at, event)| (at, Any::Governance(event)))
        .collect()
}
