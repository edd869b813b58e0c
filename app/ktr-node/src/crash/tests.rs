//! Sentences about crashes: none loses what was acknowledged, and a disk that breaks a rule is found out.
//! What a crash does to a real disk is shown with the real engine.

use std::io::{Write, stderr};

use ktr_testkit::number;

use super::{
    disk::{Fault, How},
    history::History,
    matrix::{Count, Matrix},
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
fn a_disk_that_breaks_a_rule_is_found_out() {
    let history = History::new();
    for (fault, invariant) in [
        (Fault::NoChecksum, "I7"),
        (Fault::CursorFirst, "I7"),
        (Fault::CursorLast, "I7"),
        (Fault::NoSync, "I1"),
    ] {
        let found = Matrix::new(&history, seed(), 1).run(fault).unwrap_err();
        assert!(found.contains(invariant), "{fault:?}: {found}");
    }
}

#[test]
fn a_seed_repeats_its_cases() {
    let history = History::new();
    let run = |seed| Matrix::new(&history, seed, 200).run(Fault::None).unwrap();
    assert_eq!(run(seed()), run(seed()));
}
