//! From the core's state to the plain values of `plan.rs`.
//! Nothing is decided: which session is at hand is the loop's affair.

use ktr_core::State;
use ktr_core::id::CountyId;
use ktr_core::key::{KeyBody, Purpose, Role};
use ktr_core::session;
use ktr_core::time::Time;

use crate::door::Gate;
use crate::plan::{Member, Neighbour, Outlook, Reported, Sealed, Session, Status, Times};

/// What the state at a header's time says to this county.
pub(super) fn outlook(
    state: &State,
    county: CountyId,
    chain_id: &str,
    newest: Time,
    skew_ms: Option<u64>,
) -> Outlook {
    let members = state.membership.members().map(|member| Member {
        id: member.id,
        home: member.home,
        room_keys: state
            .membership
            .live_keys(&member.id, Purpose::Room, newest)
            .filter_map(|key| match key.body {
                KeyBody::Room(body) => Some(body),
                KeyBody::Sign(_) | KeyBody::Encrypt(_) => None,
            })
            .collect(),
    });
    Outlook {
        chain_id: chain_id.to_owned(),
        newest,
        skew_ms,
        ward: ward(state, county),
        count_min: u32::try_from(state.governance.parameters().count_min).unwrap_or(u32::MAX),
        neighbours: neighbours(state, county, newest),
        sessions: state
            .session
            .iter()
            .map(|session| read(state, county, session))
            .collect(),
        members: members.collect(),
    }
}

/// The county whose fallback this one is.
fn ward(state: &State, county: CountyId) -> Option<CountyId> {
    state.governance.network()?.ward_of(county)
}

/// The other counties, in the order of genesis.
fn others(state: &State, county: CountyId) -> impl Iterator<Item = CountyId> {
    state
        .governance
        .counties()
        .filter(move |other| *other != county)
}

/// The sidecars of the other counties, by the keys that are live.
fn neighbours(state: &State, county: CountyId, newest: Time) -> Vec<Neighbour> {
    let with_keys = others(state, county).map(|county| {
        let live = state
            .governance
            .keys_of(Role::Sidecar(county))
            .filter(|key| key.is_live(newest));
        let (mut encryption_keys, mut signing_keys) = (Vec::new(), Vec::new());
        for key in live {
            match key.body {
                KeyBody::Encrypt(body) => encryption_keys.push(body),
                KeyBody::Sign(body) => signing_keys.push(body),
                KeyBody::Room(_) => {}
            }
        }
        Neighbour {
            county,
            encryption_keys,
            signing_keys,
        }
    });
    with_keys.collect()
}

/// What a county has reported about the end of its room, and whether this one has testified about the last report.
fn gate(reports: Option<&session::Reports>, of: CountyId, by: CountyId) -> Gate {
    let attempts = reports
        .and_then(|reports| reports.dissolved.last())
        .map_or(0, |report| report.attempt);
    Gate {
        county: of,
        attempts,
        witnessed: reports.is_some_and(|reports| reports.witnessed.contains_key(&(attempts, by))),
        confirmed: reports.is_some_and(session::Reports::is_confirmed),
    }
}

fn read(state: &State, county: CountyId, session: &session::Session) -> Session {
    let sealed = state.bundle.of_session(session.id).and_then(|release| {
        let key = *state.key(&release.key)?;
        Some(Sealed {
            release: release.clone(),
            key,
        })
    });
    let reports = session.reports.get(&county);
    let of_ward = ward(state, county).and_then(|ward| session.reports.get(&ward));
    Session {
        id: session.id,
        times: Times {
            seeds_at: session.hours.seeds_at.0,
            opens_at: session.hours.opens_at.0,
            dissolves_at: session.hours.dissolves_at.0,
        },
        status: match session.status {
            session::Status::Scheduled => Status::Scheduled,
            session::Status::Opened { .. } => Status::Opened,
            session::Status::Closed { .. } => Status::Closed,
            session::Status::Cancelled { .. } => Status::Cancelled,
        },
        opened_at: session.opened_at().map(|at| at.0),
        ward_seeded: of_ward.is_some_and(|reports| reports.seeded.is_some()),
        sealed,
        reported: Reported {
            seeded: reports.is_some_and(|reports| reports.seeded.is_some()),
            joined: reports.is_some_and(|reports| reports.joined.is_some()),
            attempts: reports.map_or(0, |reports| {
                u8::try_from(reports.dissolved.len()).unwrap_or(u8::MAX)
            }),
            overdue: reports.is_some_and(|reports| reports.overdue),
            moved: reports
                .is_some_and(|reports| !reports.dissolved.is_empty() && !reports.is_dissolved()),
        },
        gates: others(state, county)
            .map(|other| gate(session.reports.get(&other), other, county))
            .collect(),
    }
}
