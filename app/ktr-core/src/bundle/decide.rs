//! Every rule of releases, and no change.
//! Order of checks: signer live, role or mandate, session, release id, nominations, then size and profile.

use alloc::{vec, vec::Vec};

use super::{Command, Event, Rejection, Release, Retraction, RetractionReason};
use crate::{
    Context, State,
    id::{Commitment, ReleaseId, SessionId},
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
    let sender = state.sender(context).ok_or(Rejection::KeyNotLive)?;
    let event = match command {
        Command::Seal {
            release,
            session,
            sha256,
            size,
            profile,
            beacon,
            nominations,
        } => {
            if sender != Role::Releaser {
                return Err(Rejection::ReleaserRequired);
            }
            let release = Release {
                id: *release,
                session: *session,
                sha256: *sha256,
                size: *size,
                profile: *profile,
                key: context.signer,
                beacon: *beacon,
                nominations: nominations.clone(),
                sealed_at: context.block.time,
                retracted: None,
            };
            seal(state, release)
        }
        Command::Retract { release, reason } => {
            retract(state, context, sender, (*release, *reason))
        }
    };
    event.map(|event| vec![event])
}

fn seal(state: &State, release: Release) -> Result<Event, Rejection> {
    may_receive(state, release.session, release.sealed_at)?;
    if state.bundle.get(&release.id).is_some() {
        return Err(Rejection::ReleaseKnown);
    }
    may_be_sealed(state, &release.nominations)?;
    if release.size == 0 || release.size > BUNDLE_SIZE_MAX {
        return Err(Rejection::SizeOutOfRange);
    }
    if release.profile != PROFILE {
        return Err(Rejection::ProfileUnknown);
    }
    Ok(Event::Sealed(release))
}

/// At any time, and once. The cases stay sealed in it: what has been out is not nominated anew.
fn retract(
    state: &State,
    context: &Context,
    sender: Role,
    (id, reason): (ReleaseId, RetractionReason),
) -> Result<Event, Rejection> {
    let has_mandate = || {
        let is_county = matches!(sender, Role::County(_));
        is_county && state.governance.mandate(context).is_ok()
    };
    if sender != Role::Releaser && !has_mandate() {
        return Err(Rejection::MandateRequired);
    }
    let release = state.bundle.get(&id).ok_or(Rejection::ReleaseUnknown)?;
    if release.retracted.is_some() {
        return Err(Rejection::ReleaseRetracted);
    }
    let at = context.block.time;
    Ok(Event::Retracted {
        release: id,
        retraction: Retraction { at, reason },
    })
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
