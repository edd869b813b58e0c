//! What a member does whose own county does not seed its room: it asks the next one, and nobody else, and not before.
//! That the next one takes it in is the room's affair.

use ktr_agent::config::Measure;

use crate::support::{
    agent::Machine,
    county::FakeCounty,
    world::{OPENS, T, World},
};

/// A machine whose home county never posts, and the next county, which does.
async fn machine() -> (Machine, FakeCounty) {
    let mut machine = Machine::new(Measure::Off, "http://127.0.0.1:1").await;
    let next = machine.with_fallback().await;
    next.post_release(&machine.world, &machine.world.files);
    (machine, next)
}

#[tokio::test]
async fn a_member_whose_county_has_not_seeded_in_time_gets_the_release_from_the_next() {
    let (machine, next) = machine().await;
    let mut agent = machine.agent();
    machine.set_clock(OPENS + 59);
    agent.tick().await.expect("a tick");
    assert_eq!((next.count(""), machine.phase().as_str()), (0, "outside"));
    machine.set_clock(OPENS + 60);
    agent.tick().await.expect("a tick");
    assert_eq!(machine.phase(), "filed");
    assert!(machine.signed().exists());
    machine.set_clock(T + 5);
    agent.tick().await.expect("a tick");
    assert_eq!(next.count("POST /_matrix/client/v3/rooms/%21room/leave"), 1);
    assert_eq!(machine.phase(), "left");
}

#[tokio::test]
async fn a_member_whose_county_has_seeded_asks_nobody_else() {
    let (machine, next) = machine().await;
    machine.chain.home_seeds();
    machine.set_clock(OPENS + 3_000);
    machine.agent().tick().await.expect("a tick");
    assert_eq!(
        (next.count(""), machine.county.count("GET /pass/7/")),
        (0, 1)
    );
}

#[tokio::test]
async fn who_is_in_the_next_countys_room_stays_there_and_leaves_it_although_its_own_seeds_later() {
    let (machine, next) = machine().await;
    next.set_invited(false);
    machine.set_clock(OPENS + 60);
    let mut agent = machine.agent();
    agent.tick().await.expect("a tick");
    next.set_invited(true);
    machine.chain.home_seeds();
    agent.tick().await.expect("a tick");
    assert_eq!(machine.phase(), "filed");
    machine.set_clock(T + 5);
    agent.tick().await.expect("a tick");
    assert_eq!(next.count("POST /_matrix/client/v3/rooms/%21room/leave"), 1);
}

#[tokio::test]
async fn a_next_county_that_the_configuration_does_not_name_is_not_dialled() {
    let (mut machine, next) = machine().await;
    machine.config.county.truncate(1);
    machine.set_clock(OPENS + 60);
    machine.agent().tick().await.expect("a tick");
    assert_eq!((next.count(""), machine.phase().as_str()), (0, "outside"));
}

#[tokio::test]
async fn a_pass_of_another_countys_sidecar_opens_nothing_at_the_next_one() {
    let (machine, next) = machine().await;
    let by_home = machine
        .world
        .pass(&World::pass_fields(), &machine.world.sidecar, "pass");
    next.shelf.lock().expect("no panic").pass = Some(by_home);
    machine.set_clock(OPENS + 60);
    machine.agent().tick().await.expect("a tick");
    assert_eq!(next.count("POST"), 0);
    assert!(!machine.signed().exists());
}
