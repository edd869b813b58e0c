//! Runs the other programs of the Relay, as git runs its commands: the one beside this program, else the one on the path.
//! Arguments pass through untouched.

use std::ffi::OsString;
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::Command;

use clap::Args;

use crate::error::CliError;

/// Arguments of the other program.
#[derive(Debug, Args)]
pub(crate) struct Sibling {
    /// What the other program is given.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    pub(crate) words: Vec<OsString>,
}

/// Where the other program is.
pub(crate) fn find(program: &str) -> PathBuf {
    let beside = std::env::current_exe()
        .ok()
        .and_then(|own| Some(own.parent()?.join(program)));
    beside
        .filter(|path| path.exists())
        .unwrap_or_else(|| PathBuf::from(program))
}

/// Becomes the other program; returns only if there is none.
pub(crate) fn run(program: &str, sibling: Sibling) -> Result<(), CliError> {
    let error = Command::new(find(program)).args(sibling.words).exec();
    Err(CliError::Program {
        program: program.to_owned(),
        text: error.to_string(),
    })
}
