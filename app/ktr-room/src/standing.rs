//! Small files of the state folder by which the programs `status` and `dissolve` speak with the running sidecar.
//! `status.json` holds counts only; `order.json` names a session.

use std::collections::BTreeSet;
use std::fs;

use ktr_core::id::SessionId;
use serde::{Deserialize, Serialize};

use crate::action::Alarm;
use crate::error::RoomError;
use crate::file;
use crate::journal::{Journal, Phase, Remnant, Store};
use crate::matrix_id::Account;
use crate::plan::{Plan, Times};
use crate::policy::RoomPolicy;
use crate::receipt;
use crate::seen::{Link, Now, Seen};

/// What the last pass saw, in counts.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Standing {
    /// When this was written, in milliseconds: at each look, after each action, and when a pass fails.
    pub at_ms: u64,
    /// When the homeserver last let itself be looked at, in milliseconds: from then are the counts of the room. Absent if it never did.
    #[serde(default)]
    pub seen_ms: Option<u64>,
    /// The session at hand; absent if there is none.
    pub session: Option<u32>,
    /// Where its room stands.
    pub phase: Option<Phase>,
    /// T.
    pub dissolves_at: Option<u64>,
    /// Whether the chain answered with a proof.
    pub chain_proven: bool,
    /// Members in the room.
    pub joined: u32,
    /// Members in the room or invited.
    pub present: u32,
    /// Members in the room with a kick for this T. Fewer than joined for 15 s is red.
    pub armed: u32,
    /// Milliseconds until joins end by themselves if the sidecar dies now; absent without a lease.
    pub lease_left_ms: Option<u64>,
    /// Members with a post.
    pub covered: u32,
    /// Members without a live `room` key.
    pub keyless: u32,
    /// Members for whom something did not come off in the last pass; it is tried again.
    #[serde(default)]
    pub failing: u32,
    /// Members put out of the room because no net could be armed for them.
    #[serde(default)]
    pub put_out: u32,
    /// Keys that nothing can be encrypted to.
    #[serde(default)]
    pub bad_keys: u32,
    /// Posts that are out.
    pub posts: u32,
    /// Codes of the alarms that ring.
    pub alarms: Vec<String>,
}

/// All that `status` shows.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Shown {
    /// What the last pass saw; absent if no session is at hand or no pass ended yet.
    #[serde(flatten)]
    pub standing: Option<Standing>,
    /// When it is shown, in milliseconds.
    #[serde(skip)]
    pub now_ms: u64,
    /// Times of `[timing]` that differ from the product's defaults, as `name=seconds`.
    pub timing: Vec<String>,
}

/// What became of an order to dissolve a session's room.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Ordered {
    /// It is laid down.
    Given,
    /// The session is done, its last scan found nothing and the chain took its last report, which has this number: nothing was changed.
    NothingLeft(u8),
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Order {
    session: u32,
}

/// How it stands, as the sidecar knows it.
#[derive(Clone, Copy, Debug)]
pub struct View<'a> {
    /// The session at hand.
    pub plan: &'a Plan,
    /// What says who is armed for its T.
    pub policy: RoomPolicy,
    /// What the homeserver last showed, and when, in milliseconds; `None` if it never did.
    pub seen: Option<&'a (Seen, u64)>,
    /// The journal; `None` when the session is done.
    pub journal: Option<&'a Journal>,
    /// The alarms that ring.
    pub ringing: &'a BTreeSet<Alarm>,
    /// Members for whom something did not come off.
    pub failing: u32,
    /// The time, in milliseconds.
    pub at_ms: u64,
    /// The clocks at the beginning of the pass.
    pub now: Now,
}

