//! **What happens at sixteen hundred hours**: the session ends by time alone, and a county that stays silent is named.
//! The rooms themselves are destroyed by the counties' sidecars, which do not wait for the chain.

use alloc::vec::Vec;

use super::{Event, Reports, Session};
use crate::{Event as Any, State, id::CountyId, time::Time};

/// Sessions whose `dissolves_at` has come, counties that have not reported the destruction in time, and destructions that the other
/// counties have not confirmed in time.
pub(crate) fn due(state: &State, now: Time) -> Vec<(Time, Any)> {
    let parameters = state.governance.parameters();
    let mut events = Vec::new();
    for session in state.session.iter() {
        let ends_at = session.hours.dissolves_at;
        if !session.ended && !session.is_cancelled() && ends_at <= now {
            let ended = Event::Ended {
                session: session.id,
            };
            events.push((ends_at, Any::Session(ended)));
        }
        let overdue_at = ends_at.plus(parameters.overdue_secs);
        let silent = late(state, session, (overdue_at, now), |reports| {
            reports.is_some_and(|reports| reports.overdue || reports.is_dissolved())
        });
        events.extend(silent.map(|county| {
            let session = session.id;
            (overdue_at, Any::Session(Event::Overdue { session, county }))
        }));
        let unwitnessed_at = ends_at.plus(parameters.unwitnessed_secs);
        let unseen = late(state, session, (unwitnessed_at, now), |reports| {
            reports.is_some_and(|reports| reports.unwitnessed || reports.is_confirmed())
        });
        events.extend(unseen.map(|county| {
            let session = session.id;
            let unwitnessed = Event::Unwitnessed { session, county };
            (unwitnessed_at, Any::Session(unwitnessed))
        }));
    }
    events
}

/// The counties with a room of the session that have come too late for `at`; none before.
fn late<'a>(
    state: &'a State,
    session: &'a Session,
    (at, now): (Time, Time),
    is_done: impl Fn(Option<&Reports>) -> bool + 'a,
) -> impl Iterator<Item = CountyId> + 'a {
    let counties = state.governance.counties().filter(move |_| at <= now);
    counties
        .filter(move |county| session.has_room_in(*county) && !is_done(session.reports.get(county)))
}
