//! Sentences about crashes: none loses what was acknowledged, and a disk that breaks a rule is found out.
//! What a crash does to a real disk is shown with the real engine, what RocksDB makes of its own files in `octet/`.

use std::{
    collections::BTreeSet,
    io::{Write, stderr},
    panic::{AssertUnwindSafe, catch_unwind},
};

use ktr_testkit::number;

use super::{
    disk::{Crash, Fault, Faulty, How, WHOLE},
    history::{History, KEPT},
    matrix::{Count, Matrix},
};
use crate::{
    snapshot::tests::{Offer, Reply, join, with_snapshots},
    store::{Family, Store},
};

/// Repeats a run; a failure names its case.
fn seed() -> u64 {
    number("KTR_CRASH_SEED", 4)
}

fn say(what: &str, count: Count) {
    let said = writeln!(
        stderr(),
        "{what}: {} cases, {} lives, seed {}",
        count.cases,
        count.lives,
        seed()
    );
    said.unwrap();
}

/// The matrix whose first event is a write without space, at every write of every height.
fn full(history: &History, fault: Fault) -> Result<Count, String> {
    let mut matrix = Matrix::new(history, seed(), 1);
    matrix.first = How::Full;
    matrix.run(fault)
}

#[test]
fn the_blocks_of_the_history_remove_nodes_and_never_more_than_a_step() {
    let history = History::new();
    let nodes = Family::TreeNodes.name();
    let removed = |height: usize| {
        let (before, after) = (history.rows(height - 1), history.rows(height));
        let rows = before.keys().filter(|row| row.0 == nodes);
        rows.filter(|row| !after.contains_key(*row)).count()
    };
    let removed: Vec<usize> = (1..=history.heights.len()).map(removed).collect();
    assert!(
        removed.iter().all(|count| *count <= KEPT.step),
        "{removed:?}"
    );
    assert!(
        removed.iter().filter(|count| **count > 0).count() >= 2,
        "{removed:?}"
    );
}

#[test]
fn no_crash_and_no_crash_in_a_recovery_loses_or_changes_anything() {
    let history = History::new();
    let count = Matrix::new(&history, seed(), 1).run(Fault::None).unwrap();
    say("crash matrix", count);
    assert!(count.cases >= 20_000, "{count:?}");
}

#[test]
fn every_write_without_space_ends_the_node_by_name_and_with_space_the_chain_goes_on() {
    let history = History::new();
    let count = full(&history, Fault::None).unwrap();
    say("full disk", count);
    assert!(count.cases >= 2_000, "{count:?}");
    // and a write that is lost without a word is found out
    let found = full(&history, Fault::SaysNothing).unwrap_err();
    assert!(found.contains("I7"), "{found}");
}

#[test]
fn no_height_of_a_long_run_is_skipped_whichever_write_finds_no_space() {
    let blocks = usize::try_from(number("KTR_FULL_BLOCKS", 50)).unwrap();
    let history = History::of(blocks);
    let full = |fault| {
        let mut matrix = Matrix::new(&history, seed(), 1);
        matrix.first = How::Full;
        matrix.run_once(fault)
    };
    let count = full(Fault::None).unwrap();
    say("full disk, a long run", count);
    // each height has one write, of which nothing, a part or all is there
    assert_eq!(count.cases, 5 * blocks);
    // and a write that is lost without a word is found out
    let found = full(Fault::SaysNothing).unwrap_err();
    assert!(found.contains("I7"), "{found}");
}

/// A seed under which a single case for each fault is enough to find it out; a night's other seeds are for what must never be found.
const FINDS_OUT: u64 = 4;

#[test]
fn a_disk_that_breaks_a_rule_is_found_out() {
    let history = History::new();
    for (fault, invariant) in [
        (Fault::NoChecksum, "I7"),
        (Fault::CursorFirst, "I7"),
        (Fault::CursorLast, "I7"),
        (Fault::NoSync, "I1"),
    ] {
        let found = Matrix::new(&history, FINDS_OUT, 1).run(fault).unwrap_err();
        assert!(found.contains(invariant), "{fault:?}: {found}");
    }
}

#[test]
fn a_history_removes_nonces_that_are_over_when_others_come() {
    let history = History::new();
    let lists = |height: usize| {
        let rows = history.rows(height);
        let nonces = rows.keys().filter(|row| row.0 == Family::Nonces.name());
        let heights: BTreeSet<u8> = nonces.map(|row| row.1[7]).collect();
        Vec::from_iter(heights)
    };
    assert_eq!(lists(5), [2]);
    assert_eq!(lists(6), [6]);
}

#[test]
fn a_seed_repeats_its_cases() {
    let history = History::new();
    let run = |seed| Matrix::new(&history, seed, 200).run(Fault::None).unwrap();
    assert_eq!(run(seed()), run(seed()));
}

#[test]
fn a_node_that_joins_has_nothing_or_all_of_it_after_any_crash() {
    let (stage, node, _) = with_snapshots();
    let offer = Offer::of(&node, 6, &stage.chain.ledger().app_hash().0);
    let attempt = |crash| {
        let disk = Faulty::new(Fault::None);
        let fresh = stage.open_with(Store::over(disk.clone()));
        disk.begin(crash);
        let joined = catch_unwind(AssertUnwindSafe(|| join(&fresh, &offer)));
        (joined.ok(), disk.table())
    };
    let (joined, whole) = attempt(None);
    assert_eq!(joined, Some(Reply::Joined));
    let mut left = BTreeSet::new();
    for step in 0.. {
        let mut crashes = [0, WHOLE / 2, WHOLE].into_iter().map(|kept| {
            let how = How::Power;
            attempt(Some(Crash { how, step, kept }))
        });
        if crashes.all(|(joined, rows)| {
            assert!(rows == whole || rows.is_empty(), "step {step}");
            left.insert((joined.is_some(), rows.is_empty()));
            joined.is_some()
        }) {
            break;
        }
    }
    // Before the write, after it, and where no crash came any more.
    let all = [(false, false), (false, true), (true, false)];
    assert_eq!(left, BTreeSet::from(all));
}
