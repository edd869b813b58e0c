//! Patterns drawn by a seed, parsed by us and by stix2-patterns of Python's index.
//! Whether both give the same verdicts is a test's question.

use std::time::{Duration, Instant};

use ktr_artefact::pattern::Pattern;
use ktr_testkit::table::{Table, percentile, ratio};

use crate::{pattern_drawn::Dice, python};

const PATTERNS: usize = 2_000;
const RUNS: usize = 21;

pub(crate) fn measure(table: &mut Table) {
    let mut dice = Dice(0x006b_7472);
    let patterns: Vec<String> = (0..PATTERNS).map(|_| dice.pattern()).collect();
    let mut took: Vec<Duration> = std::iter::repeat_with(|| {
        let begun = Instant::now();
        let good = patterns
            .iter()
            .filter(|pattern| Pattern::parse(pattern).is_ok());
        assert!((1..PATTERNS).contains(&good.count()));
        begun.elapsed()
    })
    .take(RUNS)
    .collect();
    let ours = percentile(&mut took, 50);
    // What Python takes to start and to load the library is not the parser's.
    let theirs = judged(&patterns).saturating_sub(judged(&[]));
    let faster = ratio(theirs, ours);
    table.row(
        &format!("parse {PATTERNS} patterns"),
        &format!("{ours:.1?}; stix2-patterns {theirs:.1?}: ours is {faster:.0} x as fast"),
        "≥ 1,000 x",
        faster >= 1_000.0,
    );
}

/// How long the other takes for these.
fn judged(patterns: &[String]) -> Duration {
    let input = serde_json::to_vec(patterns).unwrap();
    let script = include_str!("../../tests/peers/python/patterns.py");
    let begun = Instant::now();
    let verdicts = python::run(script, "stix2patterns", &input);
    let took = begun.elapsed();
    assert_eq!(verdicts.trim().len(), patterns.len());
    took
}
