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

/// Which mutants are tested.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part<'a> {
    /// All of them.
    All,
    /// Of each crate those of one shard: `K/N`, K from 0.
    Shard(&'a str),
    /// Those in lines that changed since this revision and the checkout parted, uncommitted ones too.
    Diff(&'a str),
}

/// Tests mutants of every crate.
///
/// # Errors
/// When the tests fail without a mutant, or too few mutants are caught in all crates together.
pub(crate) fn run(root: &Path, part: Part<'_>) -> Result<String, TaskError> {
    let folder = Path::new(&Graph::read(root)?.target).join("mutants");
    let flags = match part {
        Part::All => Vec::new(),
        // Round robin: a shard has something of every file.
        Part::Shard(shard) => ["--sharding", "round-robin", "--shard", shard]
            .map(str::to_owned)
            .to_vec(),
        Part::Diff(revision) => vec!["--in-diff".to_owned(), diff(root, &folder, revision)?],
    };
    let mut sum = Outcome::default();
    let mut rows = Vec::new();
    for name in CRATES {
        let outcome = mutate(root, &folder, name, &flags)?;
        rows.push(format!("{name} {outcome}"));
        sum = sum.and(outcome);
    }
    for row in &rows {
        output::line(row);
    }
    sum.judge(part)
}

/// Writes what changed where cargo-mutants reads it, whatever the person's own settings of git are; gives the file.
fn diff(root: &Path, folder: &Path, revision: &str) -> Result<String, TaskError> {
    let fixed = "diff --no-ext-diff --no-color --src-prefix=a/ --dst-prefix=b/ --merge-base";
    let mut arguments: Vec<&str> = fixed.split(' ').collect();
    arguments.extend([revision, "--", "app"]);
    let octets = Program::new(root, "git", &arguments).read()?;
    let path = folder.join("in.diff");
    fs::create_dir_all(folder)
        .and_then(|()| fs::write(&path, octets))
        .map_err(|cause| TaskError::Write {
            path: path.clone(),
            cause,
        })?;
    Ok(path.display().to_string())
}

fn mutate(root: &Path, folder: &Path, name: &str, flags: &[String]) -> Result<Outcome, TaskError> {
    let place = folder.join(name);
    fs::create_dir_all(&place).map_err(|cause| TaskError::Write {
        path: place.clone(),
        cause,
    })?;
    let report = place.join("mutants.out/outcomes.json");
    // Where nothing is to be tested none is written, and that of another run says nothing of this one.
    if report.exists() {
        fs::remove_file(&report).map_err(|cause| TaskError::Write {
            path: report.clone(),
            cause,
        })?;
    }
    let out = place.display().to_string();
    let fixed = "mutants --colors never --minimum-test-timeout 60";
    let mut arguments: Vec<&str> = fixed.split(' ').collect();
    arguments.extend(["--cargo-arg=--locked", "--package", name, "--output", &out]);
    arguments.extend(flags.iter().map(String::as_str));
    // Copies of the tree are built in one folder of their own, so that the next mutant finds what others depend on.
    let built = folder.join("target").display().to_string();
    let ended = Program::new(root, "cargo-mutants", &arguments)
        .env("CARGO_TARGET_DIR", &built)
        // What is built for one run of quick tests is built quickly.
        .env("CARGO_PROFILE_DEV_OPT_LEVEL", "0")
        .env("CARGO_PROFILE_DEV_DEBUG", "0")
        .pass()
        .map_err(TaskError::of_night);
    if !report.exists() {
        return ended.map(|()| Outcome::default());
    }
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

    /// What a run says in the end: a change without mutants is none to be stopped, a run over crates without them is.
    fn judge(&self, part: Part<'_>) -> Result<String, TaskError> {
        let (caught, viable) = (self.caught, self.viable());
        if viable == 0 && matches!(part, Part::Diff(_)) {
            return Ok("no mutants in what changed of core, wire and proof".to_owned());
        }
        if self.suffice() {
            Ok(format!("{caught} of {viable} mutants caught"))
        } else {
            Err(TaskError::Failed(format!(
                "{caught} of {viable} mutants caught; a bar of {CAUGHT_MIN} %"
            )))
        }
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

    use super::{NIGHT_SHARDS, Outcome, Part, of_night};

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
    fn a_change_without_mutants_is_not_stopped_and_one_with_a_missed_one_is() {
        let outcome = |caught, missed| Outcome {
            caught,
            missed,
            ..Outcome::default()
        };
        let change = Part::Diff("main");
        assert!(outcome(0, 0).judge(change).is_ok());
        assert!(outcome(1, 0).judge(change).is_ok());
        assert!(outcome(0, 1).judge(change).is_err());
        for part in [Part::All, Part::Shard("0/24")] {
            assert!(outcome(0, 0).judge(part).is_err(), "{part:?}");
        }
    }

    #[test]
    fn twenty_four_nights_in_a_row_have_every_shard_once() {
        let shards: BTreeSet<String> = (20_000..20_000 + NIGHT_SHARDS).map(of_night).collect();
        assert_eq!(shards.len(), 24);
        assert!(shards.contains("0/24") && shards.contains("23/24"));
    }
}
