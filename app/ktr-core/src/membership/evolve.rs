//! Every change of membership, and no rule.
//! Cannot refuse: the event has happened.

use super::{Event, Member, Standing, State};
use crate::{
    id::{Fingerprint, MemberId},
    key::{Key, Revocation, RevocationReason},
    time::Time,
};

/// Applies a fact about a member.
pub(crate) fn evolve(state: &mut State, event: &Event) {
    match *event {
        Event::Admitted {
            member,
            home,
            at,
            key,
        } => {
            state.put_member(Member {
                id: member,
                home,
                admitted_at: at,
                standing: Standing::Active,
                turns: 0,
            });
            state.put_key(key);
        }
        Event::KeyAdded { key, .. } => state.put_key(key),
        Event::KeyRevoked {
            fingerprint,
            at,
            reason,
            ..
        } => revoke(state, fingerprint, at, reason),
        Event::KeyRotated { old, at, key, .. } => {
            revoke(state, old, at, RevocationReason::Superseded);
            state.put_key(key);
        }
        Event::Suspended { member, at } => turn(state, member, Standing::Suspended { at }),
        Event::Reinstated { member, .. } => turn(state, member, Standing::Active),
        Event::Left { member, at } => change(state, member, |member| {
            member.standing = Standing::Left { at };
        }),
        Event::KeyExpired { fingerprint, .. } => {
            if let Some(key) = state.key(&fingerprint).copied() {
                state.put_key(Key {
                    expired: true,
                    ..key
                });
            }
        }
    }
}

fn revoke(state: &mut State, fingerprint: Fingerprint, at: Time, reason: RevocationReason) {
    if let Some(key) = state.key(&fingerprint).copied() {
        state.put_key(Key {
            revoked: Some(Revocation { at, reason }),
            ..key
        });
    }
}

fn turn(state: &mut State, member: MemberId, standing: Standing) {
    change(state, member, |member| {
        member.standing = standing;
        member.turns = member.turns.saturating_add(1);
    });
}

fn change(state: &mut State, id: MemberId, with: impl FnOnce(&mut Member)) {
    if let Some(mut member) = state.member(&id).cloned() {
        with(&mut member);
        state.put_member(member);
    }
}
