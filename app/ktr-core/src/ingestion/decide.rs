//! Every rule of ingestion, and no change.
//! Order of checks: signer live, in force, role, session, bucket, then beacon and count.

use alloc::{vec, vec::Vec};

use super::{Command, Event, Published, Rejection};
use crate::{Context, State, key::Role};

/// Judges a command about counts.
pub(crate) fn decide(
    state: &State,
    context: &Context,
    command: &Command,
) -> Result<Vec<Event>, Rejection> {
    let now = context.block.time;
    let parameters = state.governance.parameters();
    let role = state.sender(context).ok_or(Rejection::KeyNotLive)?;
    let (id, bucket, beacon, hits, interrupted) = match *command {
        Command::Publish {
            session,
            bucket,
            beacon,
            hits,
            interrupted,
        } => (session, bucket, beacon, hits, interrupted),
        // Whatever `rm1_from` says: it takes a version of these rules that has RM-1's.
        Command::Rm1(_) => return Err(Rejection::NotEnabled),
    };
    if role != Role::Collector {
        return Err(Rejection::CollectorRequired);
    }
    let session = state.session.get(id).ok_or(Rejection::SessionUnknown)?;
    let opened_at = session.opened_at().ok_or(Rejection::SessionNotOpened)?;
    if now < bucket.ends_at(opened_at, &parameters.bucket_ends_secs) {
        return Err(Rejection::TooEarly);
    }
    if state
        .ingestion
        .get(id)
        .is_some_and(|known| known.published.contains_key(&bucket))
    {
        return Err(Rejection::AlreadyReported);
    }
    if state
        .bundle
        .of_session(id)
        .is_none_or(|release| release.beacon != beacon)
    {
        return Err(Rejection::BeaconUnknown);
    }
    if hits.is_some_and(|hits| hits < parameters.count_min) {
        return Err(Rejection::CountTooSmall);
    }
    let published = Published {
        bucket,
        beacon,
        hits,
        interrupted,
        published_at: now,
    };
    Ok(vec![Event::Published {
        session: id,
        published,
    }])
}
