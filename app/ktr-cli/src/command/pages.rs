//! What packagers and shells take from the command line's own tree: completions, and a man page for each command.
//! Nothing here is written by hand, so that it says what `--help` says.

use std::path::PathBuf;

use clap::{Args, CommandFactory, ValueEnum};
use clap_complete::{Shell, generate};
use serde_json::json;

use crate::cli::{Cli, Shared};
use crate::error::CliError;
use crate::file;
use crate::output;

/// Flags of `completions`.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  ktr completions bash\n  ktr completions fish\n\nWhere it goes:\n  bash  ~/.local/share/bash-completion/completions/ktr\n  zsh   a folder of fpath, as _ktr\n  fish  ~/.config/fish/completions/ktr.fish"
)]
pub(crate) struct Completions {
    /// For which shell.
    #[arg(value_enum)]
    shell: ShellArg,
}

/// The shells that are known.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum ShellArg {
    /// GNU Bash.
    Bash,
    /// The Z shell.
    Zsh,
    /// Fish.
    Fish,
}

/// Flags of `man`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  ktr man --out man1")]
pub(crate) struct Man {
    /// The folder, such as one called man1 below a folder of MANPATH; made if it is not there.
    #[arg(long, env = "KTR_OUT")]
    out: PathBuf,
}

/// Prints a shell's completions.
pub(crate) fn complete(shared: &Shared, flags: &Completions) {
    let (shell, name) = match flags.shell {
        ShellArg::Bash => (Shell::Bash, "bash"),
        ShellArg::Zsh => (Shell::Zsh, "zsh"),
        ShellArg::Fish => (Shell::Fish, "fish"),
    };
    let mut script = Vec::new();
    generate(shell, &mut Cli::command(), "ktr", &mut script);
    let script = String::from_utf8_lossy(&script).into_owned();
    let value = json!({"shell": name, "script": script});
    output::answer(shared.output, script.trim_end(), &value);
}

/// Writes `ktr.1`, `ktr-keys.1`, `ktr-keys-new.1` and so on.
pub(crate) fn write_manual(shared: &Shared, flags: &Man) -> Result<(), CliError> {
    file::folder(&flags.out)?;
    clap_mangen::generate_to(Cli::command(), &flags.out).map_err(file::failed(&flags.out))?;
    let entries = std::fs::read_dir(&flags.out).map_err(file::failed(&flags.out))?;
    let pages = entries
        .flatten()
        .filter(|entry| entry.path().extension().is_some_and(|ending| ending == "1"));
    let pages = pages.count();
    let value = json!({"folder": flags.out, "pages": pages});
    let text = format!("{}: {pages} pages", flags.out.display());
    output::answer(shared.output, &text, &value);
    Ok(())
}
