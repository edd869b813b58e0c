//! What must hold in every history: crashes, lost answers, refusals, skewed clocks, a silent chain, members who come and go.
//! The judges sit in `world.rs` and strike at every pass; here histories are made.

#![expect(
    clippy::arithmetic_side_effects,
    reason = "test code with small numbers"
)]

use proptest::prelude::*;

use super::world::{Fault, TIMES, World};
use crate::journal::Phase;

const MEMBERS: u8 = 5;
const WARDS: u8 = 2;

/// A member's doing at a second of the session.
#[derive(Clone, Copy, Debug)]
enum Doing {
    Join(u8),
    JoinWard(u8),
    WardSeeded,
    Leave(u8),
    Rename(u8),
    Silence,
    Speech,
    Stray(u8),
    Sleep(u8),
}

fn doing() -> impl Strategy<Value = Doing> {
    let member = 1..=MEMBERS;
    prop_oneof![
        6 => member.clone().prop_map(Doing::Join),
        4 => (1..=WARDS).prop_map(Doing::JoinWard),
        1 => Just(Doing::WardSeeded),
        1 => member.clone().prop_map(Doing::Leave),
        2 => member.prop_map(Doing::Rename),
        1 => Just(Doing::Silence),
        2 => Just(Doing::Speech),
        1 => any::<u8>().prop_map(Doing::Stray),
        1 => (1u8..60).prop_map(Doing::Sleep),
    ]
}

/// What strikes an action.
fn struck() -> impl Strategy<Value = Fault> {
    prop_oneof![
        Just(Fault::Before),
        Just(Fault::After),
        Just(Fault::Refused),
        Just(Fault::Lapsed),
    ]
}

/// Plays a session second by second until it is done.
fn play(
    world: &mut World,
    script: &[(u64, Doing)],
    opens: Option<u64>,
    fault: impl Fn(&World, usize) -> Fault,
) {
    let end = TIMES.dissolves_at + 400;
    let mut second = 1_000;
    while world.phase() != Phase::Done && second < end {
        world.ms = second * 1_000;
        if second > TIMES.dissolves_at + 100 {
            world.silent = false;
        }
        if opens == Some(second) {
            world.open(second);
        }
        for (_, doing) in script.iter().filter(|(at, _)| *at == second) {
            apply(world, *doing);
        }
        world.fire();
        if second >= world.asleep_until {
            let snapshot = world.clone();
            world.pass(|n| fault(&snapshot, n));
        }
        second += 1;
    }
}

fn apply(world: &mut World, doing: Doing) {
    match doing {
        Doing::Join(n) => world.join(n),
        Doing::JoinWard(n) => world.join_ward(n),
        Doing::WardSeeded => world.plan.session.ward_seeded = true,
        Doing::Leave(n) => world.leave(n),
        Doing::Rename(n) => world.rename(n),
        Doing::Silence => world.silent = true,
        Doing::Speech => world.silent = false,
        Doing::Sleep(secs) => world.asleep_until = world.ms / 1_000 + u64::from(secs),
        Doing::Stray(n) => {
            world
                .strays
                .insert(crate::matrix_id::RoomId(format!("!stray{n}")));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 10_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_fair_history_ends_in_done_with_nothing_left(
        script in proptest::collection::vec((1_000u64..1_130, doing()), 0..24),
        opens in proptest::option::of(1_025u64..1_090),
        crashes in proptest::collection::vec((0usize..120, struck()), 0..8),
        ahead_ms in prop_oneof![4 => Just(0i64), 1 => -20_000i64..20_000],
    ) {
        let mut world = World::with_members(MEMBERS);
        world.with_wards(WARDS);
        world.local_ahead_ms = ahead_ms;
        play(&mut world, &script, opens, |_, n| {
            crashes.iter().find(|(at, _)| *at == n).map_or(Fault::None, |(_, fault)| *fault)
        });
        prop_assert_eq!(world.phase(), Phase::Done);
        prop_assert!(world.hall.is_none() && !world.alias, "a room is left");
        prop_assert!(world.media.is_empty() && world.spool.is_empty() && world.strays.is_empty());
        prop_assert!(world.rooms_made <= 1, "a second room was made");
        prop_assert!(world.plan.session.reported.attempts == 1);
        prop_assert!(world.tokens.len() <= crashes.len() * usize::from(MEMBERS + WARDS));
        if ahead_ms.unsigned_abs() > 5_000 || opens.is_none() {
            prop_assert!(world.history.is_empty(), "seeded with a wrong clock or unopened");
        }
    }
}

#[test]
fn a_crash_at_any_step_and_a_restart_give_the_same_room() {
    let script = [
        (1_025, Doing::Join(1)),
        (1_025, Doing::Join(2)),
        (1_026, Doing::Join(3)),
        (1_060, Doing::Join(4)),
        (1_066, Doing::JoinWard(1)),
    ];
    let fresh = || {
        let mut world = World::with_members(MEMBERS);
        world.with_wards(WARDS);
        world
    };
    let mut golden = fresh();
    play(&mut golden, &script, Some(1_030), |_, _| Fault::None);
    assert_eq!(golden.history.len(), 3, "post 0, one batch, one for a ward");
    assert_eq!(golden.media.len(), 0);
    for kind in [Fault::Before, Fault::After] {
        for at in 0..golden.performed {
            let mut world = fresh();
            play(&mut world, &script, Some(1_030), |_, n| {
                if n == at { kind } else { Fault::None }
            });
            assert_eq!(world.phase(), Phase::Done, "{kind:?} at {at}");
            assert_eq!(world.history, golden.history, "{kind:?} at {at}");
            assert_eq!(world.rooms_made, 1);
        }
    }
}