/// Writes how it stands.
///
/// # Errors
/// The file cannot be written.
pub fn write(store: &Store, view: &View<'_>) -> Result<(), RoomError> {
    let is_member = |account: &&Account| !account.is_probe();
    let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    let (plan, journal) = (view.plan, view.journal);
    let room = view.seen.and_then(|(seen, _)| seen.room.as_ref());
    let armed = room.map_or(0, |room| {
        let netless = view.policy.netless(plan, room, view.now);
        let joined = room.joined().filter(is_member);
        joined.filter(|account| !netless.contains(*account)).count()
    });
    let covered = journal.map_or(0, |journal| {
        plan.guests
            .keys()
            .filter(|account| journal.covers(account))
            .count()
    });
    let standing = Standing {
        at_ms: view.at_ms,
        seen_ms: view.seen.map(|(_, at_ms)| *at_ms),
        session: Some(plan.session.id.0),
        phase: Some(journal.map_or(Phase::Done, |journal| journal.phase)),
        dissolves_at: Some(plan.session.times.dissolves_at),
        chain_proven: view.now.chain == Link::Proven,
        joined: count(room.map_or(0, |room| room.joined().filter(is_member).count())),
        present: count(room.map_or(0, |room| room.present().filter(is_member).count())),
        armed: count(armed),
        lease_left_ms: room
            .and_then(|room| room.leases.first())
            .map(|lease| lease.due_ms.saturating_sub(view.at_ms)),
        covered: count(covered),
        keyless: plan.keyless,
        failing: view.failing,
        put_out: count(journal.map_or(0, |journal| {
            journal.put_out.iter().filter(is_member).count()
        })),
        bad_keys: count(journal.map_or(0, |journal| journal.unusable.len())),
        posts: journal.map_or(0, Journal::posted),
        alarms: view
            .ringing
            .iter()
            .map(|alarm| alarm.code().to_owned())
            .collect(),
    };
    put(store, "status.json", &standing)
}

/// Removes what the last pass saw when no session is at hand.
///
/// # Errors
/// The file cannot be removed.
pub fn idle(store: &Store) -> Result<(), RoomError> {
    remove(store, "status.json")
}

/// What the last pass saw; `None` if no session is at hand or no pass ended yet.
///
/// # Errors
/// The file cannot be read.
pub fn read(store: &Store) -> Result<Option<Standing>, RoomError> {
    get(store, "status.json")
}

/// Orders a session's room to be dissolved; the running sidecar, or the next one, obeys. A session that is done is
/// dissolved again only if its last scan found something, or the chain refused its last report: another one is made then.
///
/// # Errors
/// The file cannot be written, or the receipt of a session that is done cannot be read.
pub fn give_order(store: &Store, session: SessionId) -> Result<Ordered, RoomError> {
    if let Some(remnant) = remnant(store, session)? {
        let opening = receipt::read(&store.receipt(session.0, remnant.attempt))?;
        if opening.dissolution.clean() && !remnant.refused {
            return Ok(Ordered::NothingLeft(remnant.attempt));
        }
    }
    put(store, "order.json", &Order { session: session.0 })?;
    Ok(Ordered::Given)
}

/// The session that is ordered to be dissolved.
///
/// # Errors
/// [`RoomError::Order`].
pub fn order(store: &Store) -> Result<Option<SessionId>, RoomError> {
    let order = get::<Order>(store, "order.json").map_err(|_another_users| RoomError::Order)?;
    Ok(order.map(|order| SessionId(order.session)))
}

/// An order is fulfilled when its session is done; one for another session waits.
///
/// # Errors
/// The file cannot be read or removed.
pub fn fulfil(store: &Store, session: SessionId) -> Result<(), RoomError> {
    if order(store)? == Some(session) {
        remove(store, "order.json")?;
    }
    Ok(())
}

/// A journal for another attempt at a session that is done, with what its receipt remembers.
///
/// # Errors
/// The receipt cannot be read.
pub fn reopened(
    store: &Store,
    session: SessionId,
    times: Times,
) -> Result<Option<Journal>, RoomError> {
    let Some(remnant) = remnant(store, session)? else {
        return Ok(None);
    };
    let opening = receipt::read(&store.receipt(session.0, remnant.attempt))?;
    let mut journal = Journal::begin(session, times, opening.salt);
    journal.room = opening.room;
    journal.sought = opening.sought;
    Ok(Some(journal))
}

/// What stays of a session that is done.
fn remnant(store: &Store, session: SessionId) -> Result<Option<Remnant>, RoomError> {
    let done = store.done()?;
    Ok(done
        .into_iter()
        .find(|remnant| remnant.session == session.0))
}

fn put<T: Serialize>(store: &Store, name: &str, value: &T) -> Result<(), RoomError> {
    let octets = serde_json::to_vec(value).map_err(|_opaque| RoomError::Journal)?;
    Ok(file::put(&store.path(name), &octets)?)
}

fn get<T: for<'de> Deserialize<'de>>(store: &Store, name: &str) -> Result<Option<T>, RoomError> {
    let Some(octets) = file::find(&store.path(name))? else {
        return Ok(None);
    };
    serde_json::from_slice(&octets)
        .map(Some)
        .map_err(|_content_inside| RoomError::Journal)
}

fn remove(store: &Store, name: &str) -> Result<(), RoomError> {
    match fs::remove_file(store.path(name)) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error.into()),
        Ok(()) | Err(_) => Ok(()),
    }
}
