//! The test: every judge accepts every release that ours accept.
//! Its table is printed for a person.

use ktr_testkit::number;

use super::{judges, made, rules, tally::Tally};

/// Releases of one run in CI.
const RELEASES: u64 = 20;

#[test]
fn every_judge_accepts_every_release() {
    let (seed, count) = (
        number("KTR_RELEASE_SEED", 7),
        number("KTR_RELEASES", RELEASES),
    );
    let made = made::releases(seed, count);
    let mut tallies = judges::all(&made);
    tallies.extend(rules::all(&made));
    println!(
        "\n## {count} releases of seed {seed}, from form to seal\n\n| judge | version | |\n|---|---|---|"
    );
    for tally in &tallies {
        println!("{tally}");
    }
    let again: usize = made.iter().map(|made| made.again).sum();
    println!("| | builds with another seed, since an id read as a victim's word | {again} |");
    assert!(again * 20 <= made.len(), "{again} of {}", made.len());
    let refusals = Tally::refusals(&tallies);
    assert!(refusals.is_empty(), "{refusals:#?}");
}
