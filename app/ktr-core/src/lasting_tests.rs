//! Sentences about keys that are live or will be: the index finds what a search of all keys would, in the same order.
//! Which of them a rule counts is told by the subjects.

use alloc::vec::Vec;

use proptest::prelude::*;

use crate::{
    id::{CountyId, EncryptionKey, SigningKey},
    key::{Key, KeyBody, Purpose, Revocation, RevocationReason, Role},
    membership::{Member, Standing, State},
    tests::{DAY, START, any_history, fp, member_id, play},
    time::{Secs, Time},
};

const PURPOSES: [Purpose; 3] = [Purpose::Sign, Purpose::Room, Purpose::Encrypt];

fn lasts(key: &Key, at: Time) -> bool {
    key.revoked.is_none() && at < key.valid_until
}

/// A key of a member; its end goes by its number.
fn key(owner: u8, n: u8, body: KeyBody) -> Key {
    let from = Time(START);
    Key {
        fingerprint: fp(owner, n),
        body,
        role: Role::Member(member_id(owner)),
        valid_from: from,
        valid_until: from.plus(Secs(DAY.saturating_mul(u64::from(n)))),
        revoked: None,
        expired: false,
    }
}

fn signing(owner: u8, n: u8) -> Key {
    key(owner, n, KeyBody::Sign(SigningKey([n; 51])))
}

fn revoked(key: Key) -> Key {
    Key {
        revoked: Some(Revocation {
            at: Time(START),
            reason: RevocationReason::Retired,
        }),
        ..key
    }
}

/// A key as it may be at some time: new, revoked, said to be expired.
fn any_key() -> impl Strategy<Value = Key> {
    let flags = (any::<bool>(), any::<bool>(), any::<bool>());
    (1_u8..3, 1_u8..20, flags).prop_map(|(owner, n, (receives, is_revoked, expired))| {
        let new = if receives {
            key(
                owner,
                n.saturating_add(20),
                KeyBody::Room(EncryptionKey([n; 56])),
            )
        } else {
            signing(owner, n)
        };
        let now = if is_revoked { revoked(new) } else { new };
        Key { expired, ..now }
    })
}

proptest! {
    #[test]
    fn what_a_member_has_left_is_what_a_search_of_all_its_keys_finds(
        keys in prop::collection::vec(any_key(), 0..200),
        secs in 0..50 * DAY,
    ) {
        let mut state = State::default();
        for key in keys {
            state.put_key(key);
        }
        let at = Time(START).plus(Secs(secs));
        for id in [1, 2].map(member_id) {
            state.put_member(Member {
                id,
                home: CountyId(1),
                admitted_at: at,
                standing: Standing::Active,
                turns: 0,
            });
            for purpose in PURPOSES {
                let all = || state.keys_of(&id).filter(move |key| key.body.purpose() == purpose);
                let found: Vec<&Key> = state.lasting_keys(&id, purpose, at).collect();
                prop_assert_eq!(found, all().filter(|key| lasts(key, at)).collect::<Vec<_>>());
                let found: Vec<&Key> = state.live_keys(&id, purpose, at).collect();
                prop_assert_eq!(found, all().filter(|key| key.is_live(at)).collect::<Vec<_>>());
            }
        }
    }

    #[test]
    fn in_every_history_a_role_has_left_what_a_search_of_all_its_keys_finds(
        history in any_history(),
        secs in 0..1_100 * DAY,
    ) {
        let (state, _) = play(&history);
        let at = Time(START).plus(Secs(secs));
        for n in 1..=3 {
            let county = CountyId(n);
            for role in [Role::County(county), Role::Sidecar(county), Role::Studio] {
                let found: Vec<&Key> = state.governance.lasting_keys(role, at).collect();
                let all = state.governance.keys_of(role);
                prop_assert_eq!(found, all.filter(|key| lasts(key, at)).collect::<Vec<_>>());
            }
            let owner = member_id(n);
            let found = state.membership.lasting_keys(&owner, Purpose::Sign, at);
            let found: Vec<&Key> = found.collect();
            let all = state.membership.keys_of(&owner);
            prop_assert_eq!(found, all.filter(|key| lasts(key, at)).collect::<Vec<_>>());
        }
    }
}

#[test]
fn a_member_whose_keys_are_all_revoked_is_the_same_whether_it_was_seen_with_them_or_not() {
    let mut seen = State::default();
    seen.put_key(signing(1, 1));
    seen.put_key(revoked(signing(1, 1)));
    let mut restored = State::default();
    restored.put_key(revoked(signing(1, 1)));
    assert_eq!(seen, restored);
}
