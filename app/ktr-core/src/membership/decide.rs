//! Every rule of membership, and no change.
//! Order of checks: signer live, object exists, role, then the command's own rules as written.

use alloc::{vec, vec::Vec};

use super::{Command, Event, Proof, Rejection};
use crate::{
    Context, State,
    id::{Fingerprint, MemberId},
    key::{Key, KeyBody, RevocationReason, Role},
    limits::LIVE_KEYS_MAX,
    time::Time,
};

/// Judges a command about a member.
pub(crate) fn decide(
    state: &State,
    context: &Context,
    command: &Command,
) -> Result<Vec<Event>, Rejection> {
    let sender = state.sender(context).ok_or(Rejection::KeyNotLive)?;
    match *command {
        Command::Admit {
            member,
            home,
            key,
            fingerprint,
            valid_from,
            valid_until,
            proof,
        } => {
            if sender != Role::County(home) {
                return Err(Rejection::CountyRequired);
            }
            if state.membership.member(&member).is_some() {
                return Err(Rejection::MemberKnown);
            }
            let key = Key {
                fingerprint,
                body: KeyBody::Sign(key),
                role: Role::Member(member),
                valid_from,
                valid_until,
                revoked: None,
            };
            new_key(state, context, &key, proof)?;
            Ok(vec![Event::Admitted {
                member,
                home,
                at: context.block.time,
                key,
            }])
        }
        Command::AddKey {
            member,
            body,
            fingerprint,
            valid_from,
            valid_until,
            proof,
        } => {
            owner(state, sender, &member)?;
            let role = Role::Member(member);
            let key = Key {
                fingerprint,
                body,
                role,
                valid_from,
                valid_until,
                revoked: None,
            };
            new_key(state, context, &key, proof)?;
            // A key that is dated ahead counts too: otherwise any number of them would be live a little later.
            let now = context.block.time;
            let lasting = state.membership.lasting_keys(&member, body.purpose(), now);
            if lasting.count() >= LIVE_KEYS_MAX {
                return Err(Rejection::KeysTooMany);
            }
            Ok(vec![Event::KeyAdded { member, key }])
        }
        Command::RevokeKey {
            member,
            fingerprint,
            reason,
        } => {
            owner(state, sender, &member)?;
            revoke(state, member, fingerprint, reason, context.block.time)
        }
    }
}

fn owner(state: &State, sender: Role, member: &MemberId) -> Result<(), Rejection> {
    let home = state
        .membership
        .member(member)
        .ok_or(Rejection::MemberUnknown)?
        .home;
    let allowed = sender == Role::Member(*member) || sender == Role::County(home);
    if allowed {
        Ok(())
    } else {
        Err(Rejection::OwnerRequired)
    }
}

fn new_key(state: &State, context: &Context, key: &Key, proof: Proof) -> Result<(), Rejection> {
    let now = context.block.time;
    let parameters = state.governance.parameters();
    if state.key(&key.fingerprint).is_some() {
        return Err(Rejection::KeyKnown);
    }
    if proof == Proof::Fails {
        return Err(Rejection::KeyProofFails);
    }
    if key.valid_until <= key.valid_from || key.valid_until <= now {
        return Err(Rejection::ValidityEmpty);
    }
    if key.valid_from > now.plus(parameters.skew_secs) {
        return Err(Rejection::ValidityTooSoon);
    }
    if key.valid_until.since(key.valid_from) > parameters.key_validity_max_secs {
        return Err(Rejection::ValidityTooLong);
    }
    Ok(())
}

fn revoke(
    state: &State,
    member: MemberId,
    fingerprint: Fingerprint,
    reason: RevocationReason,
    at: Time,
) -> Result<Vec<Event>, Rejection> {
    let key = state
        .membership
        .key(&fingerprint)
        .filter(|key| key.role == Role::Member(member));
    match key {
        None => Err(Rejection::KeyUnknown),
        Some(key) if key.revoked.is_some() => Err(Rejection::KeyRevoked),
        Some(_) => Ok(vec![Event::KeyRevoked {
            member,
            fingerprint,
            at,
            reason,
        }]),
    }
}
