//! Keys that nothing can be encrypted to: who has no other is left out, and that is no reason that somebody else is.
//! How such a key is found is the business of `run/`. And keys that are more than fit into one post.

#![expect(
    clippy::arithmetic_side_effects,
    reason = "test code with small numbers"
)]

use ktr_core::id::EncryptionKey;

use super::world::{Fault, World, account};
use crate::action::{Action, Alarm};
use crate::journal::Fact;
use crate::limits::POST_KEYS_MAX;
use crate::matrix_id::Account;
use crate::name;
use crate::plan::Status;

/// Three members in the room, all armed, the session open and its post due; the keys of some are known to be unusable.
fn due(unusable: &[u8]) -> World {
    let mut world = World::with_members(3);
    world.ms = 1_025_000;
    world.pass(|_| Fault::None);
    world.pass(|_| Fault::None);
    (1..=3).for_each(|n| world.join(n));
    world.pass(|_| Fault::None);
    world.plan.session.status = Status::Opened;
    world.ms = 1_031_000;
    let journal = world.disk.as_mut().expect("a journal");
    let digests = unusable
        .iter()
        .map(|n| name::key_digest(&EncryptionKey([*n; 56])));
    journal.note(Fact::Unusable(digests.collect()));
    world
}

/// To whom the next post is encrypted.
fn recipients(actions: &[Action]) -> Option<&[Account]> {
    actions.iter().find_map(|action| {
        if let Action::Encrypt(_, to) = action {
            Some(to.as_slice())
        } else {
            None
        }
    })
}

#[test]
fn who_has_no_key_that_can_be_used_is_no_recipient_and_the_others_are() {
    let actions = due(&[2]).asked();
    let others = [account(1), account(3)];
    assert_eq!(recipients(&actions), Some(&others[..]));
    assert!(actions.contains(&Action::Post(0)));
    assert!(actions.contains(&Action::Alarm(Alarm::BadKey)));
}

#[test]
fn one_key_that_can_be_used_is_enough_and_one_that_is_gone_rings_no_longer() {
    let mut world = due(&[2]);
    let everybody = [account(1), account(2), account(3)];
    let second = world.plan.guests.get_mut(&account(2)).expect("a member");
    second.keys.push(EncryptionKey([9; 56]));
    let actions = world.asked();
    assert_eq!(recipients(&actions), Some(&everybody[..]));
    assert!(actions.contains(&Action::Alarm(Alarm::BadKey)));
    let second = world.plan.guests.get_mut(&account(2)).expect("a member");
    second.keys.remove(0);
    let actions = world.asked();
    assert_eq!(recipients(&actions), Some(&everybody[..]));
    assert!(!actions.contains(&Action::Alarm(Alarm::BadKey)));
}

#[test]
fn where_no_key_can_be_used_it_rings_and_nothing_is_posted() {
    let actions = due(&[1, 2, 3]).asked();
    assert_eq!(recipients(&actions), None);
    assert!(!actions.contains(&Action::Post(0)));
    assert!(actions.contains(&Action::Alarm(Alarm::BadKey)));
}

#[test]
fn no_pass_is_written_for_whom_nothing_can_be_encrypted_to() {
    let mut world = due(&[2]);
    let journal = world.disk.as_mut().expect("a journal");
    journal.passes.clear();
    let others = [account(1), account(3)].to_vec();
    assert!(world.asked().contains(&Action::WritePasses(others)));
}

/// Gives a member so many keys.
fn with_keys(world: &mut World, n: u8, count: usize) {
    let member = world.plan.guests.get_mut(&account(n)).expect("a member");
    member.keys = vec![EncryptionKey([n; 56]); count];
}

#[test]
fn keys_of_more_members_than_fit_into_one_post_get_a_batch_of_their_own() {
    let mut world = due(&[]);
    with_keys(&mut world, 1, POST_KEYS_MAX - 2);
    with_keys(&mut world, 2, 2);
    let first = [account(1), account(2)];
    assert_eq!(recipients(&world.asked()), Some(&first[..]));
    // a member's keys are never torn apart
    with_keys(&mut world, 2, 3);
    assert_eq!(recipients(&world.asked()), Some(&first[..1]));
    world.pass(|_| Fault::None);
    assert_eq!(recipients(&world.asked()), None, "batches have their pace");
    world.ms += world.policy.timing.batch_secs * 1_000;
    let others = [account(2), account(3)];
    assert_eq!(recipients(&world.asked()), Some(&others[..]));
}

#[test]
fn a_key_that_cannot_be_used_takes_no_place_in_a_post() {
    let mut world = due(&[1]);
    with_keys(&mut world, 1, POST_KEYS_MAX);
    let first = world.plan.guests.get_mut(&account(1)).expect("a member");
    first.keys.push(EncryptionKey([9; 56]));
    let everybody = [account(1), account(2), account(3)];
    assert_eq!(recipients(&world.asked()), Some(&everybody[..]));
}
