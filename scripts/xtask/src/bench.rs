//! Runs what measures speed and memory, optimised as a release is.
//! The figures and their bars are the measuring program's own.

use std::path::Path;

use clap::ValueEnum;

use crate::error::TaskError;
use crate::program::Program;

/// What can be measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Subject {
    /// Releases, patterns and the leak verifier, beside the OASIS validators and gpgv
    Artefact,
    /// The node: calls, blocks, a growing store, four real sites, a steady pace
    Ledger,
    /// The room: an hour of 218 members, of 654, and a sidecar over a hundred sessions
    Room,
}

/// Builds and runs the measuring program of a subject.
///
/// # Errors
/// When it does not build, or ends with another code than 0.
pub(crate) fn run(root: &Path, what: Subject, arguments: &[String]) -> Result<(), TaskError> {
    let (package, bench) = match what {
        Subject::Artefact => ("ktr-artefact", "artefact"),
        Subject::Ledger => ("ktr-node", "ledger"),
        Subject::Room => ("ktr-room", "room"),
    };
    let fixed = ["bench", "--locked", "-p", package, "--bench", bench, "--"];
    let all: Vec<&str> = fixed
        .into_iter()
        .chain(arguments.iter().map(String::as_str))
        .collect();
    Program::new(root, "cargo", &all).pass()
}
