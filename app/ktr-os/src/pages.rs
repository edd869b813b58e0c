//! What packagers and shells take from a program's own command line: completions, and a man page for each command; and the two commands
//! that write them, which every program has alike.
//! Nothing here is written by hand, so that it says what `--help` says. Examples, and the twin of a flag in the environment, name the
//! program, and are its own.

use std::{
    fs,
    path::{Path, PathBuf},
};

use clap::{Args, CommandFactory, ValueEnum};
use clap_complete::generate;
use serde_json::{Value, json};

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

/// Flags of `completions`.
#[derive(Debug, Args)]
pub struct Completions {
    /// For which shell.
    #[arg(value_enum)]
    shell: Shell,
}

/// Flags of `man`.
#[derive(Debug, Args)]
pub struct Man {
    /// The folder, such as one called man1 below a folder of MANPATH; made if it is not there.
    #[arg(long)]
    out: PathBuf,
}

/// What a program prints of one of the two.
#[derive(Debug)]
pub struct Written {
    /// For people and shells.
    pub text: String,
    /// For programs.
    pub value: Value,
}

impl Completions {
    /// The completions of a program for that shell.
    #[must_use]
    pub fn written<Cli: CommandFactory>(&self) -> Written {
        let script = completions::<Cli>(self.shell);
        Written {
            text: script.trim_end().to_owned(),
            value: json!({"shell": self.shell.name(), "script": script}),
        }
    }
}

impl Man {
    /// Writes a program's man pages into that folder.
    ///
    /// # Errors
    /// [`FileError`] if the folder cannot be written.
    pub fn written<Cli: CommandFactory>(&self) -> Result<Written, FileError> {
        let pages = manual::<Cli>(&self.out)?;
        Ok(Written {
            text: format!("{}: {pages} pages", self.out.display()),
            value: json!({"folder": self.out, "pages": pages}),
        })
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
