//! One sentence: 10,000 random blocks lead to the same app hashes whatever the locale, the time zone and the processors of a machine, and
//! whether signatures are judged one by one or, as nodes do, in bulk with randomness.
//! Three processes of this very test make them; what each rule does with a block is tested elsewhere.
#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a test stops at what cannot be, and its processes tell by printing"
)]

mod council;
mod hour;
mod member;
mod world;

use std::{
    collections::BTreeSet,
    env,
    process::{Command as Process, Stdio},
};

use ktr_ledger::results_hash;
use ktr_testkit::number;
use ktr_wire::digest;

use world::World;

const BLOCKS: u64 = 10_000;
/// What that many blocks of the first seed lead to, in every build: whoever changes a rule pins it anew, and says why.
const PINNED: &str = "fc2f2606f93db4b74002692d4904e7e8f405f98c8dc2ca595b43fcd9efb3031f accepted 3093 bundle 22 board 98 governance 1568 kinds 53 leaves 11756";
/// What a night's million leads to. A night makes them in two builds, and both are held against this.
const PINNED_NIGHT: &str = "c214bad36139b6f4b50c47d8e0872d1875eac80fcef27e59529d25b7bcb22c7f accepted 177809 bundle 202 board 3050 governance 160651 kinds 55 leaves 955442";
/// Blocks of a night.
const NIGHT_BLOCKS: u64 = 1_000_000;
/// The seed whose blocks those are; others are compared with each other only.
const PINNED_SEED: u64 = 1;
/// The seed beside it in every run, whose blocks must be others.
const OTHER_SEED: u64 = 2;
/// Blocks of any further seed in which all that is wanted must have happened: the rarest of it may not come in ten thousand that nobody looked at.
const DRAWN_BLOCKS: u64 = 100_000;
/// What must have happened in a run's blocks, beside all else: or the generator says nothing of the rules behind it.
const WANTED: [&str; 34] = [
    "membership.key_added.v1",
    "membership.key_rotated.v1",
    "membership.key_expired.v1",
    "membership.suspended.v1",
    "membership.reinstated.v1",
    "membership.left.v1",
    "board.appointed.v1",
    "board.term_began.v1",
    "board.recused.v1",
    "board.vacated.v1",
    "board.term_ended.v1",
    "bundle.sealed.v1",
    "bundle.retracted.v1",
    "session.rescheduled.v1",
    "session.roll_filed.v1",
    "session.cancelled.v1",
    "session.overdue.v1",
    "session.unwitnessed.v1",
    "session.seeded.v1",
    "session.joined.v1",
    "session.dissolved.v1",
    "session.witnessed.v1",
    "governance.host_set.v1",
    "governance.host_changed.v1",
    "governance.validators_changed.v1",
    "governance.parameters_changed.v1",
    "governance.keys_changed.v1",
    "governance.roots_changed.v1",
    "governance.federation_set.v1",
    "governance.upgrade_planned.v1",
    "governance.halt_reached.v1",
    "governance.enacted.v1",
    "governance.misbehaved.v1",
    "governance.key_rotated.v1",
];
/// Set in the processes that make the blocks; its value is the seed.
const SEED: &str = "KTR_TEST_SEED";
/// Which blocks a run is about: a night draws others.
const BLOCKS_SEED: &str = "KTR_TEST_BLOCKS_SEED";
/// 1 where one process is enough, since another build compares three.
const ALONE: &str = "KTR_TEST_ALONE";
/// Set in those that judge signatures in bulk.
const IN_BULK: &str = "KTR_TEST_IN_BULK";

fn blocks() -> u64 {
    number("KTR_TEST_BLOCKS", BLOCKS)
}

/// What this seed's blocks must lead to in every build, if somebody has looked at them.
fn pinned(seed: u64, blocks: u64) -> Option<&'static str> {
    match (seed, blocks) {
        (PINNED_SEED, BLOCKS) => Some(PINNED),
        (PINNED_SEED, NIGHT_BLOCKS) => Some(PINNED_NIGHT),
        _ => None,
    }
}

/// How many blocks of this seed are enough for all that is wanted.
const fn enough(seed: u64) -> u64 {
    match seed {
        PINNED_SEED | OTHER_SEED => BLOCKS,
        _ => DRAWN_BLOCKS,
    }
}

