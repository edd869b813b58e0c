//! The arguments of the program; every flag has a `KTR_NODE_*` twin, and the engine is `KTR_COMETBFT`.
//! What they lead to is `main.rs`.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use ktr_os::pages::{Completions, Man};

/// A node of the Relay: the ledger's application and the engine beside it.
#[derive(Debug, Parser)]
#[command(name = "ktr-node", version, about)]
#[command(
    after_help = "Examples:\n  ktr-node --home DIR init --genesis genesis.json --peers ID@192.0.2.20:26656,ID@192.0.2.30:26656\n  \
                  ktr-node --home DIR start\n  ktr-node --home DIR -o json status\n\n\
                  Exit codes: 0 done, 1 refused, 4 no node answers, 10 intended halt, 11 store, 12 engine, port or socket, \
                  13 key guard, 14 app hash, 64 wrong usage"
)]
pub(crate) struct Cli {
    /// The node's folder.
    #[arg(long, global = true, env = "KTR_NODE_HOME", default_value = "ktr-node")]
    pub(crate) home: PathBuf,
    /// How answers are printed.
    #[arg(
        short,
        long,
        global = true,
        env = "KTR_NODE_OUTPUT",
        default_value = "text"
    )]
    pub(crate) output: Format,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// How answers are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people.
    Text,
    /// For programs.
    Json,
}

/// Which of a node's two keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Which {
    /// The validator's public key, 64 hex digits.
    Validator,
    /// The node id, 40 hex digits.
    Node,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Make the folder: configuration, keys, genesis. Prints the node id. Run again it keeps the keys.
    #[command(
        after_help = "Examples:\n  ktr-node --home DIR init --genesis genesis.json --peers ID@192.0.2.20:26656,ID@192.0.2.30:26656\n  ktr-node --home DIR init --genesis genesis.json --peers ID@192.0.2.20:26656 --join 192.0.2.20:26657,192.0.2.30:26657 --trust-height 184220 --trust-hash HASH"
    )]
    Init(Box<Init>),
    /// Make the keys, if there are none, and print a public one: for a genesis that is still to be made.
    #[command(
        after_help = "Examples:\n  ktr-node --home DIR key\n  ktr-node --home DIR key --which node"
    )]
    Key(Key),
    /// Print the genesis document of a network, made from its `app_state`.
    #[command(
        after_help = "Examples:\n  ktr-node genesis --chain-id ktr-first-1 --app-state app_state.json"
    )]
    Genesis(Genesis),
    /// Run the node and its engine until it is asked to stop.
    #[command(after_help = "Examples:\n  ktr-node --home DIR start")]
    Start,
    /// Ask the running node where it stands.
    #[command(
        after_help = "Examples:\n  ktr-node --home DIR status\n  ktr-node --home DIR -o json status"
    )]
    Status,
    /// Look at the folder, and at the node that runs in it, and name what is wrong. Changes nothing.
    #[command(after_help = "Examples:\n  ktr-node --home DIR doctor")]
    Doctor,
    /// Take the last height back, in engine and store; the next start executes its block again.
    #[command(after_help = "Examples:\n  ktr-node --home DIR rollback")]
    Rollback,
    /// Execute exported blocks again from genesis; hold every app hash against its header, the last against this folder's store.
    #[command(
        after_help = "Examples:\n  ktr-node --home DIR replay --blocks blocks.jsonl\n  ktr-node replay --blocks blocks.jsonl --genesis genesis.json"
    )]
    Replay(Replay),
    /// Compare two nodes at one height and name the first event and the first record in which they differ.
    #[command(
        after_help = "A and B are each the folder of a node that stands still, or the HOST:PORT of an engine's RPC.\nEnds with 0 if nothing differs, with 14 if something does.\n\nExamples:\n  ktr-node diff /var/lib/ktr-node 192.0.2.20:26657\n  ktr-node diff 192.0.2.10:26657 192.0.2.20:26657 --height 184220"
    )]
    Diff(Diff),
    /// Print what a shell needs to complete commands and flags.
    #[command(
        after_help = "Examples:\n  ktr-node completions bash\n\nWhere it goes:\n  bash  ~/.local/share/bash-completion/completions/ktr-node\n  zsh   a folder of fpath, as _ktr-node\n  fish  ~/.config/fish/completions/ktr-node.fish"
    )]
    Completions(Completions),
    /// Write a man page for each command.
    #[command(
        after_help = "Examples:\n  ktr-node man --out man1",
        mut_arg("out", |out| out.env("KTR_NODE_OUT"))
    )]
    Man(Man),
}

