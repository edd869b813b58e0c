//! Sentences about crashes: none loses what was acknowledged, and a disk that breaks a rule is found out.
//! What a crash does to a real disk is shown with the real engine.

use std::io::{Write, stderr};

use super::{disk::Fault, history::History, matrix::Matrix};

/// Repeats a run; a failure names its case.
const SEED: u64 = 4;

#[test]
fn no_crash_and_no_crash_in_a_recovery_loses_or_changes_anything() {
    let history = History::new();
    let count = Matrix::new(&history, SEED, 1).run(Fault::None).unwrap();
    let said = writeln!(
        stderr(),
        "crash matrix: {} cases, {} lives, seed {SEED}",
        count.cases,
        count.lives
    );
    said.unwrap();
    assert!(count.cases >= 20_000, "{count:?}");
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
        let found = Matrix::new(&history, SEED, 1).run(fault).unwrap_err();
        assert!(found.contains(invariant), "{fault:?}: {found}");
    }
}

#[test]
fn a_seed_repeats_its_cases() {
    let history = History::new();
    let run = |seed| Matrix::new(&history, seed, 200).run(Fault::None).unwrap();
    assert_eq!(run(SEED), run(SEED));
}
