//! Every change of releases, and no rule.
//! Cannot refuse: the event has happened.

use super::{Event, Release, State};

/// Applies a fact about a release.
pub(crate) fn evolve(state: &mut State, event: &Event) {
    match event {
        Event::Sealed(release) => state.put(release.clone()),
        Event::Retracted {
            release,
            retraction,
        } => {
            if let Some(release) = state.get(release).cloned() {
                let retracted = Some(*retraction);
                state.put(Release {
                    retracted,
                    ..release
                });
            }
        }
    }
}
