//! Puts releases drawn by a seed before every judge, and public corpora before our readers, and shows what each says.
//! The judges are tests of the artefact: here is only how many releases they get, and what of their words is shown.

use std::path::Path;

use clap::ValueEnum;

use crate::error::TaskError;
use crate::output;
use crate::program::Program;

/// What is judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Subject {
    /// Releases, seals, public rules and lists
    Release,
}

/// How many releases, and what they are drawn from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Effort {
    /// Releases.
    pub(crate) releases: u64,
    /// What they are drawn from.
    pub(crate) seed: u64,
    /// Who judges.
    pub(crate) judges: &'static [&'static str],
}

impl Effort {
    /// What a change can wait for: two minutes, most of them for the validator in Python. The others have been asked among the tests.
    pub(crate) const CI: Self = Self {
        releases: 60,
        seed: 7,
        judges: &["releases::"],
    };
}

/// The tests that judge: their modules in the two test programs of the artefact.
pub(crate) const ALL: &[&str] = &[
    "corpus::",
    "pattern::the_87",
    "recall::",
    "releases::",
    "seal::table::",
];

/// Lines of tables, headings, and what was skipped.
const SHOWN: [&str; 4] = ["| ", "## ", "SKIPPED ", "|-"];

/// Runs them all.
///
/// # Errors
/// [`TaskError::Failed`] if a judge refuses what we accept, or a bar is missed; everything that was said is shown then.
pub(crate) fn release(root: &Path, effort: Effort) -> Result<String, TaskError> {
    let fixed = "test --locked -p ktr-artefact --lib --test peers -- --nocapture --test-threads=1";
    let arguments: Vec<&str> = fixed
        .split(' ')
        .chain(effort.judges.iter().copied())
        .collect();
    let mut said = Vec::new();
    let judged = Program::new(root, "cargo", &arguments)
        .env("KTR_RELEASES", &effort.releases.to_string())
        .env("KTR_RELEASE_SEED", &effort.seed.to_string())
        .heard(|line| {
            said.push(line.to_owned());
            if let Some(shown) = shown(line) {
                output::line(shown);
            }
        });
    if let Err(error) = judged {
        for line in &said {
            output::line(line);
        }
        return Err(error);
    }
    // A filter that names no test is no success.
    let named = |filter: &&str| {
        said.iter()
            .any(|line| line.starts_with("test ") && line.contains(filter))
    };
    if let Some(nobody) = effort.judges.iter().find(|filter| !named(filter)) {
        return Err(TaskError::Failed(format!("{nobody} names no test and it")));
    }
    let ran: usize = said.iter().filter_map(|line| passed(line)).sum();
    let skipped = said.iter().filter(|line| line.contains("SKIPPED ")).count();
    let Effort { releases, seed, .. } = effort;
    Ok(format!(
        "{releases} releases of seed {seed}; {ran} tests, {skipped} of them skipped for want of an archive"
    ))
}

/// Tests that passed, from the last line of a test program.
fn passed(line: &str) -> Option<usize> {
    let (_, rest) = line.split_once("test result: ok. ")?;
    rest.split(' ').next()?.parse().ok()
}

/// What of a line is for people: with its output uncaught, a test's first words stand behind its name.
fn shown(line: &str) -> Option<&str> {
    let line = line.rsplit_once(" ... ").map_or(line, |(_, words)| words);
    let wanted = SHOWN.iter().any(|start| line.starts_with(start));
    let counted = line.contains("; refused {");
    (wanted || counted).then_some(line)
}
