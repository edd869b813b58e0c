//! What time alone does to nominations: silence is not approval.
//! Nobody has to send anything for it.

use alloc::vec::Vec;

use super::{Event, State};
use crate::{Event as Any, time::Time};

/// Open nominations whose `decide_by` has come.
pub(crate) fn due(state: &State, now: Time) -> Vec<(Time, Any)> {
    let late = state
        .open()
        .take_while(|nomination| nomination.decide_by <= now);
    late.map(|nomination| {
        let lapsed = Event::Lapsed {
            commitment: nomination.commitment,
        };
        (nomination.decide_by, Any::Nomination(lapsed))
    })
    .collect()
}
