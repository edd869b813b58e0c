//! Sentences about cuts, deaths and liars: none makes two blocks of one height, and a rule that is broken is found out.
//! A failure names its schedule; the seed repeats it.

use std::{
    collections::BTreeMap,
    io::{Write, stderr},
    sync::Arc,
};

use bytes::Bytes;
use ktr_core::{
    id::Sha256,
    time::{Secs, Time},
};
use ktr_testkit::{Dice, number};
use tendermint_proto::v0_38::abci::{Event, ExecTxResult, ResponseFinalizeBlock};

use super::{
    block::{Block, Decided, Kind, Vote, median},
    evidence::{self, Crime, Evidence},
    journal::{Count, Journal},
    play::{Scene, World, play},
    round::{Round, Rule, Want},
    site::Site,
};
use crate::{
    crash::disk::{Fault, Faulty, Table},
    store::Family,
};

/// Schedules of every run.
const SCHEDULES: u64 = 200;

fn seed() -> u64 {
    number("KTR_SCHEDULE_SEED", 4)
}

/// What must have happened in the schedules of a run, or they prove nothing.
const HAPPENS: [&str; 24] = [
    "a height",
    "a round without a block",
    "an idle block",
    "a transaction acknowledged",
    "a block from another site",
    "whole",
    "a line cut",
    "one site alone",
    "two against two",
    "a ring",
    "all apart",
    "votes dropped",
    "one site killed",
    "all sites killed",
    "a crash",
    "a crash in a recovery",
    "two votes of one site in a block",
    "a lunatic header in a block",
    "a spoiled proposal refused",
    "a silent proposer",
    "a power that goes",
    "a power that stays",
    "a header an hour ahead",
    "a header held back",
];

#[test]
fn no_cut_makes_two_blocks_at_a_height_and_two_more_come_soon_after_the_last() {
    let schedules = number("KTR_SCHEDULES", SCHEDULES);
    let scene = Scene::new(Fault::None);
    let mut count = Count::default();
    for schedule in 0..schedules {
        let played = play(&scene, seed(), schedule, Rule::Tendermint);
        count.merge(&played.unwrap_or_else(|why| panic!("{why}")));
    }
    let said = writeln!(
        stderr(),
        "driver: {schedules} schedules, seed {}: {:?}",
        seed(),
        count.0
    );
    said.unwrap();
    for what in HAPPENS {
        assert!(count.0.contains_key(what), "never: {what}");
    }
}

#[test]
fn voters_for_whom_a_third_is_enough_make_two_blocks_and_are_found_out() {
    let scene = Scene::new(Fault::None);
    let rule = Rule::ThirdIsEnough;
    let mut played = (0..SCHEDULES).map(|schedule| play(&scene, FINDS_OUT, schedule, rule));
    let found = played.find_map(Result::err).unwrap();
    assert!(found.contains("two blocks at height"), "{found}");
}

/// A seed whose schedules find what is broken; a night's other seeds are for what must never be found.
const FINDS_OUT: u64 = 4;

#[test]
fn a_site_whose_disk_makes_two_writes_of_a_commit_is_found_out() {
    for fault in [Fault::CursorFirst, Fault::CursorLast] {
        let scene = Scene::new(fault);
        let rule = Rule::Tendermint;
        let mut played = (0..SCHEDULES).map(|schedule| play(&scene, FINDS_OUT, schedule, rule));
        let found = played.find_map(Result::err).unwrap();
        // A block with events is found by the store when it opens, one without by the rows.
        let is_named = found.contains("exit 11") || found.contains("I7");
        assert!(is_named, "{fault:?}: {found}");
    }
}

