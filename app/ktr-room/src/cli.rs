//! The command line: names, flags and their `KTR_ROOM_*` twins; nodes are `KTR_RPC` and Synapse's Python is `KTR_SYNAPSE_PYTHON`.
//! No secret is ever an argument.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use ktr_os::pages::{Completions, Man};
use ktr_room::config::PostgresTable;

/// The sidecar of a county's homeserver.
#[derive(Debug, Parser)]
#[command(
    name = "ktr-room",
    version,
    about = "Makes, seeds and destroys the Matrix room of a session"
)]
#[command(
    after_help = "Examples:\n  ktr-room --home county-a init --county 1 --server-name county-a.test\n  \
                        ktr-room --home county-a start\n  ktr-room --home county-a -o json status\n\n\
                        Exit codes: 0 done, 1 failed, something is left or must be mended, 64 wrong usage, 75 the unit of one session was started too early"
)]
pub(crate) struct Cli {
    /// The folder with room.toml.
    #[arg(long, env = "KTR_ROOM_HOME", default_value = ".", global = true)]
    pub(crate) home: PathBuf,
    /// How answers are printed.
    #[arg(
        short,
        long,
        env = "KTR_ROOM_OUTPUT",
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
    /// Write room.toml, the homeserver's configuration and the secrets; what exists is kept.
    #[command(
        after_help = "Examples:\n  ktr-room --home county-a init --county 1 --server-name county-a.test --rpc http://127.0.0.1:26657"
    )]
    Init(Init),
    /// Run the homeserver and the sidecar until SIGTERM.
    #[command(
        after_help = "Examples:\n  ktr-room --home county-a start\n  ktr-room --home county-a start --one-session"
    )]
    Start(Start),
    /// Look at all that a session's room needs, and name what is wrong: a day and 40 minutes before the hour. Changes nothing; exit code 1 if anything must be mended.
    #[command(
        after_help = "Examples:\n  ktr-room --home county-a doctor\n  ktr-room --home county-a -o json doctor\n  \
                      ktr-room --home county-a doctor --ring"
    )]
    Doctor(Doctor),
    /// Show what the last pass of the running sidecar saw, in counts.
    #[command(
        after_help = "Examples:\n  ktr-room --home county-a status\n  ktr-room --home county-a -o json status"
    )]
    Status,
    /// Count what is left of the session at hand; exit code 1 if anything is.
    #[command(
        after_help = "Examples:\n  ktr-room --home county-a scan\n  ktr-room --home county-a scan --receipt county-a/state/receipts/3-1.json\n  \
                      ktr-room scan --data copy/synapse --server-name county-a.test --receipt 3-1.json"
    )]
    Scan(Scan),
    /// Order a session's room to be dissolved now; once more only if something was left.
    #[command(after_help = "Examples:\n  ktr-room --home county-a dissolve --session 3")]
    Dissolve(Dissolve),
    /// Print what a shell needs to complete commands and flags.
    #[command(
        after_help = "Examples:\n  ktr-room completions bash\n\nWhere it goes:\n  bash  ~/.local/share/bash-completion/completions/ktr-room\n  zsh   a folder of fpath, as _ktr-room\n  fish  ~/.config/fish/completions/ktr-room.fish"
    )]
    Completions(Completions),
    /// Write a man page for each command.
    #[command(
        after_help = "Examples:\n  ktr-room man --out man1",
        mut_arg("out", |out| out.env("KTR_ROOM_OUT"))
    )]
    Man(Man),
}

