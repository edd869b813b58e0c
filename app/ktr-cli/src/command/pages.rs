//! What packagers and shells take from the command line's own tree: completions, and a man page for each command.
//! Both are made by `ktr-os`, for every program alike.

use std::path::PathBuf;

use clap::Args;
use ktr_os::pages::{Shell, completions, manual};
use serde_json::json;

use crate::cli::{Cli, Shared};
use crate::error::CliError;
use crate::output;

/// Flags of `completions`.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  ktr completions bash\n  ktr completions fish\n\nWhere it goes:\n  bash  ~/.local/share/bash-completion/completions/ktr\n  zsh   a folder of fpath, as _ktr\n  fish  ~/.config/fish/completions/ktr.fish"
)]
pub(crate) struct Completions {
    /// For which shell.
    #[arg(value_enum)]
    shell: Shell,
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
    let script = completions::<Cli>(flags.shell);
    let value = json!({"shell": flags.shell.name(), "script": script});
    output::answer(shared.output, script.trim_end(), &value);
}

/// Writes `ktr.1`, `ktr-keys.1`, `ktr-keys-new.1` and so on.
pub(crate) fn write_manual(shared: &Shared, flags: &Man) -> Result<(), CliError> {
    let pages = manual::<Cli>(&flags.out)?;
    let value = json!({"folder": flags.out, "pages": pages});
    let text = format!("{}: {pages} pages", flags.out.display());
    output::answer(shared.output, &text, &value);
    Ok(())
}
