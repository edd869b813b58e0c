//! What time alone does to members: a key's validity ends, and the log says so.
//! A key is judged by its validity wherever it is used, said or not.

use alloc::vec::Vec;

use super::{Event, State};
use crate::{Event as Any, key::Role, time::Time};

/// Keys whose validity is over.
pub(crate) fn due(state: &State, now: Time) -> Vec<(Time, Any)> {
    let over = state.newly_expired(now).filter_map(|key| {
        let Role::Member(member) = key.role else {
            return None;
        };
        let expired = Event::KeyExpired {
            member,
            fingerprint: key.fingerprint,
        };
        Some((key.valid_until, Any::Membership(expired)))
    });
    over.collect()
}
