//! The command line: names, flags and their `KTR_AGENT_*` twins; nodes are `KTR_RPC`.
//! No secret is ever an argument.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use ktr_core::id::{MemberId, ReleaseId};
use ktr_os::pages::{Completions, Man};

/// The member's agent.
#[derive(Debug, Parser)]
#[command(
    name = "ktr-agent",
    version,
    about = "Fetches, decrypts and verifies the release of a session, and files it"
)]
#[command(
    after_help = "Examples:\n  ktr-agent --home agent init --member 00112233445566778899aabbccddeeff --county 1\n  \
                  ktr-agent --home agent start\n  ktr-agent --home agent -o json status\n  \
                  ktr-agent --home agent mark ingested RELEASE\n\n\
                  Exit codes: 0 done, 1 failed, 64 wrong usage"
)]
pub(crate) struct Cli {
    /// The folder with agent.toml.
    #[arg(long, env = "KTR_AGENT_HOME", default_value = ".", global = true)]
    pub(crate) home: PathBuf,
    /// How answers are printed.
    #[arg(
        short,
        long,
        env = "KTR_AGENT_OUTPUT",
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
    /// Write agent.toml and a throw-away room key, and print how the key is registered; what exists is kept.
    #[command(
        after_help = "Examples:\n  ktr-agent --home agent init --member 00112233445566778899aabbccddeeff --county 1 \
                      --passes http://127.0.0.1:18009 --homeserver http://127.0.0.1:18008 --rpc http://127.0.0.1:26657"
    )]
    Init(Init),
    /// Follow the chain and fetch each session's release until SIGTERM.
    #[command(after_help = "Examples:\n  ktr-agent --home agent start")]
    Start,
    /// Show which releases are filed or in quarantine, and where the session at hand stands.
    #[command(
        after_help = "Examples:\n  ktr-agent --home agent status\n  ktr-agent --home agent -o json status"
    )]
    Status,
    /// Say what was done with a release.
    #[command(subcommand)]
    Mark(Mark),
    /// Print what a shell needs to complete commands and flags.
    #[command(
        after_help = "Examples:\n  ktr-agent completions bash\n\nWhere it goes:\n  bash  ~/.local/share/bash-completion/completions/ktr-agent\n  zsh   a folder of fpath, as _ktr-agent\n  fish  ~/.config/fish/completions/ktr-agent.fish"
    )]
    Completions(Completions),
    /// Write a man page for each command.
    #[command(
        after_help = "Examples:\n  ktr-agent man --out man1",
        mut_arg("out", |out| out.env("KTR_AGENT_OUT"))
    )]
    Man(Man),
}

/// What was done with a release.
#[derive(Debug, Subcommand)]
pub(crate) enum Mark {
    /// A product has taken it in: an observed ingestion.
    #[command(
        after_help = "Examples:\n  ktr-agent --home agent mark ingested 00112233445566778899aabbccddeeff"
    )]
    Ingested {
        /// Its id, 32 hex digits: the name of its folder in signed/.
        #[arg(value_parser = release)]
        release: ReleaseId,
    },
}

/// Flags of `init`.
#[derive(Debug, Args)]
pub(crate) struct Init {
    /// The member's id, 32 hex digits.
    #[arg(long, env = "KTR_AGENT_MEMBER", value_parser = member)]
    pub(crate) member: MemberId,
    /// The home county's number in genesis order, from 1.
    #[arg(long, env = "KTR_AGENT_COUNTY", value_parser = clap::value_parser!(u8).range(1..=16))]
    pub(crate) county: u8,
    /// Base URL of the county's passes.
    #[arg(
        long,
        env = "KTR_AGENT_PASSES",
        default_value = "http://127.0.0.1:18009"
    )]
    pub(crate) passes: String,
    /// Base URL of the county's homeserver.
    #[arg(
        long,
        env = "KTR_AGENT_HOMESERVER",
        default_value = "http://127.0.0.1:18008"
    )]
    pub(crate) homeserver: String,
    /// Base URL of the collector.
    #[arg(
        long,
        env = "KTR_AGENT_COLLECTOR",
        default_value = "http://127.0.0.1:8480"
    )]
    pub(crate) collector: String,
    /// RPC URLs of nodes, two at best.
    #[arg(
        long,
        env = "KTR_RPC",
        value_delimiter = ',',
        default_value = "http://127.0.0.1:26657"
    )]
    pub(crate) rpc: Vec<String>,
    /// Whether an observed ingestion is counted: off or hit.
    #[arg(long, env = "KTR_AGENT_MEASURE", value_enum, default_value = "off")]
    pub(crate) measure: MeasureArg,
    /// Days that the room key lives.
    #[arg(long, env = "KTR_AGENT_DAYS", default_value_t = 365)]
    pub(crate) days: u64,
    /// The times of a localnet, where an hour lasts a minute and a half.
    #[arg(long, env = "KTR_AGENT_LOCALNET")]
    pub(crate) localnet: bool,
}

/// Whether an observed ingestion is counted.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub(crate) enum MeasureArg {
    /// No packet, ever.
    Off,
    /// One plain hit.
    Hit,
}

fn member(text: &str) -> Result<MemberId, String> {
    let octets = hex::decode(text).ok();
    let id = octets.and_then(|octets| MemberId::from_slice(&octets));
    id.ok_or_else(|| "32 hex digits are needed".to_owned())
}

fn release(text: &str) -> Result<ReleaseId, String> {
    let octets = hex::decode(text).ok();
    let id = octets.and_then(|octets| ReleaseId::from_slice(&octets));
    id.ok_or_else(|| "32 hex digits are needed".to_owned())
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
