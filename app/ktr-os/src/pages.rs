//! What packagers and shells take from a program's own command line: completions, and a man page for each command.
//! Nothing here is written by hand, so that it says what `--help` says.

use std::{fs, path::Path};

use clap::{CommandFactory, ValueEnum};
use clap_complete::generate;

use crate::{FileError, error::failed};

/// The shells that are known.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub enum Shell {
    /// GNU Bash.
    Bash,
    /// The Z shell.
    Zsh,
    /// Fish.
    Fish,
}

impl Shell {
    /// Its name on a command line.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Bash => "bash",
            Self::Zsh => "zsh",
            Self::Fish => "fish",
        }
    }
}

/// The completions of a program for a shell.
#[must_use]
pub fn completions<Cli: CommandFactory>(shell: Shell) -> String {
    let generator = match shell {
        Shell::Bash => clap_complete::Shell::Bash,
        Shell::Zsh => clap_complete::Shell::Zsh,
        Shell::Fish => clap_complete::Shell::Fish,
    };
    let mut command = Cli::command();
    let name = command.get_name().to_owned();
    let mut script = Vec::new();
    generate(generator, &mut command, name, &mut script);
    String::from_utf8_lossy(&script).into_owned()
}

/// Writes a man page for a program and for each of its commands into a folder, which is made if it is not there; gives how many are there
/// then.
///
/// # Errors
/// [`FileError`] if the folder cannot be written.
pub fn manual<Cli: CommandFactory>(folder: &Path) -> Result<usize, FileError> {
    fs::create_dir_all(folder).map_err(failed(folder))?;
    clap_mangen::generate_to(Cli::command(), folder).map_err(failed(folder))?;
    let entries = fs::read_dir(folder).map_err(failed(folder))?;
    let pages = entries
        .flatten()
        .filter(|entry| entry.path().extension().is_some_and(|ending| ending == "1"));
    Ok(pages.count())
}
