//! Every change of counts, and no rule.
//! Cannot refuse: the event has happened.

use alloc::collections::BTreeMap;

use super::{Event, Ingestion, State};

/// Applies a fact about counts.
pub(crate) fn evolve(state: &mut State, event: &Event) {
    match *event {
        Event::Published { session, published } => {
            let known = state.get(session).cloned();
            let mut ingestion = known.unwrap_or_else(|| Ingestion {
                session,
                published: BTreeMap::new(),
            });
            ingestion.published.insert(published.bucket, published);
            state.put(ingestion);
        }
    }
}
