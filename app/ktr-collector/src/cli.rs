//! The command line: names, flags and their `KTR_COLLECTOR_*` twins; nodes are `KTR_RPC`.
//! No secret is ever an argument.

use std::{net::SocketAddr, path::PathBuf};

use clap::{Args, Parser, Subcommand, ValueEnum};
use ktr_os::pages::{Completions, Man};

/// The collector of plain hits.
#[derive(Debug, Parser)]
#[command(
    name = "ktr-collector",
    version,
    about = "Counts plain hits per release and bucket, and publishes them; keeps no identity"
)]
#[command(
    after_help = "Examples:\n  ktr-collector --home collector init --rpc http://127.0.0.1:26657\n  \
                  ktr-collector --home collector start\n  ktr-collector --home collector -o json status\n\n\
                  Exit codes: 0 done, 1 failed, 64 wrong usage"
)]
pub(crate) struct Cli {
    /// The folder with collector.toml.
    #[arg(long, env = "KTR_COLLECTOR_HOME", default_value = ".", global = true)]
    pub(crate) home: PathBuf,
    /// How answers are printed.
    #[arg(
        short,
        long,
        env = "KTR_COLLECTOR_OUTPUT",
        value_enum,
        default_value = "text",
        global = true
    )]
    pub(crate) output: Format,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// How answers are printed.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Format {
    /// Lines for people.
    Text,
    /// One JSON value.
    Json,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Write collector.toml and the state folder; what exists is kept.
    #[command(
        after_help = "Examples:\n  ktr-collector --home collector init --rpc http://127.0.0.1:26657 --listen 127.0.0.1:8480"
    )]
    Init(Init),
    /// Count and publish until SIGTERM.
    #[command(after_help = "Examples:\n  ktr-collector --home collector start")]
    Start,
    /// Show the ended buckets on disk, with their label; small numbers are withheld.
    #[command(
        after_help = "Examples:\n  ktr-collector --home collector status\n  ktr-collector --home collector -o json status"
    )]
    Status,
    /// Print what a shell needs to complete commands and flags.
    #[command(
        after_help = "Examples:\n  ktr-collector completions bash\n\nWhere it goes:\n  bash  ~/.local/share/bash-completion/completions/ktr-collector\n  zsh   a folder of fpath, as _ktr-collector\n  fish  ~/.config/fish/completions/ktr-collector.fish"
    )]
    Completions(Completions),
    /// Write a man page for each command.
    #[command(
        after_help = "Examples:\n  ktr-collector man --out man1",
        mut_arg("out", |out| out.env("KTR_COLLECTOR_OUT"))
    )]
    Man(Man),
}

/// Flags of `init`.
#[derive(Debug, Args)]
pub(crate) struct Init {
    /// Where to listen; on loopback.
    #[arg(long, env = "KTR_COLLECTOR_LISTEN", default_value = "127.0.0.1:8480")]
    pub(crate) listen: SocketAddr,
    /// RPC URLs of nodes.
    #[arg(
        long,
        env = "KTR_RPC",
        value_delimiter = ',',
        default_value = "http://127.0.0.1:26657"
    )]
    pub(crate) rpc: Vec<String>,
    /// The times of a localnet, where an hour lasts a minute and a half.
    #[arg(long, env = "KTR_COLLECTOR_LOCALNET")]
    pub(crate) localnet: bool,
}

#[cfg(test)]
mod tests {
    use clap::ValueEnum;
    use ktr_os::pages::{Shell, completions, manual};
    use ktr_testkit::command_line;

    use super::Cli;

    #[test]
    fn every_flag_has_a_twin_in_the_environment_and_every_command_an_example_that_is_read() {
        command_line::is_well_documented::<Cli>();
    }

    #[test]
    fn shells_and_man_pages_are_given_every_command() {
        let folder = tempfile::tempdir().expect("a folder");
        manual::<Cli>(folder.path()).expect("written");
        let shells = Shell::value_variants().iter().copied();
        let scripts: Vec<String> = shells.map(completions::<Cli>).collect();
        command_line::has_pages::<Cli>(&scripts, folder.path());
    }
}
