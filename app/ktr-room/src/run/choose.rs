//! Which session is at hand, and what the plan for it is when the chain is silent or no longer knows it.
//! Pure; nothing is begun here.

use std::collections::BTreeMap;

use ktr_core::id::{CountyId, SessionId};

use crate::journal::{Journal, Remnant};
use crate::limits::ATTEMPTS_MAX;
use crate::matrix_id::Account;
use crate::name;
use crate::plan::{Guest, Member, Neighbour, Outlook, Plan, Probe, Reported, Session, Status};

/// What is known when a session is chosen.
#[derive(Clone, Copy, Debug)]
pub struct Choice<'a> {
    /// The newest proven state, however old; `None` if there never was one.
    pub outlook: Option<&'a Outlook>,
    /// The journal on disk.
    pub journal: Option<&'a Journal>,
    /// What stays of sessions that are done.
    pub done: &'a [Remnant],
    /// The session an operator wants dissolved.
    pub order: Option<SessionId>,
    /// Whether the newest proven state is one of now.
    pub is_current: bool,
}

/// The plan for the session at hand; `None` if there is none.
///
/// A journal that has begun outward work keeps its session until it is done. Else the session that ends first is
/// taken, of those that this county has not reported on; before it whatever is ordered, or owes another report.
#[must_use]
pub fn choose(choice: Choice<'_>, county: CountyId, secret: &[u8; 32]) -> Option<Plan> {
    let session = match choice.journal.filter(|journal| journal.begun()) {
        Some(journal) => Some(remembered(choice, journal)),
        None => ordered(choice)
            .or_else(|| moved(choice))
            .or_else(|| next(choice)),
    }?;
    let members = choice.outlook.map_or(&[][..], |outlook| &outlook.members);
    let neighbours = choice
        .outlook
        .map_or(&[][..], |outlook| &outlook.neighbours);
    let ward = choice.outlook.and_then(|outlook| outlook.ward);
    let (guests, keyless) = with_keys(members, county, secret);
    let wards = ward.map(|ward| with_keys(members, ward, secret).0);
    Some(Plan {
        session,
        guests,
        wards: wards.unwrap_or_default(),
        probes: probes(neighbours),
        keyless,
    })
}

/// The probes of the counties that can open a pass.
fn probes(neighbours: &[Neighbour]) -> BTreeMap<Account, Probe> {
    let with_key = neighbours
        .iter()
        .filter(|county| !county.encryption_keys.is_empty());
    with_key
        .map(|neighbour| {
            let probe = Probe {
                county: neighbour.county,
                keys: neighbour.encryption_keys.clone(),
            };
            (name::probe(neighbour.county), probe)
        })
        .collect()
}

/// The members of a county that can read a post, by their accounts on this homeserver, and how many cannot.
fn with_keys(
    members: &[Member],
    of: CountyId,
    secret: &[u8; 32],
) -> (BTreeMap<Account, Guest>, u32) {
    let mut guests = BTreeMap::new();
    let mut keyless = 0u32;
    for member in members.iter().filter(|member| member.home == of) {
        if member.room_keys.is_empty() {
            keyless = keyless.saturating_add(1);
        } else {
            let guest = Guest {
                member: member.id,
                keys: member.room_keys.clone(),
            };
            guests.insert(name::account(secret, member.id), guest);
        }
    }
    (guests, keyless)
}

/// Whether the hand-over in the inbox can be this session's. One that is done, or that nothing went out for while another's turn has come, is
/// dissolved by order alone: what lies there is the other's.
pub(super) fn has_inbox(choice: Choice<'_>, id: SessionId) -> bool {
    let is_done = choice.done.iter().any(|done| done.session == id.0);
    let own = choice.journal.filter(|journal| journal.session == id.0);
    let is_bare = own.is_none_or(|journal| {
        journal.room.is_none() && journal.passes.is_empty() && journal.posts.is_empty()
    });
    let is_anothers_turn = next(choice).is_some_and(|next| next.id != id);
    let waits = is_bare && is_anothers_turn;
    !is_done && !waits
}

/// The journal's session as the chain has it; one that the chain of now does not know counts as cancelled; with no chain at all, or
/// one of before, only the journal's own times count.
fn remembered(choice: Choice<'_>, journal: &Journal) -> Session {
    let id = SessionId(journal.session);
    let sessions = choice.outlook.map_or(&[][..], |outlook| &outlook.sessions);
    let known = sessions.iter().find(|session| session.id == id);
    let known = known.cloned().map(|session| Session {
        // A state of before may hold times that were moved since.
        times: if choice.is_current {
            session.times
        } else {
            journal.times
        },
        ..session
    });
    known.unwrap_or_else(|| Session {
        id,
        times: journal.times,
        status: if choice.is_current {
            Status::Cancelled
        } else {
            Status::Scheduled
        },
        opened_at: None,
        // What the chain does not know gives no reason to serve anybody else.
        ward_seeded: true,
        sealed: None,
        reported: Reported::default(),
        gates: Vec::new(),
    })
}

/// A session that is done and that an operator wants dissolved again: as the chain of now has it, for one of before may not know of its report.
fn ordered(choice: Choice<'_>) -> Option<Session> {
    let order = choice.order.filter(|_| choice.is_current)?;
    choice
        .outlook?
        .sessions
        .iter()
        .find(|session| session.id == order)
        .cloned()
}

/// A session that moved after this county had reported its end, once its hour is over: that nothing is there is reported anew, for the chain
/// would call it overdue. No room is made in it, and a report that the chain refused is not made again.
fn moved(choice: Choice<'_>) -> Option<Session> {
    let outlook = choice.outlook.filter(|_| choice.is_current)?;
    let mut sessions = outlook.sessions.iter();
    let owing = sessions.find(|session| {
        let attempts = session.reported.attempts;
        let mut own = choice.done.iter();
        session.reported.moved
            && attempts < ATTEMPTS_MAX
            && session.status != Status::Cancelled
            && session.times.dissolves_at <= outlook.newest.0
            && !own.any(|done| done.session == session.id.0 && done.attempt > attempts)
    });
    owing.cloned()
}

/// The session that ends first, of those that still need this county.
fn next(choice: Choice<'_>) -> Option<Session> {
    let sessions = &choice.outlook?.sessions;
    let open = sessions.iter().filter(|session| {
        session.status != Status::Cancelled
            && session.reported.attempts == 0
            && !choice.done.iter().any(|done| done.session == session.id.0)
    });
    open.min_by_key(|session| session.times.dissolves_at)
        .cloned()
}