#[test]
fn an_engine_finds_out_a_node_that_answers_otherwise_or_fell_back() {
    let scene = Scene::new(Fault::None);
    let (powers, genesis) = &scene.sets[0];
    let mut world = World {
        scene: &scene,
        genesis,
        journal: Journal::default(),
        count: Count::default(),
        dice: Dice::new(0),
        now: 0,
        drops: None,
        is_healed: true,
    };
    let mut site = Site::new(0, *powers, Rule::Tendermint, Faulty::new(Fault::None));
    for (height, secs) in [(1, 0), (2, 1)] {
        let time = scene.start().plus(Secs(secs));
        site.kept.decided.push(Decided {
            block: Block {
                time,
                ..bare(height, 0)
            },
            round: 0,
            commit: vec![],
        });
    }
    site.start(None, &mut world).unwrap();
    let node = site.node.clone().unwrap();
    site.apply(&node, &mut world).unwrap();
    // The engine saved another answer to the second block, and the node executes it again.
    site.kept.saved = Some(ResponseFinalizeBlock::default());
    let found = site.apply(&node, &mut world).unwrap_err();
    assert_eq!(found, "I3: block 2 executes to another answer");
    // The same of the first, which the node has.
    site.die();
    site.kept.state = 0;
    let found = site.start(None, &mut world).unwrap_err();
    assert_eq!(found, "I3: height 1 has another app hash");
    // The node has nothing any more.
    site.die();
    site.disk = Faulty::new(Fault::None);
    let found = site.start(None, &mut world).unwrap_err();
    assert_eq!(found, "I1: height 1 was acknowledged and the node is at 0");
}

/// A log of these events.
fn log(events: &[u8]) -> Arc<Table> {
    let row = |event: &u8| ((Family::Events.name(), vec![*event]), vec![*event]);
    Arc::new(events.iter().map(row).collect())
}

/// The answer to a block without a transaction.
fn idle(app_hash: u8) -> ResponseFinalizeBlock {
    ResponseFinalizeBlock {
        app_hash: Bytes::copy_from_slice(&[app_hash; 32]),
        ..ResponseFinalizeBlock::default()
    }
}

#[test]
fn what_a_site_made_otherwise_than_the_first_or_than_before_is_found_out() {
    let first = || {
        let mut journal = Journal::default();
        let made = journal.commit(&bare(1, 0), &idle(1), log(&[1]), &mut Count::default());
        assert_eq!(made, Ok(()));
        journal
    };
    for (height, app_hash, events, invariant) in [
        (1, 2, 1, "I3"),
        (1, 1, 2, "I7"),
        (2, 1, 2, "I8"),
        (2, 2, 1, "I9"),
    ] {
        let (answer, rows) = (idle(app_hash), log(&[events]));
        let made = first().commit(&bare(height, 0), &answer, rows, &mut Count::default());
        let found = made.unwrap_err();
        assert!(found.starts_with(invariant), "{invariant}: {found}");
    }
    let starts = |height: usize, app_hash: u8, events: &[u8]| {
        first().is_at(height, &[app_hash; 32], &log(events))
    };
    assert_eq!(starts(1, 1, &[1]), Ok(()));
    assert_eq!(starts(0, 0, &[]), Ok(()));
    for (height, app_hash, events, invariant) in [
        (1, 2, vec![1], "I3"),
        (1, 1, vec![], "I7"),
        (0, 0, vec![1], "I7"),
    ] {
        let found = starts(height, app_hash, &events).unwrap_err();
        assert!(found.starts_with(invariant), "{invariant}: {found}");
    }
}

#[test]
fn what_was_acknowledged_and_is_in_no_log_or_in_two_blocks_is_found_out() {
    let mut block = Block {
        txs: vec![Bytes::from_static(b"sent")],
        ..bare(1, 0)
    };
    let answer = ResponseFinalizeBlock {
        tx_results: vec![ExecTxResult {
            events: vec![Event::default()],
            ..ExecTxResult::default()
        }],
        ..idle(1)
    };
    let (mut journal, mut count) = (Journal::default(), Count::default());
    let made = journal.commit(&block, &answer, log(&[]), &mut count);
    assert_eq!(made, Ok(()));
    // A site that is behind need not have it.
    assert_eq!(journal.has_all(0, &Table::new()), Ok(()));
    let found = journal.has_all(1, &Table::new()).unwrap_err();
    assert!(found.starts_with("I1: transaction"), "{found}");
    block.height = 2;
    let made = journal.commit(&block, &answer, log(&[]), &mut count);
    assert_eq!(
        made,
        Err("I1: a transaction of block 2 came before".to_owned())
    );
}

