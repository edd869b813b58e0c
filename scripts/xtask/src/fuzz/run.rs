//! Builds all targets, runs one after another, and says how many inputs each has seen.
//! Inputs that reached something new stay beside the compiled targets, so that the next run goes on from them.

use std::fs;
use std::path::Path;

use super::seed;
use crate::clock::Watch;
use crate::error::TaskError;
use crate::graph::Graph;
use crate::output;
use crate::program::Program;

/// The crate of the targets, below the top of the checkout: a workspace of its own.
const CRATE: &str = "tests/fuzz";
/// What `cargo fuzz` is told of them, before the folder for what is compiled.
const COMMON: [&str; 5] = ["--sanitizer", "none", "--fuzz-dir", CRATE, "--target-dir"];

/// How much of it, for each target.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Effort {
    /// No more inputs than this.
    pub(crate) runs: u64,
    /// No longer than this, in seconds.
    pub(crate) secs: u64,
    /// What the inputs are drawn from; 0 draws another each time.
    pub(crate) seed: u32,
}

impl Effort {
    /// What a change can wait for.
    pub(crate) const CI: Self = Self {
        runs: 1_000_000,
        secs: 20,
        seed: 1,
    };
}

/// Fuzzes every target, those after one that found something too.
///
/// # Errors
/// When targets fail, with all their names: the inputs that they failed on are named above, and stay.
pub(crate) fn run(root: &Path, effort: Effort) -> Result<String, TaskError> {
    let manifest = format!("{CRATE}/Cargo.toml");
    let locked = [
        "metadata",
        "--locked",
        "--format-version",
        "1",
        "--manifest-path",
        &manifest,
    ];
    Program::new(root, "cargo", &locked).read()?;
    let folder = Path::new(&Graph::read(root)?.target).join("fuzz");
    let built = folder.display().to_string();
    let compile = [&["fuzz", "build"], &COMMON[..], &[&built]].concat();
    Program::new(root, "cargo", &compile).pass()?;
    each(&targets(root)?, |target| one(root, &folder, target, effort))
}

/// Goes on after a target that fails; gives what the others say, or else prints it.
fn each(
    targets: &[String],
    mut run: impl FnMut(&str) -> Result<String, TaskError>,
) -> Result<String, TaskError> {
    let (mut rows, mut failed) = (Vec::new(), Vec::new());
    for target in targets {
        match run(target) {
            Ok(row) => rows.push(row),
            Err(error) => {
                output::failure(&error.to_string());
                failed.push(target.as_str());
            }
        }
    }
    let sound = format!("inputs without a finding: {}", rows.join(", "));
    if failed.is_empty() {
        return Ok(sound);
    }
    output::line(&sound);
    Err(TaskError::Failed(format!(
        "fuzzing of {}",
        failed.join(", ")
    )))
}

/// Fuzzes one target that is built; says how many inputs it has seen.
fn one(root: &Path, folder: &Path, target: &str, effort: Effort) -> Result<String, TaskError> {
    let corpus = folder.join("corpus").join(target);
    make(&corpus)?;
    seed::plant(root, target, &corpus)?;
    let found = folder.join("found").join(target);
    make(&found)?;
    let (built, place) = (folder.display().to_string(), corpus.display().to_string());
    let arguments = [
        format!("-runs={}", effort.runs),
        format!("-max_total_time={}", effort.secs),
        format!("-seed={}", effort.seed),
        format!("-artifact_prefix={}/", found.display()),
        "-print_final_stats=1".to_owned(),
        "-verbosity=0".to_owned(),
    ];
    let own = [built.as_str(), target, place.as_str(), "--"];
    let mut words = [&["fuzz", "run"], &COMMON[..], &own].concat();
    words.extend(arguments.iter().map(String::as_str));
    let watch = Watch::start();
    let mut inputs = None;
    Program::new(root, "cargo", &words).heard(|line| {
        inputs = inputs.or(executed(line));
        if !is_chatter(line) {
            output::line(line);
        }
    })?;
    let inputs = inputs.ok_or_else(|| TaskError::Failed(format!("counting of {target}")))?;
    Ok(format!("{target} {inputs} in {} s", watch.secs()))
}

/// The number of inputs in libFuzzer's last lines.
fn executed(line: &str) -> Option<u64> {
    let number = line.strip_prefix("stat::number_of_executed_units:")?;
    number.trim().parse().ok()
}

/// What a fuzzer says where all is well: pages of words that it recommends and of addresses that it reached.
fn is_chatter(line: &str) -> bool {
    let openings = [
        "\"",
        "######",
        "\tNEW_FUNC",
        "INFO:",
        "WARNING: Failed to find function",
    ];
    openings.iter().any(|opening| line.starts_with(opening))
}

fn targets(root: &Path) -> Result<Vec<String>, TaskError> {
    let folder = root.join(CRATE).join("targets");
    let read = |cause| TaskError::Read {
        path: folder.clone(),
        cause,
    };
    let mut names = Vec::new();
    for entry in fs::read_dir(&folder).map_err(read)? {
        let path = entry.map_err(read)?.path();
        names.extend(
            path.file_stem()
                .and_then(|name| name.to_str())
                .map(str::to_owned),
        );
    }
    names.sort_unstable();
    Ok(names)
}

fn make(folder: &Path) -> Result<(), TaskError> {
    fs::create_dir_all(folder).map_err(|cause| TaskError::Write {
        path: folder.to_path_buf(),
        cause,
    })
}

#[cfg(test)]
mod tests {
    use super::{each, executed};
    use crate::error::TaskError;

    #[test]
    fn inputs_are_counted_by_what_the_fuzzer_says() {
        assert_eq!(
            executed("stat::number_of_executed_units: 1000000"),
            Some(1_000_000)
        );
        assert_eq!(executed("stat::average_exec_per_sec:     66666"), None);
    }

    #[test]
    fn targets_after_one_that_fails_are_fuzzed_too_and_all_that_fail_are_named() {
        let targets = ["frame", "packet", "query", "snapshot"].map(str::to_owned);
        let run = |fails: &[&str]| {
            let mut seen = Vec::new();
            let said = each(&targets, |target| {
                seen.push(target.to_owned());
                if fails.contains(&target) {
                    Err(TaskError::Failed(target.to_owned()))
                } else {
                    Ok(format!("{target} 7 in 1 s"))
                }
            });
            (seen, said.map_err(|error| error.to_string()))
        };
        let (seen, said) = run(&["frame", "query"]);
        assert_eq!(seen, targets);
        assert_eq!(said, Err("fuzzing of frame, query failed".to_owned()));
        let (_, said) = run(&[]);
        let sound = "inputs without a finding: frame 7 in 1 s, packet 7 in 1 s, query 7 in 1 s, snapshot 7 in 1 s";
        assert_eq!(said, Ok(sound.to_owned()));
    }
}
