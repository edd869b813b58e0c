//! What an enacted proposal brings about, and whether it can: asked when it is proposed, and again when it is enacted.
//! A subject whose effect is not possible any more is not enacted.

use alloc::{collections::BTreeSet, vec::Vec};

use super::{Event, Host, NextHost, Rejection, Subject, Tolerance, Validator};
use crate::{
    BlockContext, State,
    id::{CountyId, Fingerprint},
    key::{Key, KeyBody, Purpose, Role},
    limits::{POWER_TOTAL_MAX, ROLE_KEYS_MAX, VALIDATORS_MAX},
    time::Time,
};

/// The event of a subject; none for an act, whose command comes by itself.
pub(super) fn effect(
    state: &State,
    block: &BlockContext,
    subject: &Subject,
) -> Result<Option<Event>, Rejection> {
    let resolved = state.governance.resolved().copied().unwrap_or_default();
    Ok(Some(match subject {
        Subject::Host(host) => move_host(state, block.time, host)?,
        Subject::Validators { set, accepts_halt } => {
            judge_validators(state, set, *accepts_halt)?;
            Event::ValidatorsChanged {
                validators: set.clone(),
            }
        }
        Subject::Parameters(parameters) => {
            if !parameters.is_workable() {
                return Err(Rejection::ParametersUnfit);
            }
            Event::ParametersChanged {
                parameters: parameters.clone(),
            }
        }
        Subject::Keys(key) => {
            // A key of its own would end that of the next host before it began, and sign there in its stead.
            if key.role == Role::Studio && resolved.next_host.is_some() {
                return Err(Rejection::HostPending);
            }
            judge_key(state, block.time, key)?;
            let ended_at = key.valid_from.max(block.time);
            Event::KeysChanged {
                key: *key,
                ended: lasting(state, key, ended_at),
                ended_at,
            }
        }
        Subject::Roots(sha256) => Event::RootsChanged { sha256: *sha256 },
        Subject::Federation(federation) => {
            let last = resolved.federation.map_or(0, |known| known.sequence);
            if federation.sequence <= last {
                return Err(Rejection::SequenceNotNewer);
            }
            Event::FederationSet {
                federation: *federation,
            }
        }
        Subject::Upgrade(upgrade) => {
            if upgrade.app_version <= state.governance.app_version() {
                return Err(Rejection::VersionNotNewer);
            }
            if upgrade.height <= block.height {
                return Err(Rejection::HeightPassed);
            }
            Event::UpgradePlanned { upgrade: *upgrade }
        }
        Subject::Act(_) => return Ok(None),
    }))
}

fn move_host(state: &State, now: Time, host: &Host) -> Result<Event, Rejection> {
    if !state.governance.has_county(host.region) {
        return Err(Rejection::CountyUnknown);
    }
    let known = state.governance.network().map(|network| network.host);
    let resolved = state.governance.resolved();
    match resolved.and_then(|resolved| resolved.next_host) {
        None if known == Some(host.region) => return Err(Rejection::HostUnchanged),
        // The key of the first move would begin, and its county would never be the host: the studio would be elsewhere. A move that
        // begins no later takes its place whole, and one to the county that is the host takes it back.
        Some(next) if host.from.max(now) > next.from.max(now) => {
            return Err(Rejection::HostPending);
        }
        None | Some(_) => {}
    }
    let studio = Key {
        fingerprint: host.fingerprint,
        body: KeyBody::Sign(host.studio),
        role: Role::Studio,
        valid_from: host.from,
        valid_until: host.key_until,
        revoked: None,
        expired: false,
    };
    judge_key(state, now, &studio)?;
    let ended_at = host.from.max(now);
    Ok(Event::HostSet {
        next: NextHost {
            region: host.region,
            from: host.from,
        },
        studio,
        ended: lasting(state, &studio, ended_at),
        ended_at,
    })
}

/// Whether the counties may give this key to its role.
fn judge_key(state: &State, now: Time, key: &Key) -> Result<(), Rejection> {
    match key.role {
        Role::County(county) | Role::Sidecar(county) => {
            if !state.governance.has_county(county) {
                return Err(Rejection::CountyUnknown);
            }
        }
        Role::Studio | Role::Releaser | Role::Collector => {}
        Role::Member(_) | Role::Seat(_) | Role::Deputy(_) => {
            return Err(Rejection::RoleForeign);
        }
    }
    if key.body.purpose() == Purpose::Room {
        return Err(Rejection::RoleForeign);
    }
    fit(state, now, key)?;
    // Those that it does not end at once, and that still begin before it: the next one may have to end them all.
    let begins = key.valid_from.max(now);
    let stay = rivals(state, key, now)
        .filter(|old| old.valid_from < begins && now < old.valid_until.min(begins));
    if stay.count() >= ROLE_KEYS_MAX {
        return Err(Rejection::KeysCrowded);
    }
    Ok(())
}

/// Whether a key is new and has a validity that a key may have.
pub(super) fn fit(state: &State, now: Time, key: &Key) -> Result<(), Rejection> {
    if state.key(&key.fingerprint).is_some() {
        return Err(Rejection::KeyKnown);
    }
    if key.valid_until <= key.valid_from || key.valid_until <= now {
        return Err(Rejection::ValidityEmpty);
    }
    let longest = state.governance.parameters().key_validity_max_secs;
    if key.valid_until.since(key.valid_from) > longest {
        return Err(Rejection::ValidityTooLong);
    }
    Ok(())
}

/// Keys of the role and purpose of `key` that would be valid at `at` or later.
pub(super) fn lasting(state: &State, key: &Key, at: Time) -> Vec<Fingerprint> {
    let ended = rivals(state, key, at);
    ended.map(|old| old.fingerprint).collect()
}

/// Such keys; not what ended before it began.
fn rivals<'a>(state: &'a State, key: &Key, at: Time) -> impl Iterator<Item = &'a Key> {
    let purpose = key.body.purpose();
    let lasting = state.governance.lasting_keys(key.role, at);
    lasting.filter(move |old| old.body.purpose() == purpose && old.valid_from < old.valid_until)
}

fn judge_validators(state: &State, set: &[Validator], accepts_halt: bool) -> Result<(), Rejection> {
    let keys: BTreeSet<_> = set.iter().map(|validator| validator.key).collect();
    let places = set.iter().filter_map(|validator| validator.county);
    let knows = |county: CountyId| state.governance.has_county(county);
    let is_fit = !set.is_empty()
        && set.len() <= VALIDATORS_MAX
        && keys.len() == set.len()
        && set.iter().all(|validator| validator.power > 0)
        && places.into_iter().all(knows);
    if !is_fit {
        return Err(Rejection::ValidatorsUnfit);
    }
    // Only of a set that is not too large: its work doubles with every engine.
    let tolerance = Tolerance::of(set);
    if tolerance.total > POWER_TOTAL_MAX {
        return Err(Rejection::ValidatorsUnfit);
    }
    if tolerance.can_one_fork {
        return Err(Rejection::OneCouldFork);
    }
    if tolerance.faults == 0 && !accepts_halt {
        return Err(Rejection::ToleratesNone);
    }
    Ok(())
}
