//! The command line: names, flags and their `KTR_COLLECTOR_*` twins; nodes are `KTR_RPC`.
//! No secret is ever an argument.

use std::{net::SocketAddr, path::PathBuf};

use clap::{Args, Parser, Subcommand, ValueEnum};

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
    use clap::{CommandFactory, Parser};

    use super::Cli;

    /// The command and all below it.
    fn all(command: clap::Command) -> Vec<clap::Command> {
        let below: Vec<clap::Command> = command.get_subcommands().cloned().collect();
        let mut found = vec![command];
        found.extend(below.into_iter().flat_map(all));
        found
    }

    /// The lines below `Examples:` in a command's help, with an id in the place of a word in capitals.
    fn examples(command: &clap::Command) -> Vec<String> {
        let help = command.get_after_help().map(ToString::to_string);
        let help = help.unwrap_or_default();
        let below = help
            .split_once("Examples:\n")
            .map_or("", |(_, below)| below);
        let lines = below.lines().take_while(|line| !line.is_empty());
        lines
            .map(|line| line.replace("RELEASE", &"ab".repeat(16)))
            .collect()
    }

    #[test]
    fn every_flag_has_a_twin_in_the_environment_and_every_command_an_example_that_is_read() {
        let mut twins = 0_usize;
        for command in all(Cli::command()) {
            let name = command.get_name().to_owned();
            let flags = command.get_arguments().filter(|arg| !arg.is_positional());
            for flag in flags {
                let twin = flag.get_env().and_then(|twin| twin.to_str());
                assert!(
                    twin.is_some_and(|twin| twin.starts_with("KTR_")),
                    "{name}: {}",
                    flag.get_id()
                );
                twins = twins.saturating_add(1);
            }
            let examples = examples(&command);
            let has_own = command.get_subcommands().next().is_some();
            assert!(has_own || !examples.is_empty(), "{name} shows no example");
            for example in examples {
                let read = Cli::try_parse_from(example.split_whitespace());
                assert!(read.is_ok(), "{example}");
            }
        }
        assert!(twins > 3);
    }
}
