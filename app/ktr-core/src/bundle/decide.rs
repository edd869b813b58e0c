//! Every rule of releases, and no change.
//! Order of checks: signer live, role, session, release id, nominations, then size and profile.

use alloc::{vec, vec::Vec};

use super::{Command, Event, Rejection, Release};
use crate::{
    Context, State,
    id::{Commitment, SessionId},
    key::Role,
    limits::{BUNDLE_SIZE_MAX, PROFILE, RELEASE_NOMINATIONS_MAX},
    nomination, session,
    time::Time,
};

/// Judges a command about a release.
pub(crate) fn decide(
    state: &State,
    context: &Context,
    command: &Command,
) -> Result<Vec<Event>, Rejection> {
    let now = context.block.time;
    if state.sender(context).ok_or(Rejection::KeyNotLive)? != Role::Releaser {
        return Err(Rejection::ReleaserRequired);
    }
    let Command::Seal {
        release,
        session,
        sha256,
        size,
        profile,
        beacon,
        nominations,
    } = command;
    may_receive(state, *session, now)?;
    if state.bundle.get(release).is_some() {
        return Err(Rejection::ReleaseKnown);
    }
    may_be_sealed(state, nominations)?;
    if *size == 0 || *size > BUNDLE_SIZE_MAX {
        return Err(Rejection::SizeOutOfRange);
    }
    if *profile != PROFILE {
        return Err(Rejection::ProfileUnknown);
    }
    Ok(vec![Event::Sealed(Release {
        id: *release,
        session: *session,
        sha256: *sha256,
        size: *size,
        profile: *profile,
        key: context.signer,
        beacon: *beacon,
        nominations: nominations.clone(),
        sealed_at: now,
    })])
}

fn may_receive(state: &State, id: SessionId, now: Time) -> Result<(), Rejection> {
    let session = state.session.get(id).ok_or(Rejection::SessionUnknown)?;
    if session.status != session::Status::Scheduled {
        return Err(Rejection::SessionNotScheduled);
    }
    if now >= session.hours.seeds_at {
        return Err(Rejection::SeedingBegun);
    }
    if state.bundle.of_session(id).is_some() {
        return Err(Rejection::SessionSealed);
    }
    Ok(())
}

fn may_be_sealed(state: &State, nominations: &[Commitment]) -> Result<(), Rejection> {
    let rising = nominations.is_sorted_by(|earlier, later| earlier < later);
    if nominations.is_empty() || nominations.len() > RELEASE_NOMINATIONS_MAX || !rising {
        return Err(Rejection::NominationsOutOfRange);
    }
    for commitment in nominations {
        let nomination = state
            .nomination
            .get(commitment)
            .ok_or(Rejection::NominationUnknown)?;
        if nomination.status != nomination::Status::Cleared {
            return Err(Rejection::NominationNotCleared);
        }
        if state.bundle.sealed_in(commitment).is_some() {
            return Err(Rejection::NominationSealed);
        }
    }
    Ok(())
}
