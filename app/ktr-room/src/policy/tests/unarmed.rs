//! Whoever cannot be armed: tried again for a while, put out if others wait for the post, and no reason that those get nothing.
//! What random histories make of it is in `properties.rs`.

use std::ops::RangeInclusive;

use super::world::{Fault, TIMES, World, account};
use crate::action::{Action, Alarm, Mark};
use crate::matrix_id::Account;
use crate::report::Cause;
use crate::seen::Presence;

fn accounts(numbers: &[u8]) -> Vec<Account> {
    numbers.iter().map(|n| account(*n)).collect()
}

/// Three members who are all in the room at second 1,022. No net can be armed for some, and some cannot be put out.
fn gathered(stubborn: &[u8], clinging: &[u8]) -> World {
    crowd(3, stubborn, clinging)
}

/// The same with so many members.
fn crowd(members: u8, stubborn: &[u8], clinging: &[u8]) -> World {
    let mut world = World::with_members(members);
    world.stubborn = accounts(stubborn).into_iter().collect();
    world.clinging = accounts(clinging).into_iter().collect();
    pass(&mut world, 1_020..=1_021);
    (1..=members).for_each(|n| world.join(n));
    world
}

/// A pass each second.
fn pass(world: &mut World, seconds: RangeInclusive<u64>) {
    for second in seconds {
        world.ms = second.saturating_mul(1_000);
        world.pass(|_| Fault::None);
    }
}

fn presence(world: &World, n: u8) -> Option<Presence> {
    let hall = world.hall.as_ref()?;
    hall.members.get(&account(n)).copied()
}

/// Whom post 0 went to.
fn served(world: &World) -> Option<Vec<Account>> {
    let recipients = world.history.get(&0)?;
    Some(recipients.iter().cloned().collect())
}

#[test]
fn one_that_cannot_be_armed_holds_the_post_back_for_its_tries_and_no_longer() {
    for (clinging, left) in [(&[][..], Presence::Kicked), (&[2][..], Presence::Joined)] {
        let mut world = gathered(&[2], clinging);
        world.open(1_022);
        pass(&mut world, 1_022..=1_035);
        assert_eq!(served(&world), None);
        assert_eq!(presence(&world, 2), Some(Presence::Joined));
        pass(&mut world, 1_036..=1_037);
        assert_eq!(served(&world), Some(accounts(&[1, 3])));
        assert_eq!(presence(&world, 2), Some(left));
        assert!(world.alarms.contains(&Alarm::Unarmed));
    }
}

#[test]
fn nobody_is_put_out_before_the_post_is_due() {
    let mut world = gathered(&[2], &[]);
    pass(&mut world, 1_022..=1_044);
    assert_eq!(presence(&world, 2), Some(Presence::Joined));
    assert!(!world.alarms.contains(&Alarm::Unarmed));
    world.stubborn.clear();
    pass(&mut world, 1_045..=1_045);
    world.open(1_045);
    pass(&mut world, 1_046..=1_046);
    assert_eq!(served(&world), Some(accounts(&[1, 2, 3])));
}

#[test]
fn where_nobody_can_be_armed_nobody_is_put_out_and_nothing_posted_until_somebody_can() {
    let mut world = gathered(&[1, 2, 3], &[]);
    world.open(1_022);
    pass(&mut world, 1_022..=1_045);
    assert_eq!(served(&world), None);
    assert!(world.alarms.contains(&Alarm::Unarmed));
    for n in 1..=3 {
        assert_eq!(presence(&world, n), Some(Presence::Joined));
    }
    world.stubborn.clear();
    pass(&mut world, 1_046..=1_047);
    assert_eq!(served(&world), Some(accounts(&[1, 2, 3])));
}

#[test]
fn few_are_put_out_where_more_are_served_and_many_are_the_homeservers_fault() {
    for (members, unarmed, are_put_out) in [
        (5u8, 2u8, true),
        (11, 5, true),
        // as many as would be served
        (4, 2, false),
        // and more than fail by themselves
        (20, 6, false),
    ] {
        let stubborn: Vec<u8> = (1..=unarmed).collect();
        let rest: Vec<u8> = (unarmed.saturating_add(1)..=members).collect();
        let all: Vec<u8> = (1..=members).collect();
        let mut world = crowd(members, &stubborn, &[]);
        world.open(1_022);
        pass(&mut world, 1_022..=1_045);
        assert!(world.alarms.contains(&Alarm::Unarmed));
        let expected = are_put_out.then(|| accounts(&rest));
        assert_eq!(served(&world), expected, "{unarmed} of {members}");
        if !are_put_out {
            assert!(
                all.iter()
                    .all(|n| presence(&world, *n) == Some(Presence::Joined))
            );
            world.stubborn.clear();
            pass(&mut world, 1_046..=1_047);
            assert_eq!(served(&world), Some(accounts(&all)));
        }
    }
}

#[test]
fn a_net_that_is_seen_once_begins_the_tries_anew() {
    let mut world = gathered(&[2], &[]);
    pass(&mut world, 1_022..=1_040);
    world.stubborn.clear();
    pass(&mut world, 1_041..=1_042);
    world.stubborn.insert(account(2));
    world.rename(2);
    world.open(1_043);
    pass(&mut world, 1_043..=1_057);
    assert_eq!(presence(&world, 2), Some(Presence::Joined));
    pass(&mut world, 1_058..=1_059);
    assert_eq!(served(&world), Some(accounts(&[1, 3])));
}

#[test]
fn who_was_put_out_is_neither_invited_again_nor_served_later() {
    for clinging in [&[][..], &[2]] {
        let mut world = gathered(&[2], clinging);
        world.open(1_022);
        pass(&mut world, 1_022..=1_037);
        world.stubborn.clear();
        world.join(2);
        pass(&mut world, 1_038..=1_060);
        let served = world.history.values().flatten();
        assert!(served.clone().all(|who| *who != account(2)));
        assert_eq!(served.count(), 2);
        assert_ne!(presence(&world, 2), Some(Presence::Invited));
    }
}

#[test]
fn one_that_clings_is_put_out_again_until_it_is_armed_or_gone() {
    let mut world = gathered(&[2], &[2]);
    world.open(1_022);
    pass(&mut world, 1_022..=1_040);
    let asks = |world: &World| world.asked().contains(&Action::PutOut(accounts(&[2])));
    assert!(asks(&world));
    let mut armed = world.clone();
    armed.stubborn.clear();
    pass(&mut armed, 1_041..=1_042);
    assert!(!asks(&armed));
    world.clinging.clear();
    pass(&mut world, 1_041..=1_042);
    assert!(!asks(&world));
    assert_eq!(presence(&world, 2), Some(Presence::Kicked));
}

#[test]
fn who_was_put_out_was_kicked_by_no_dead_man() {
    let mut world = gathered(&[2], &[]);
    world.open(1_022);
    pass(&mut world, 1_022..=1_040);
    assert_eq!(presence(&world, 2), Some(Presence::Kicked));
    world.ms = TIMES.dissolves_at * 1_000;
    let asked = world.asked();
    let [Action::BeginDissolution(cause, marks)] = asked.as_slice() else {
        panic!("{asked:?}");
    };
    assert_eq!(*cause, Cause::Time);
    assert!(!marks.contains(&Mark::DeadManHadFired));
}
