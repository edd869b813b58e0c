//! The command line: groups, flags that every command has, their `KTR_*` twins.
//! No secret is ever an argument; secrets come from files that only their owner can read.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use ktr_os::pages::{Completions, Man};

use crate::command::{
    audit, blocks, board, events, genesis, keys, localnet, log, member, nominate, query, release,
    session, sibling, tx,
};

/// The Knowledge Transfer Relay, for people.
#[derive(Debug, Parser)]
#[command(
    name = "ktr",
    version,
    about = "The Knowledge Transfer Relay, for people"
)]
#[command(
    after_help = "Examples:\n  ktr localnet up --home net\n  ktr --home net status\n  \
                  ktr --home net nominate case.json --key member.asc --decide-by +2h\n  \
                  ktr --home net board vote COMMITMENT approve --key seat.asc\n  \
                  ktr --home net audit\n\n\
                  Exit codes: 0 done, 1 refused, 3 fit if the board agrees (nominate check), 4 no node answers, 5 not seen in a block in time, 64 wrong usage"
)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) shared: Shared,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// Flags of every command.
#[derive(Clone, Debug, Args)]
pub(crate) struct Shared {
    /// How answers are printed.
    #[arg(
        short,
        long,
        value_enum,
        default_value = "text",
        env = "KTR_OUTPUT",
        global = true
    )]
    pub(crate) output: Format,
    /// Folder of the network: genesis.json, alliance.json, rpc.txt.
    #[arg(long, env = "KTR_HOME", default_value = ".", global = true)]
    pub(crate) home: PathBuf,
    /// RPC URLs of nodes; without it those in rpc.txt of the home.
    #[arg(long, env = "KTR_RPC", value_delimiter = ',', global = true)]
    pub(crate) rpc: Vec<String>,
    /// The engine's genesis.json; without it that of the home.
    #[arg(long, env = "KTR_GENESIS", global = true)]
    pub(crate) genesis: Option<PathBuf>,
    /// SHA-256 that genesis.json must have.
    #[arg(long, env = "KTR_GENESIS_SHA256", value_parser = crate::args::sha256, global = true)]
    pub(crate) genesis_sha256: Option<ktr_core::id::Sha256>,
    /// Seconds to wait for a block, or for a time that has not come yet.
    #[arg(long, env = "KTR_WAIT", default_value_t = 60, global = true)]
    pub(crate) wait: u64,
}

/// How answers are printed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub(crate) enum Format {
    /// Lines for people.
    Text,
    /// One JSON value.
    Json,
}

/// The groups of commands.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Keys: make, import, show, prove.
    #[command(subcommand)]
    Keys(keys::Keys),
    /// The network's genesis: make, check, show.
    #[command(subcommand)]
    Genesis(genesis::Genesis),
    /// Four sites on this machine.
    #[command(subcommand)]
    Localnet(localnet::Localnet),
    /// Transactions step by step: build, sign, broadcast, wait.
    #[command(subcommand)]
    Tx(tx::Tx),
    /// Members and their keys.
    #[command(subcommand)]
    Member(member::Member),
    /// Nominate a case.
    Nominate(nominate::Nominate),
    /// The board: open cases and votes.
    #[command(subcommand)]
    Board(board::Board),
    /// Sessions: schedule, open, close.
    #[command(subcommand)]
    Session(session::Session),
    /// Build the release from cleared cases.
    #[command(subcommand)]
    Bundle(release::Bundle),
    /// Seal a built bundle and put its hash on the chain.
    Seal(release::Seal),
    /// Verify a release against chain and Alliance.
    Verify(release::Verify),
    /// Hand a sealed release over to the counties.
    #[command(subcommand)]
    Release(release::Release),
    /// Read one record with its proof.
    Query(query::Query),
    /// Every event, verified.
    #[command(subcommand)]
    Events(events::Events),
    /// How the network stands.
    #[command(after_help = "Examples:\n  ktr --home net status\n  ktr -o json --home net status")]
    Status,
    /// Write every block as JSON lines, for re-execution.
    ExportBlocks(blocks::ExportBlocks),
    /// Read every event with its proof, and prove one absence.
    Audit(audit::Audit),
    /// The log as a whole: that it only grew.
    #[command(subcommand)]
    Log(log::Log),
    /// Print what a shell needs to complete commands and flags.
    #[command(
        after_help = "Examples:\n  ktr completions bash\n  ktr completions fish\n\nWhere it goes:\n  bash  ~/.local/share/bash-completion/completions/ktr\n  zsh   a folder of fpath, as _ktr\n  fish  ~/.config/fish/completions/ktr.fish"
    )]
    Completions(Completions),
    /// Write a man page for each command.
    #[command(
        after_help = "Examples:\n  ktr man --out man1",
        mut_arg("out", |out| out.env("KTR_OUT"))
    )]
    Man(Man),
    /// Run ktr-node.
    #[command(
        disable_help_flag = true,
        after_help = "Examples:\n  ktr node --home site status\n  ktr node --help"
    )]
    Node(sibling::Sibling),
    /// Run ktr-room.
    #[command(
        disable_help_flag = true,
        after_help = "Examples:\n  ktr room --home county-a status\n  ktr room --help"
    )]
    Room(sibling::Sibling),
    /// Run ktr-agent.
    #[command(
        disable_help_flag = true,
        after_help = "Examples:\n  ktr agent --home agent status\n  ktr agent --help"
    )]
    Agent(sibling::Sibling),
    /// Run ktr-collector.
    #[command(
        disable_help_flag = true,
        after_help = "Examples:\n  ktr collector --home collector status\n  ktr collector --help"
    )]
    Collector(sibling::Sibling),
}

/// Reads the command line. Wrong usage is answered as the line asks, wherever in it that stands.
pub(crate) fn parse(
    words: impl IntoIterator<Item = OsString>,
) -> (Result<Cli, clap::Error>, Format) {
    let words = for_others(words);
    let parsed = Cli::try_parse_from(&words);
    let format = match &parsed {
        Ok(cli) => cli.shared.output,
        Err(_) => wished(&words),
    };
    (parsed, format)
}

/// The form of answers that a line asks for which could not be read; text, if that is what is wrong.
fn wished(words: &[OsString]) -> Format {
    let words = words.iter().map(|word| word.to_str().unwrap_or(""));
    let line: Vec<&str> = words.take_while(|word| *word != "--").collect();
    let is_flag =
        |word: &str| word == "--output" || word.starts_with("--output=") || word.starts_with("-o");
    let tries = match line.iter().position(|word| is_flag(word)) {
        Some(at) => [line.get(at..at.saturating_add(2)), line.get(at..=at)],
        None => [Some(&[][..]), None],
    };
    let read = tries.into_iter().flatten().find_map(|flag| {
        let flag = flag.iter().copied();
        Wish::try_parse_from(std::iter::once("ktr").chain(flag)).ok()
    });
    read.map_or(Format::Text, |wish| wish.output)
}

/// The one flag that says how wrong usage is answered.
#[derive(Debug, Parser)]
struct Wish {
    #[arg(short, long, value_enum, default_value = "text", env = "KTR_OUTPUT")]
    output: Format,
}

/// Whatever follows the name of another program is that program's, flags that this one knows too included.
pub(crate) fn for_others(words: impl IntoIterator<Item = OsString>) -> Vec<OsString> {
    let mut words: Vec<OsString> = words.into_iter().collect();
    let name = words.get(1).and_then(|name| name.to_str());
    if matches!(name, Some("node" | "room" | "agent" | "collector")) {
        words.insert(2, OsString::from("--"));
    }
    words
}
