//! Every rule of ingestion, and no change.
//! Order of checks: signer live, role, session, bucket, then beacon and count.

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
    if state.sender(context).ok_or(Rejection::KeyNotLive)? != Role::Collector {
        return Err(Rejection::CollectorRequired);
    }
    let Command::Publish {
        session: id,
        bucket,
        beacon,
        hits,
        interrupted,
    } = *command;
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