/// Makes the blocks and prints what they led to: a digest over every app hash and every results hash, and how much happened.
fn make(seed: u64, in_bulk: bool) {
    let mut world = World::new(&format!("blocks-{seed}"), in_bulk);
    let mut hashes = Vec::new();
    let mut names = BTreeSet::new();
    let mut accepted = 0_u64;
    let (mut sealed, mut of_board, mut of_counties) = (0_u64, 0_u64, 0_u64);
    for _ in 0..blocks() {
        let secs = world.pause();
        world.chain.wait(secs);
        let count = world.dice.throw(4);
        let txs: Vec<_> = (0..count).map(|_| world.tx()).collect();
        let caught = world.caught();
        let batch = world.chain.block_with(&caught, &txs);
        let good = batch
            .results
            .iter()
            .filter(|result| result.refusal.is_none());
        accepted = accepted.saturating_add(good.count().try_into().expect("few"));
        // An empty value is in no proof and ends a snapshot's list.
        assert!(batch.records.iter().all(|(_, value)| !value.is_empty()));
        for leaf in &batch.leaves {
            let name = leaf.recorded.name();
            names.insert(name);
            sealed = sealed.saturating_add(u64::from(name.starts_with("bundle.")));
            of_board = of_board.saturating_add(u64::from(name.starts_with("board.")));
            of_counties = of_counties.saturating_add(u64::from(name.starts_with("governance.")));
        }
        hashes.extend(batch.app_hash.0);
        hashes.extend(results_hash(&batch.results).0);
    }
    let missing: Vec<_> = WANTED
        .iter()
        .filter(|name| !names.contains(*name))
        .collect();
    assert!(
        blocks() < enough(seed) || missing.is_empty(),
        "{missing:?} never happened in blocks of seed {seed}"
    );
    assert!(blocks() < BLOCKS || in_bulk == (world.chain.held_in_bulk() > 0));
    let digest = digest::sha256(&[&hashes]);
    println!(
        "made {digest} accepted {accepted} bundle {sealed} board {of_board} governance {of_counties} kinds {} leaves {}",
        names.len(),
        world.chain.leaves().len()
    );
}

/// This test again, in a process of its own.
fn made(seed: u64, environment: &[(&str, &str)], processors: &str) -> String {
    let this = env::current_exe().expect("a path");
    let mut process = Process::new("taskset");
    process.args(["--cpu-list", processors]).arg(this);
    process.args([
        "--exact",
        "random_blocks_have_the_same_app_hashes_in_every_surrounding",
    ]);
    process
        .arg("--nocapture")
        .env(SEED, seed.to_string())
        .stdin(Stdio::null());
    let output = process
        .envs(environment.iter().copied())
        .output()
        .expect("taskset of util-linux runs");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let said = String::from_utf8(output.stdout).expect("text");
    let lines = said.lines().find_map(|line| line.split_once("made "));
    let (_, told) = lines.expect("what was made");
    told.to_owned()
}

#[test]
#[expect(
    clippy::disallowed_methods,
    reason = "the harness leaves no argument free for the seed of its own processes"
)]
fn random_blocks_have_the_same_app_hashes_in_every_surrounding() {
    if let Ok(seed) = env::var(SEED) {
        let seed = seed.parse().expect("a number");
        make(seed, env::var(IN_BULK).is_ok());
        return;
    }
    let seed = number(BLOCKS_SEED, PINNED_SEED);
    let plain = made(seed, &[("LC_ALL", "C"), ("TZ", "UTC")], "0");
    println!("{} blocks of seed {seed}: {plain}", blocks());
    if let Some(pinned) = pinned(seed, blocks()) {
        assert_eq!(plain, pinned);
    }
    if number(ALONE, 0) == 1 {
        return;
    }
    let turkish = [("LC_ALL", "tr_TR.UTF-8"), ("TZ", "Asia/Kathmandu")];
    let all = format!(
        "0-{}",
        std::thread::available_parallelism().map_or(0, |count| count.get().saturating_sub(1))
    );
    assert_eq!(made(seed, &turkish, &all), plain, "seed {seed}");
    let german = [
        ("LC_ALL", "de_DE.UTF-8"),
        ("TZ", "America/St_Johns"),
        ("MALLOC_PERTURB_", "165"),
        (IN_BULK, "1"),
    ];
    assert_eq!(made(seed, &german, &all), plain, "seed {seed}");
    // Another seed makes other blocks, or the comparison would say nothing.
    assert_ne!(made(seed.wrapping_add(1), &[], "0"), plain);
}

#[test]
fn a_digest_is_asked_of_the_blocks_that_were_looked_at_and_of_no_others() {
    assert_eq!(pinned(PINNED_SEED, BLOCKS), Some(PINNED));
    assert_eq!(pinned(PINNED_SEED, NIGHT_BLOCKS), Some(PINNED_NIGHT));
    for (seed, blocks) in [
        (PINNED_SEED, 200_000),
        (20_791, BLOCKS),
        (20_791, NIGHT_BLOCKS),
    ] {
        assert_eq!(pinned(seed, blocks), None, "{blocks} blocks of seed {seed}");
    }
    // What must happen is judged in both: of blocks that nobody looked at by more of them.
    assert_eq!([PINNED_SEED, OTHER_SEED].map(enough), [BLOCKS; 2]);
    assert_eq!(enough(20_791), DRAWN_BLOCKS);
}
