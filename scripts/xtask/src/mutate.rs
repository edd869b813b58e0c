//! Takes rules out of the code, one at a time, and asks whether a test goes red: cargo-mutants over core, wire and proof.
//! A crate's mutants are judged by that crate's own tests; what only a stranger's test would notice counts as missed.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::error::TaskError;
use crate::graph::Graph;
use crate::output;
use crate::program::Program;

/// The crates that are mutated.
const CRATES: [&str; 3] = ["ktr-core", "ktr-wire", "ktr-proof"];
/// Mutants that must be caught, in per cent of all that compile (design: assurance, section 3.3).
const CAUGHT_MIN: u64 = 85;
/// Shards over which nights go in turn: a month sees every mutant.
const NIGHT_SHARDS: u32 = 24;

/// What became of mutants.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Outcome {
    caught: u64,
    missed: u64,
    /// Did not compile: the language caught it, and nothing is said about a test.
    unviable: u64,
    /// The tests did not end in time. Not counted as caught: a busy machine does that, too.
    timeout: u64,
}

/// The shard of a night, as cargo-mutants writes it.
pub(crate) fn of_night(seed: u32) -> String {
    let shard = seed.checked_rem(NIGHT_SHARDS).unwrap_or_default();
    format!("{shard}/{NIGHT_SHARDS}")
}

/// Tests the mutants of every crate, or of each crate those of one shard (`K/N`, K from 0).
///
/// # Errors
/// When the tests fail without a mutant, or too few mutants are caught in all crates together.
pub(crate) fn run(root: &Path, shard: Option<&str>) -> Result<String, TaskError> {
    let folder = Path::new(&Graph::read(root)?.target).join("mutants");
    let mut sum = Outcome::default();
    let mut rows = Vec::new();
    for name in CRATES {
        let outcome = mutate(root, &folder, name, shard)?;
        rows.push(format!("{name} {outcome}"));
        sum = sum.and(outcome);
    }
    for row in &rows {
        output::line(row);
    }
    let (caught, viable) = (sum.caught, sum.viable());
    if sum.suffice() {
        Ok(format!("{caught} of {viable} mutants caught"))
    } else {
        Err(TaskError::Failed(format!(
            "{caught} of {viable} mutants caught; a bar of {CAUGHT_MIN} %"
        )))
    }
}

fn mutate(
    root: &Path,
    folder: &Path,
    name: &str,
    shard: Option<&str>,
) -> Result<Outcome, TaskError> {
    let place = folder.join(name);
    fs::create_dir_all(&place).map_err(|cause| TaskError::Write {
        path: place.clone(),
        cause,
    })?;
    let out = place.display().to_string();
    // Round robin: a shard has something of every file.
    let fixed = "mutants --colors never --sharding round-robin --minimum-test-timeout 60";
    let mut arguments: Vec<&str> = fixed.split(' ').collect();
    arguments.extend(["--cargo-arg=--locked", "--package", name, "--output", &out]);
    arguments.extend(shard.iter().flat_map(|shard| ["--shard", shard]));
    // Copies of the tree are built in one folder of their own, so that the next mutant finds what others depend on.
    let built = folder.join("target").display().to_string();
    let ended = Program::new(root, "cargo-mutants", &arguments)
        .env("CARGO_TARGET_DIR", &built)
        // What is built for one run of quick tests is built quickly.
        .env("CARGO_PROFILE_DEV_OPT_LEVEL", "0")
        .env("CARGO_PROFILE_DEV_DEBUG", "0")
        .pass()
        .map_err(TaskError::of_night);
    if let Err(TaskError::Missing { .. }) = ended {
        return ended.map(|()| Outcome::default());
    }
    let report = place.join("mutants.out/outcomes.json");
    let octets = fs::read(&report).map_err(|cause| TaskError::Read {
        path: report,
        cause,
    })?;
    let outcome = Outcome::read(&serde_json::from_slice(&octets)?);
    // It ends badly for a missed mutant as for a test that fails without one; only then is there none to blame.
    if outcome.missed == 0 && outcome.timeout == 0 {
        ended?;
    }
    Ok(outcome)
}

impl Outcome {
    fn read(report: &Value) -> Self {
        let count = |name| report.get(name).and_then(Value::as_u64).unwrap_or(0);
        Self {
            caught: count("caught"),
            missed: count("missed"),
            unviable: count("unviable"),
            timeout: count("timeout"),
        }
    }

    const fn and(self, other: Self) -> Self {
        Self {
            caught: self.caught.saturating_add(other.caught),
            missed: self.missed.saturating_add(other.missed),
            unviable: self.unviable.saturating_add(other.unviable),
            timeout: self.timeout.saturating_add(other.timeout),
        }
    }

    const fn viable(&self) -> u64 {
        self.caught
            .saturating_add(self.missed)
            .saturating_add(self.timeout)
    }

    /// Where no mutant was tested, nothing was shown.
    const fn suffice(&self) -> bool {
        let bar = self.viable().saturating_mul(CAUGHT_MIN);
        self.viable() > 0 && self.caught.saturating_mul(100) >= bar
    }
}

impl std::fmt::Display for Outcome {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self {
            caught,
            missed,
            unviable,
            timeout,
        } = self;
        write!(
            f,
            "{caught} caught, {missed} missed, {unviable} unviable, {timeout} timeout"
        )
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::json;

    use super::{NIGHT_SHARDS, Outcome, of_night};

    #[test]
    fn what_does_not_compile_is_not_asked_for_and_a_timeout_is_not_caught() {
        let outcome = |caught, timeout| {
            let report = json!({
                "outcomes": [], "total_mutants": 200,
                "caught": caught, "missed": 10, "unviable": 50, "timeout": timeout,
            });
            Outcome::read(&report)
        };
        assert!(outcome(85, 5).suffice());
        assert!(!outcome(85, 6).suffice());
        assert!(!Outcome::default().suffice());
    }

    #[test]
    fn twenty_four_nights_in_a_row_have_every_shard_once() {
        let shards: BTreeSet<String> = (20_000..20_000 + NIGHT_SHARDS).map(of_night).collect();
        assert_eq!(shards.len(), 24);
        assert!(shards.contains("0/24") && shards.contains("23/24"));
    }
}
