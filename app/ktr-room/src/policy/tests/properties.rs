//! What must hold in every history: crashes, lost and refused answers, skewed clocks, a silent chain, a cancelled or moved session, an order, a
//! homeserver that shows nothing, members who come and go.
//! The judges sit in `world.rs` and strike at every pass; here histories are made.

#![expect(
    clippy::arithmetic_side_effects,
    reason = "test code with small numbers"
)]

use ktr_testkit::number;
use proptest::prelude::*;
use proptest::test_runner::{RngAlgorithm, TestCaseResult, TestRng, TestRunner};

use super::world::{Fault, TIMES, World, account};
use crate::journal::Phase;
use crate::plan::Status;

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
    Resist(u8),
    Cling(u8),
    Silence,
    Speech,
    Stray(u8),
    Sleep(u8),
    Cancel,
    Move(i8),
    Order,
    Blindness,
    Sight,
}

fn doing() -> impl Strategy<Value = Doing> {
    let member = 1..=MEMBERS;
    prop_oneof![
        6 => member.clone().prop_map(Doing::Join),
        4 => (1..=WARDS).prop_map(Doing::JoinWard),
        1 => Just(Doing::WardSeeded),
        1 => member.clone().prop_map(Doing::Leave),
        2 => member.clone().prop_map(Doing::Rename),
        1 => member.clone().prop_map(Doing::Resist),
        1 => member.prop_map(Doing::Cling),
        1 => Just(Doing::Silence),
        2 => Just(Doing::Speech),
        1 => any::<u8>().prop_map(Doing::Stray),
        1 => (1u8..60).prop_map(Doing::Sleep),
        1 => seldom(),
    ]
}

/// What happens to a session at most once in a while: most histories come to T.
fn seldom() -> impl Strategy<Value = Doing> {
    prop_oneof![
        1 => Just(Doing::Cancel),
        1 => Just(Doing::Order),
        3 => (-30i8..60).prop_map(Doing::Move),
        2 => Just(Doing::Blindness),
        4 => Just(Doing::Sight),
    ]
}

/// What strikes an action.
fn struck() -> impl Strategy<Value = Fault> {
    prop_oneof![
        Just(Fault::Before),
        Just(Fault::After),
        Just(Fault::Fails),
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
            world.blind = false;
        }
        if opens == Some(second) && world.plan.session.status != Status::Cancelled {
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
        Doing::Resist(n) => {
            world.stubborn.insert(account(n));
        }
        Doing::Cling(n) => {
            world.clinging.insert(account(n));
        }
        Doing::Silence => world.silent = true,
        Doing::Speech => world.silent = false,
        Doing::Cancel => world.cancel(),
        Doing::Move(secs) => world.move_end(secs),
        Doing::Order => world.ordered = true,
        Doing::Blindness => world.blind = true,
        Doing::Sight => world.blind = false,
        Doing::Sleep(secs) => world.asleep_until = world.ms / 1_000 + u64::from(secs),
        Doing::Stray(n) => {
            world
                .strays
                .insert(crate::matrix_id::RoomId(format!("!stray{n}")));
        }
    }
}

/// What is drawn.
#[derive(Clone, Debug)]
struct History {
    script: Vec<(u64, Doing)>,
    opens: Option<u64>,
    /// What goes wrong with which of the actions.
    faults: Vec<(usize, Fault)>,
    ahead_ms: i64,
    skew_unknown: bool,
}

fn history() -> impl Strategy<Value = History> {
    let script = proptest::collection::vec((1_000u64..1_130, doing()), 0..24);
    let opens = proptest::option::of(1_025u64..1_090);
    let faults = proptest::collection::vec((0usize..140, struck()), 0..8);
    let ahead_ms = prop_oneof![4 => Just(0i64), 1 => -20_000i64..20_000];
    let skew_unknown = prop_oneof![9 => Just(false), 1 => Just(true)];
    let all = (script, opens, faults, ahead_ms, skew_unknown);
    all.prop_map(|(script, opens, faults, ahead_ms, skew_unknown)| History {
        script,
        opens,
        faults,
        ahead_ms,
        skew_unknown,
    })
}

/// Plays a history and judges its end.
fn judge(history: &History) -> TestCaseResult {
    let mut world = World::with_members(MEMBERS);
    world.with_wards(WARDS);
    world.local_ahead_ms = history.ahead_ms;
    world.skew_unknown = history.skew_unknown;
    let faults = &history.faults;
    play(&mut world, &history.script, history.opens, |_, n| {
        let fault = faults.iter().find(|(at, _)| *at == n);
        fault.map_or(Fault::None, |(_, fault)| *fault)
    });
    // A session that is cancelled before anything is there of it needs no end.
    let is_needless =
        world.plan.session.status == Status::Cancelled && world.phase() == Phase::Absent;
    prop_assert!(is_needless || world.phase() == Phase::Done);
    prop_assert!(world.hall.is_none() && !world.alias, "a room is left");
    prop_assert!(world.media.is_empty() && world.spool.is_empty());
    // What nobody can see is for the next who looks.
    prop_assert!(world.strays.is_empty() || world.blind, "a stray is left");
    prop_assert!(world.rooms_made <= 1, "a second room was made");
    let attempts = world.plan.session.reported.attempts;
    prop_assert_eq!(attempts, u8::from(!is_needless));
    // With nothing that fails, no silence until T hides that a room was seeded.
    let is_told = world.plan.session.reported.seeded;
    let is_cancelled = world.plan.session.status == Status::Cancelled;
    let may_hide = world.history.is_empty() || is_cancelled || !faults.is_empty();
    prop_assert!(is_told || may_hide, "nobody was told that it was seeded");
    prop_assert!(world.tokens.len() <= faults.len() * usize::from(MEMBERS + WARDS));
    let is_unsure = history.ahead_ms.unsigned_abs() > 5_000 || history.skew_unknown;
    if is_unsure || history.opens.is_none() {
        prop_assert!(
            world.history.is_empty(),
            "seeded with a wrong clock or unopened"
        );
    }
    Ok(())
}

#[test]
fn any_fair_history_ends_in_done_with_nothing_left() {
    let seed = number("KTR_ROOM_HISTORY_SEED", 4);
    println!("KTR_ROOM_HISTORY_SEED={seed}");
    let cases = number("KTR_ROOM_HISTORIES", 10_000);
    let config = ProptestConfig {
        cases: u32::try_from(cases).expect("so many"),
        failure_persistence: None,
        ..ProptestConfig::default()
    };
    let mut octets = [0; 32];
    octets[..8].copy_from_slice(&seed.to_be_bytes());
    let dice = TestRng::from_seed(RngAlgorithm::ChaCha, &octets);
    let mut runner = TestRunner::new_with_rng(config, dice);
    let outcome = runner.run(&history(), |history| judge(&history));
    if let Err(error) = outcome {
        panic!("KTR_ROOM_HISTORY_SEED={seed}: {error}");
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