#[derive(Debug, Args)]
pub(crate) struct Init {
    /// The genesis document that all nodes share.
    #[arg(long, env = "KTR_NODE_GENESIS")]
    pub(crate) genesis: PathBuf,
    /// Where the engine answers queries.
    #[arg(long, env = "KTR_NODE_RPC", default_value = "127.0.0.1:26657")]
    pub(crate) rpc: String,
    /// Where the engine meets its peers.
    #[arg(long, env = "KTR_NODE_P2P", default_value = "0.0.0.0:26656")]
    pub(crate) p2p: String,
    /// Where the engine shows its metrics; `none` is nowhere. Default 127.0.0.1:26660, on a localnet none.
    #[arg(long, env = "KTR_NODE_METRICS")]
    pub(crate) metrics: Option<String>,
    /// Where the node shows its own metrics; `none` is nowhere. Default 127.0.0.1:26661, on a localnet none.
    #[arg(long, env = "KTR_NODE_OWN_METRICS")]
    pub(crate) own_metrics: Option<String>,
    /// The other sites, `id@host:port`, with commas between them.
    #[arg(long, env = "KTR_NODE_PEERS", value_delimiter = ',')]
    pub(crate) peers: Vec<String>,
    /// Begin with a snapshot of the peers: engines of two counties or more, `host:port`, that say which app hash is the right one. The
    /// genesis is then read as the chain began with it, however long ago.
    #[arg(long, env = "KTR_NODE_JOIN", value_delimiter = ',', requires_all = ["trust_height", "trust_hash"])]
    pub(crate) join: Vec<String>,
    /// With `--join`: a height that was looked up at two counties, not older than a fortnight.
    #[arg(long, env = "KTR_NODE_TRUST_HEIGHT", requires = "join")]
    pub(crate) trust_height: Option<u64>,
    /// With `--join`: the hash of its block, 64 hex digits.
    #[arg(long, env = "KTR_NODE_TRUST_HASH", requires = "join")]
    pub(crate) trust_hash: Option<String>,
    /// How long the chain may be silent. Default 60s, on a localnet 1s.
    #[arg(long, env = "KTR_NODE_HEARTBEAT")]
    pub(crate) heartbeat: Option<String>,
    /// The socket between engine and application: below the home folder unless absolute.
    #[arg(long, env = "KTR_NODE_ABCI_SOCKET", default_value = "abci.sock")]
    pub(crate) socket: PathBuf,
    /// The engine: a path, or a name in PATH.
    #[arg(long, env = "KTR_COMETBFT", default_value = "cometbft")]
    pub(crate) engine: PathBuf,
    /// All sites on this machine: one address, no metrics, heartbeat of a second.
    #[arg(long, env = "KTR_NODE_LOCALNET")]
    pub(crate) localnet: bool,
    /// A validator key file of the engine, to be copied; without it one is made.
    #[arg(long, env = "KTR_NODE_VALIDATOR_KEY")]
    pub(crate) validator_key: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct Key {
    /// Which key.
    #[arg(long, env = "KTR_NODE_WHICH", default_value = "validator")]
    pub(crate) which: Which,
    /// A validator key file of the engine, to be copied; without it one is made.
    #[arg(long, env = "KTR_NODE_VALIDATOR_KEY")]
    pub(crate) validator_key: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct Genesis {
    /// The JSON of `app_state`.
    #[arg(long, env = "KTR_NODE_APP_STATE")]
    pub(crate) app_state: PathBuf,
    /// The chain.
    #[arg(long, env = "KTR_NODE_CHAIN_ID")]
    pub(crate) chain_id: String,
    /// Header time of block 1 in seconds since 1970. Default now.
    #[arg(long, env = "KTR_NODE_GENESIS_TIME")]
    pub(crate) time: Option<u64>,
}

#[derive(Debug, Args)]
pub(crate) struct Replay {
    /// Lines of JSON: height, time in seconds, txs in base64, `app_hash` of that header in hex.
    #[arg(long, env = "KTR_NODE_BLOCKS")]
    pub(crate) blocks: PathBuf,
    /// The genesis document; without it the one of the home folder.
    #[arg(long, env = "KTR_NODE_GENESIS")]
    pub(crate) genesis: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct Diff {
    /// One node.
    #[arg(value_name = "A", env = "KTR_NODE_ONE")]
    pub(crate) one: String,
    /// The other.
    #[arg(value_name = "B", env = "KTR_NODE_OTHER")]
    pub(crate) other: String,
    /// The height; without it the last one that both have.
    #[arg(long, env = "KTR_NODE_HEIGHT")]
    pub(crate) height: Option<u64>,
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
