//! Every change of releases, and no rule.
//! Cannot refuse: the event has happened.

use super::{Event, State};

/// Applies a fact about a release.
pub(crate) fn evolve(state: &mut State, event: &Event) {
    match event {
        Event::Sealed(release) => state.put(release.clone()),
    }
}