/// A block without anything.
fn bare(height: usize, proposer: usize) -> Block {
    Block {
        height,
        proposer,
        time: Time(1),
        txs: vec![],
        evidence: vec![],
        is_spoiled: false,
    }
}

#[test]
fn a_lock_holds_until_another_block_had_a_quorum_in_a_later_round() {
    let block = |proposer| bare(1, proposer);
    let (first, second) = (block(0).hash(), block(1).hash());
    let mut site = Round::new(2, 1, [100, 100, 100, 1], Rule::Tendermint);
    site.verdicts = BTreeMap::from([(first, true), (second, true)]);
    let hears = |site: &mut Round, round, voters: &[usize], hash| {
        for by in voters {
            site.heard.votes.insert(Vote {
                round,
                kind: Kind::Prevote,
                by: *by,
                block: Some(hash),
                time: Time(1),
            });
        }
    };
    let does = |site: &mut Round, expected: Want| {
        assert_eq!(site.wants(0), Some(expected));
        if let Want::Vote(kind, block) = expected {
            site.vote(kind, block, Time(1));
        }
    };
    site.propose(block(0), None);
    hears(&mut site, 0, &[0, 1], first);
    does(&mut site, Want::Vote(Kind::Prevote, Some(first)));
    does(&mut site, Want::Vote(Kind::Precommit, Some(first)));
    // Another block of which it knows no quorum.
    site.enter(1);
    site.propose(block(1), None);
    does(&mut site, Want::Vote(Kind::Prevote, None));
    // The same with the quorum of the others.
    hears(&mut site, 1, &[0, 1, 3], second);
    site.enter(2);
    site.propose(block(1), Some(1));
    does(&mut site, Want::Vote(Kind::Prevote, Some(second)));
    hears(&mut site, 2, &[0, 1], second);
    does(&mut site, Want::Vote(Kind::Precommit, Some(second)));
    // The first again: by a quorum older than the lock, and by one that nobody heard of.
    site.enter(3);
    site.propose(block(0), Some(0));
    does(&mut site, Want::Vote(Kind::Prevote, None));
    site.enter(4);
    site.propose(block(0), Some(3));
    does(&mut site, Want::Wait);
}

#[test]
fn a_seed_repeats_its_schedules() {
    let scene = Scene::new(Fault::None);
    for schedule in [0, 7] {
        let run = || play(&scene, seed(), schedule, Rule::Tendermint).unwrap();
        assert_eq!(run(), run());
    }
}

#[test]
fn a_power_that_goes_or_stays_against_the_rule_is_found_out() {
    let twice = |site| Evidence {
        crime: Crime::Twice,
        height: 1,
        signers: vec![site],
    };
    let cases = [
        ([100, 100, 100, 1], 0, [0, 100, 100, 1]),
        ([100, 100, 100, 1], 3, [100, 100, 100, 0]),
        // Fewer than three would remain.
        ([100, 100, 0, 100], 0, [100, 100, 0, 100]),
        // The first could fork what would remain.
        ([130, 100, 100, 100], 1, [130, 100, 100, 100]),
        ([130, 100, 100, 100], 0, [0, 100, 100, 100]),
    ];
    for (before, caught, after) in cases {
        let judge = |after| evidence::judge(before, &[twice(caught)], after);
        assert_eq!(judge(after), Ok(()));
        let other = if after == before { [1; 4] } else { before };
        assert!(judge(other).is_err(), "{before:?}, {caught}");
    }
    let lunatic = |first| evidence::signers(first, &[100, 100, 100, 1]);
    assert_eq!([lunatic(2), lunatic(3)], [vec![2, 3], vec![0, 3]]);
}

#[test]
fn the_median_follows_power_and_not_the_count_of_clocks() {
    let votes = [(0, 5), (1, 9), (2, 7), (3, 1_000)].map(|(by, time)| Vote {
        round: 0,
        kind: Kind::Precommit,
        by,
        block: Some(Sha256([1; 32])),
        time: Time(time),
    });
    assert_eq!(median(&votes, &[100, 100, 100, 1]), Time(7));
    assert_eq!(median(&votes, &[1, 1, 1, 100]), Time(1_000));
}
