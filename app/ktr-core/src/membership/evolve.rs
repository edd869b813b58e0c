//! Every change of membership, and no rule.
//! Cannot refuse: the event has happened.

use super::{Event, Member, State};
use crate::key::{Key, Revocation};

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
            });
            state.put_key(key);
        }
        Event::KeyAdded { key, .. } => state.put_key(key),
        Event::KeyRevoked {
            fingerprint,
            at,
            reason,
            ..
        } => {
            if let Some(key) = state.key(&fingerprint).copied() {
                state.put_key(Key {
                    revoked: Some(Revocation { at, reason }),
                    ..key
                });
            }
        }
    }
}
