//! What is recorded in the tree and made by the code: vectors and reference pages. The comparing itself is a test of the crate that
//! makes the bytes; this only runs it, or lets it write.

use std::path::Path;

use crate::error::TaskError;
use crate::graph::Graph;
use crate::program::Program;

/// The test target that compares `tests/vectors/`.
pub(crate) const VECTORS: &str = "vectors";
/// The test target that compares `docs/src/reference/`.
pub(crate) const REFERENCE: &str = "reference";

/// The variable under which such a test writes instead of comparing.
const BLESS: &str = "KTR_BLESS";

/// What to do with the recorded files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    /// Fail on any difference.
    Compare,
    /// Write them anew.
    Bless,
}

/// Runs every test target called `target`; returns what was done in a few words.
///
/// # Errors
/// When a recorded file differs, or cargo fails.
pub(crate) fn run(root: &Path, target: &str, mode: Mode) -> Result<String, TaskError> {
    let names = Graph::read(root)?.with_test(target);
    if !names.is_empty() {
        if target == REFERENCE {
            // One page is what the programs say of themselves, so they are built from these very sources first.
            Program::new(
                root,
                "cargo",
                &["build", "--quiet", "--workspace", "--bins"],
            )
            .pass()?;
        }
        let arguments = ["test", "--quiet", "--workspace", "--test", target];
        let program = Program::new(root, "cargo", &arguments);
        match mode {
            Mode::Compare => program.pass()?,
            Mode::Bless => program.env(BLESS, "1").pass()?,
        }
    }
    Ok(match (names.is_empty(), mode) {
        (true, _) => format!("no crate has a test called {target}"),
        (false, Mode::Compare) => format!("unchanged, says {}", names.join(", ")),
        (false, Mode::Bless) => format!("written by {}", names.join(", ")),
    })
}