/// Flags of `init`.
#[derive(Debug, Args)]
pub(crate) struct Init {
    /// The county's number in genesis order, from 1.
    #[arg(long, env = "KTR_ROOM_COUNTY")]
    pub(crate) county: u8,
    /// The Matrix server name.
    #[arg(long, env = "KTR_ROOM_SERVER_NAME")]
    pub(crate) server_name: String,
    /// The homeserver's port on 127.0.0.1.
    #[arg(long, env = "KTR_ROOM_PORT", default_value_t = 18_008)]
    pub(crate) port: u16,
    /// The port of the passes on 127.0.0.1.
    #[arg(long, env = "KTR_ROOM_PASS_PORT", default_value_t = 18_009)]
    pub(crate) pass_port: u16,
    /// Where the sidecar ends TLS by itself for members and probes, as HOST:PORT; without it something else does.
    #[arg(long, env = "KTR_ROOM_LISTEN")]
    pub(crate) listen: Option<SocketAddr>,
    /// A cluster of PostgreSQL for the homeserver's database, as host=FOLDER,database=NAME,user=NAME,data=FOLDER with `port=` and
    /// `password_file=` if wanted: the keys of homeserver.postgres; without it the database is a file of SQLite.
    #[arg(long, env = "KTR_ROOM_POSTGRES")]
    pub(crate) postgres: Option<PostgresTable>,
    /// The Python that has matrix-synapse 1.163.2 installed.
    #[arg(long, env = "KTR_SYNAPSE_PYTHON", default_value = "python3")]
    pub(crate) python: String,
    /// RPC URLs of nodes, the county's own first.
    #[arg(
        long,
        env = "KTR_RPC",
        value_delimiter = ',',
        default_value = "http://127.0.0.1:26657"
    )]
    pub(crate) rpc: Vec<String>,
    /// Another county to witness, as NUMBER,PASSES,HOMESERVER with two base URLs; repeated for more, or parted by blanks.
    #[arg(long, env = "KTR_ROOM_NEIGHBOUR", value_delimiter = ' ', value_parser = neighbour)]
    pub(crate) neighbour: Vec<(u8, String, String)>,
    /// The times of a localnet, where an hour lasts a minute and a half.
    #[arg(long, env = "KTR_ROOM_LOCALNET")]
    pub(crate) localnet: bool,
}

/// Flags of `start`.
#[derive(Debug, Args)]
pub(crate) struct Start {
    /// With homeserver.profile = "per-session": end when one session's homeserver is removed and the chain knows it.
    #[arg(long, env = "KTR_ROOM_ONE_SESSION")]
    pub(crate) one_session: bool,
}

/// Flags of `doctor`.
#[derive(Debug, Args)]
pub(crate) struct Doctor {
    /// Call the command of `on_alarm`, with the code room.unfit, if anything must be mended, and wait up to a minute for it: for a timer, whose output nobody reads. A room.toml that cannot be read names no command, and nobody is called: the unit has failed then.
    #[arg(long, env = "KTR_ROOM_RING")]
    pub(crate) ring: bool,
}

/// Flags of `scan`.
#[derive(Debug, Args)]
pub(crate) struct Scan {
    /// A receipt file of an auditor; without it the session at hand is looked for, or what the newest receipt names.
    #[arg(long, env = "KTR_ROOM_RECEIPT")]
    pub(crate) receipt: Option<PathBuf>,
    /// A homeserver's data folder, or a copy of one, to be scanned by itself: nothing of a sidecar is needed, nothing in it is changed.
    #[arg(
        long,
        env = "KTR_ROOM_DATA",
        requires = "receipt",
        requires = "server_name"
    )]
    pub(crate) data: Option<PathBuf>,
    /// With --data: the homeserver's Matrix server name, part of the room's alias.
    #[arg(long, env = "KTR_ROOM_SCAN_SERVER_NAME")]
    pub(crate) server_name: Option<String>,
    /// With --data: the cluster of PostgreSQL that holds the homeserver's database, as in `init`; its own data folder is read too.
    #[arg(long, env = "KTR_ROOM_SCAN_POSTGRES", requires = "data")]
    pub(crate) postgres: Option<PostgresTable>,
}

/// Flags of `dissolve`.
#[derive(Debug, Args)]
pub(crate) struct Dissolve {
    /// The session.
    #[arg(long, env = "KTR_ROOM_SESSION")]
    pub(crate) session: u32,
}

/// Reads another county's number and base URLs; whether they may be dialled is the configuration's to judge.
fn neighbour(text: &str) -> Result<(u8, String, String), String> {
    let parts: Vec<&str> = text.split(',').collect();
    let [id, passes, homeserver] = parts.as_slice() else {
        return Err("NUMBER,PASSES,HOMESERVER is wanted".to_owned());
    };
    let id = id.parse().map_err(|_number| format!("{id} is no county"))?;
    Ok((id, (*passes).to_owned(), (*homeserver).to_owned()))
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
