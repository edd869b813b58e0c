//! Every change of sessions, and no rule.
//! Cannot refuse: the event has happened.

use alloc::collections::BTreeMap;

use super::{Event, Hours, LanguageTag, Reports, Session, State, Status};
use crate::id::{CountyId, SessionId};

/// Applies a fact about a session.
pub(crate) fn evolve(state: &mut State, event: &Event) {
    match event {
        Event::Scheduled {
            session,
            hours,
            languages,
        } => state.put(announced(*session, *hours, languages)),
        Event::Rescheduled { session, hours } => revise(state, *session, |session| {
            moved(session, *hours);
        }),
        Event::RollFiled { session, roll } => revise(state, *session, |session| {
            session.roll = Some(*roll);
        }),
        Event::Cancelled { session, at } => change(state, *session, |session| {
            session.status = Status::Cancelled { at: *at };
        }),
        Event::Opened { session, at } => change(state, *session, |session| {
            session.status = Status::Opened { at: *at };
        }),
        Event::Closed {
            session,
            at,
            attendance,
        } => change(state, *session, |session| {
            session.status = Status::Closed {
                opened_at: session.opened_at().unwrap_or(*at),
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
            reports.supersede();
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
        } => report(state, *session, *county, |reports| {
            reports.dissolved.push(*dissolved);
        }),
        Event::Witnessed {
            session,
            county,
            attempt,
            by,
            testimony,
        } => report(state, *session, *county, |reports| {
            reports.witnessed.insert((*attempt, *by), *testimony);
        }),
        // The testimonies say it already; this only says when they sufficed.
        Event::DissolutionConfirmed { .. } => {}
        Event::Ended { session } => change(state, *session, |session| session.ended = true),
        Event::Overdue { session, county } => {
            report(state, *session, *county, |reports| reports.overdue = true);
        }
        Event::Unwitnessed { session, county } => report(state, *session, *county, |reports| {
            reports.unwitnessed = true;
        }),
    }
}

/// What was reported of the hours before counts for none of the new ones.
fn moved(session: &mut Session, hours: Hours) {
    session.hours = hours;
    session.reports.values_mut().for_each(Reports::supersede);
}

fn announced(id: SessionId, hours: Hours, languages: &[LanguageTag]) -> Session {
    Session {
        id,
        hours,
        languages: languages.to_vec(),
        revision: 0,
        roll: None,
        status: Status::Scheduled,
        ended: false,
        reports: BTreeMap::new(),
    }
}

fn revise(state: &mut State, id: SessionId, with: impl FnOnce(&mut Session)) {
    change(state, id, |session| {
        with(session);
        session.revision = session.revision.saturating_add(1);
    });
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
