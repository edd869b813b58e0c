//! Rule 11, sentence by sentence: when a county serves another's members, and that it keeps doing so.
//! Histories with it are in `properties.rs`.

use super::world::{Fault, TIMES, World, ward};
use crate::action::Action;
use crate::matrix_id::Account;
use crate::plan::Status;

/// When wards are taken in, if the studio opens before the room may be seeded.
const FROM: u64 = TIMES.seeds_at + 30;

/// A room with one member of its own and two wards, opened and seeded, at second 1,031.
fn seeded() -> World {
    let mut world = World::with_members(1);
    world.with_wards(2);
    world.ms = 1_025_000;
    world.pass(|_| Fault::None);
    world.pass(|_| Fault::None);
    world.join(1);
    world.open(1_026);
    world.ms = 1_031_000;
    world.pass(|_| Fault::None);
    world.pass(|_| Fault::None);
    assert_eq!(world.history.len(), 1, "post 0 is out");
    world
}

fn at(second: u64) -> World {
    let mut world = seeded();
    world.ms = second.saturating_mul(1_000);
    world
}

/// Who is invited or gets a pass at a pass.
fn taken_in(world: &World) -> (Vec<Account>, Vec<Account>) {
    let (mut invited, mut passed) = (Vec::new(), Vec::new());
    for action in world.asked() {
        if let Action::Invite(accounts) = action {
            invited.extend(accounts);
        } else if let Action::WritePasses(accounts) = action {
            passed.extend(accounts);
        }
    }
    (invited, passed)
}

fn nobody() -> (Vec<Account>, Vec<Account>) {
    (Vec::new(), Vec::new())
}

#[test]
fn wards_are_taken_in_when_their_own_county_has_not_seeded_in_time_and_not_earlier() {
    assert_eq!(taken_in(&at(FROM - 1)), nobody());
    let both = vec![ward(1), ward(2)];
    assert_eq!(taken_in(&at(FROM)), (both.clone(), both));
}

#[test]
fn wards_whose_own_county_has_seeded_are_left_to_it() {
    let mut world = at(FROM);
    world.plan.session.ward_seeded = true;
    assert_eq!(taken_in(&world), nobody());
}

#[test]
fn a_silent_chain_proves_nothing_about_another_county() {
    let mut world = at(FROM);
    world.silent = true;
    assert_eq!(taken_in(&world), nobody());
}

#[test]
fn the_time_runs_from_the_opening_if_the_studio_opens_late_and_not_at_all_before() {
    let mut world = at(FROM);
    world.plan.session.opened_at = Some(TIMES.seeds_at + 5);
    assert_eq!(taken_in(&world), nobody());
    world.ms = (FROM + 5) * 1_000;
    assert_ne!(taken_in(&world), nobody());
    world.plan.session.status = Status::Scheduled;
    world.plan.session.opened_at = None;
    assert_eq!(taken_in(&world), nobody());
}

#[test]
fn nobody_is_taken_in_once_joins_are_closed() {
    let closes = TIMES.dissolves_at - 8;
    assert_ne!(taken_in(&at(closes - 1)), nobody());
    assert_eq!(taken_in(&at(closes)), nobody());
}

#[test]
fn a_ward_that_was_taken_in_stays_although_its_own_county_seeds_later_and_the_chain_is_silent() {
    let mut world = at(FROM);
    world.pass(|_| Fault::None);
    world.plan.session.ward_seeded = true;
    world.silent = true;
    world.join_ward(1);
    for _ in 0..3 {
        world.ms += 4_000;
        world.pass(|_| Fault::None);
    }
    let batch = world.history.get(&1).expect("a batch");
    assert!(batch.contains(&ward(1)) && batch.len() == 1);
}

#[test]
fn a_room_without_members_of_its_own_is_seeded_for_its_wards() {
    let mut world = World::with_members(0);
    world.with_wards(1);
    world.open(1_026);
    for second in 1_025..FROM + 4 {
        world.ms = second * 1_000;
        world.pass(|_| Fault::None);
        world.join_ward(1);
    }
    assert!(world.history.get(&0).expect("post 0").contains(&ward(1)));
}
