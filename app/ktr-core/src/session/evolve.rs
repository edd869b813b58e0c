//! Every change of sessions, and no rule.
//! Cannot refuse: the event has happened.

use alloc::collections::BTreeMap;

use super::{Event, Reports, Session, State, Status};
use crate::id::{CountyId, SessionId};

/// Applies a fact about a session.
pub(crate) fn evolve(state: &mut State, event: &Event) {
    match event {
        Event::Scheduled {
            session,
            hours,
            languages,
        } => {
            state.put(Session {
                id: *session,
                hours: *hours,
                languages: languages.clone(),
                status: Status::Scheduled,
                ended: false,
                reports: BTreeMap::new(),
            });
        }
        Event::Opened { session, at } => change(state, *session, |session| {
            session.status = Status::Opened { at: *at };
        }),
        Event::Closed {
            session,
            at,
            attendance,
        } => change(state, *session, |session| {
            let opened_at = session.opened_at().unwrap_or(*at);
            session.status = Status::Closed {
                opened_at,
                at: *at,
                attendance: *attendance,
            };
        }),
        Event::Seeded {
            session,
            county,
            seeded,
        } => report(state, *session, *county, |reports| {
            reports.seeded = Some(*seeded);
        }),
        Event::Joined {
            session,
            county,
            count,
        } => report(state, *session, *county, |reports| {
            reports.joined = Some(*count);
        }),
        Event::Dissolved {
            session,
            county,
            dissolved,
        } => {
            report(state, *session, *county, |reports| {
                reports.dissolved.push(*dissolved);
            });
        }
        Event::Ended { session } => change(state, *session, |session| session.ended = true),
        Event::Overdue { session, county } => {
            report(state, *session, *county, |reports| reports.overdue = true);
        }
    }
}

fn report(state: &mut State, id: SessionId, county: CountyId, with: impl FnOnce(&mut Reports)) {
    change(state, id, |session| {
        with(session.reports.entry(county).or_default());
    });
}

fn change(state: &mut State, id: SessionId, with: impl FnOnce(&mut Session)) {
    if let Some(mut session) = state.get(id).cloned() {
        with(&mut session);
        state.put(session);
    }
}
