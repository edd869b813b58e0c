//! **What happens at sixteen hundred hours**: the session ends by time alone, and a county that stays silent is named.
//! The rooms themselves are destroyed by the counties' sidecars, which do not wait for the chain.

use alloc::vec::Vec;

use super::Event;
use crate::{Event as Any, State, time::Time};

/// Sessions whose `dissolves_at` has come, and counties that have not reported the destruction in time.
pub(crate) fn due(state: &State, now: Time) -> Vec<(Time, Any)> {
    let mut events = Vec::new();
    for session in state.session.iter() {
        if !session.ended && session.hours.dissolves_at <= now {
            let ended = Event::Ended {
                session: session.id,
            };
            events.push((session.hours.dissolves_at, Any::Session(ended)));
        }
        let overdue_at = session
            .hours
            .dissolves_at
            .plus(state.governance.parameters().overdue_secs);
        if now < overdue_at {
            continue;
        }
        for county in state.governance.counties() {
            let is_overdue = session
                .reports
                .get(&county)
                .is_some_and(|reports| reports.overdue);
            if !is_overdue && !session.is_dissolved_by(county) {
                let overdue = Event::Overdue {
                    session: session.id,
                    county,
                };
                events.push((overdue_at, Any::Session(overdue)));
            }
        }
    }
    events
}
