//! Random blocks of a seed that nobody has looked at, made by both builds: without a recorded digest, one build is the other's judge.
//! What is in the blocks, and that the processes of one build agree, is the test's affair.

use std::path::Path;

use crate::error::TaskError;
use crate::program::Program;
use crate::tally::Tally;

/// How many of them.
const BLOCKS: &str = "200000";

/// Makes them in three processes of a release build and in one of a debug build; says what they led to.
///
/// # Errors
/// When processes or builds disagree, or when what must happen in them did not.
pub(crate) fn run(root: &Path, seed: u32, tally: &mut Tally) -> Result<String, TaskError> {
    let shipped = made(root, seed, (&["--release"], "0"), tally)?;
    let checked = made(root, seed, (&[], "1"), tally)?;
    agreed(&shipped, &checked)
}

/// What the blocks of one build led to. The build is its argument, and whether one process is enough.
fn made(
    root: &Path,
    seed: u32,
    (build, alone): (&[&str], &str),
    tally: &mut Tally,
) -> Result<String, TaskError> {
    let fixed = [
        "test",
        "--locked",
        "-p",
        "ktr-ledger",
        "--test",
        "determinism",
    ];
    let arguments = [&fixed[..], build, &["--", "--nocapture"]].concat();
    let program = Program::new(root, "cargo", &arguments)
        .env("KTR_TEST_BLOCKS", BLOCKS)
        .env("KTR_TEST_BLOCKS_SEED", &seed.to_string())
        .env("KTR_TEST_ALONE", alone);
    let mut made = None;
    program.watched(|line| {
        if let Some(told) = told(line, seed) {
            made = Some(told);
        }
        tally.line(line);
    })?;
    made.ok_or_else(|| TaskError::Failed(format!("making of blocks of seed {seed}")))
}

/// What the test's line says, if it is that line.
fn told(line: &str, seed: u32) -> Option<String> {
    let (_, told) = line.split_once(&format!("{BLOCKS} blocks of seed {seed}: "))?;
    Some(told.to_owned())
}

fn agreed(shipped: &str, checked: &str) -> Result<String, TaskError> {
    if shipped == checked {
        Ok(format!("equal in both builds: {shipped}"))
    } else {
        Err(TaskError::Failed(format!(
            "comparing two builds ({shipped}; {checked})"
        )))
    }
}

#[cfg(test)]
mod tests {
    use super::{agreed, told};

    #[test]
    fn two_builds_that_led_elsewhere_are_no_pass() {
        let line = "test random_blocks ... 200000 blocks of seed 7: c2 accepted 9";
        assert_eq!(told(line, 7).as_deref(), Some("c2 accepted 9"));
        assert_eq!(told(line, 8), None);
        let same = agreed("c2 accepted 9", "c2 accepted 9").map_err(|error| error.to_string());
        assert_eq!(same, Ok("equal in both builds: c2 accepted 9".to_owned()));
        assert!(agreed("c2 accepted 9", "c3 accepted 9").is_err());
    }
}
