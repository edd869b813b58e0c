//! The program `ktr-node`: reads its arguments, does one thing, says why it ends.
//! Everything it does is in the library of this crate.

mod cli;
mod output;

use std::{error::Error, fs::File, io::BufReader, path::PathBuf, process::ExitCode, sync::Arc};

use clap::Parser;
use ktr_core::{id::Sha256, time::Time};
use ktr_node::{
    ask::{NoAnswer, ask},
    diff::{Source, Undecided, compare},
    doctor::examine,
    engine::{self, Document, Keys, Start},
    exit::Exit,
    home::Home,
    limits::{APP_VERSION, SILENCE_MIN},
    replay::{Broken, judge_outcome, replay},
    settings::{LogLevel, Settings},
    store::{Store, StoreError},
};
use ktr_os::{Verdict, clock, file};
use tracing_subscriber::filter::LevelFilter;

use crate::cli::{Cli, Command};

/// Why a command failed, with the code for it.
type Failure = (Exit, Box<dyn Error>);

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            let exit = if error.use_stderr() {
                Exit::Usage
            } else {
                Exit::Stopped
            };
            return error.print().map_or(Exit::Refused, |()| exit).into();
        }
    };
    match run(cli) {
        Ok(exit) => exit.into(),
        Err((exit, error)) => {
            output::failure(&error.to_string());
            exit.into()
        }
    }
}

fn run(cli: Cli) -> Result<Exit, Failure> {
    let home = std::path::absolute(&cli.home).map_err(refused)?;
    let home = Home::new(home);
    match cli.command {
        Command::Init(init) => make(&home, &init, cli.output),
        Command::Key(key) => {
            // Alone, for a genesis that is still to be made.
            let keys = Keys::ensure(&home, key.validator_key.as_deref()).map_err(refused)?;
            output::key(&keys, key.which, cli.output);
            Ok(Exit::Stopped)
        }
        Command::Genesis(genesis) => print_genesis(&genesis),
        Command::Start => start(home),
        Command::Status => status(&home, cli.output),
        Command::Doctor => Ok(diagnose(&home, cli.output)),
        Command::Rollback => back(&home, cli.output),
        Command::Diff(arguments) => difference(&arguments, cli.output),
        Command::Replay(arguments) => again(&home, &arguments, cli.output),
        Command::Completions(flags) => {
            output::pages(&flags.written::<Cli>(), cli.output);
            Ok(Exit::Stopped)
        }
        Command::Man(flags) => {
            let written = flags.written::<Cli>().map_err(refused)?;
            output::pages(&written, cli.output);
            Ok(Exit::Stopped)
        }
    }
}

fn make(home: &Home, init: &cli::Init, format: cli::Format) -> Result<Exit, Failure> {
    let default = Settings::new("");
    let settings = Settings {
        abci_socket: init.socket.clone(),
        engine_binary: init.engine.clone(),
        rpc_laddr: init.rpc.clone(),
        p2p_laddr: init.p2p.clone(),
        metrics_laddr: shown(
            init.metrics.as_deref(),
            init.localnet,
            default.metrics_laddr,
        ),
        node_metrics_laddr: shown(
            init.own_metrics.as_deref(),
            init.localnet,
            default.node_metrics_laddr,
        ),
        persistent_peers: named(&init.peers),
        heartbeat: match &init.heartbeat {
            Some(heartbeat) => heartbeat.clone(),
            None if init.localnet => "1s".to_owned(),
            None => default.heartbeat,
        },
        allow_duplicate_ip: init.localnet,
        join_rpc: init.join.clone(),
        trust_height: init.trust_height.unwrap_or(0),
        trust_hash: init.trust_hash.clone().unwrap_or_default(),
        ..Settings::new("")
    };
    let from = engine::Init {
        genesis: &init.genesis,
        settings,
        validator_key: init.validator_key.as_deref(),
    };
    let made = engine::init(home, from).map_err(refused)?;
    if let Some(rule) = made.broken {
        output::warning(&format!(
            "{}: {rule}; no new chain could begin with it, and this one goes on",
            init.genesis.display()
        ));
    }
    output::made(&made.keys, format);
    Ok(Exit::Stopped)
}

/// Where metrics are shown: as asked, on a localnet nowhere.
fn shown(asked: Option<&str>, is_localnet: bool, default: String) -> String {
    match asked {
        Some("none") => String::new(),
        Some(address) => address.to_owned(),
        None if is_localnet => String::new(),
        None => default,
    }
}

/// A site alone has no peers; scripts say so with an empty word.
fn named(peers: &[String]) -> Vec<String> {
    let peers = peers.iter().filter(|peer| !peer.is_empty());
    peers.cloned().collect()
}

fn print_genesis(arguments: &cli::Genesis) -> Result<Exit, Failure> {
    let text = file::read(&arguments.app_state).map_err(refused)?;
    let genesis = ktr_wire::genesis::from_json(&text).map_err(refused)?;
    let time = arguments.time.map_or_else(clock::now, Time);
    let document = Document::new(&arguments.chain_id, time, &genesis).map_err(refused)?;
    output::line(document.text().map_err(refused)?.trim_end());
    Ok(Exit::Stopped)
}

fn start(home: Home) -> Result<Exit, Failure> {
    let settings = Settings::load(&home.settings()).map_err(refused)?;
    let level = match settings.log_level {
        LogLevel::Error => LevelFilter::ERROR,
        LogLevel::Warn => LevelFilter::WARN,
        LogLevel::Info => LevelFilter::INFO,
        LogLevel::Debug => LevelFilter::DEBUG,
        LogLevel::Trace => LevelFilter::TRACE,
    };
    tracing_subscriber::fmt()
        .json()
        .with_max_level(level)
        .with_writer(std::io::stderr)
        .init();
    let reason = engine::start(Start {
        home,
        settings,
        app_version: APP_VERSION,
        clock: Box::new(clock::now),
        silence_min: SILENCE_MIN,
        sink: Arc::new(output::line),
    });
    let reason = reason.map_err(|error| (error.exit(), error.into()))?;
    if reason.exit == Exit::Stopped {
        return Ok(Exit::Stopped);
    }
    Err((reason.exit, reason.why.into()))
}

fn status(home: &Home, format: cli::Format) -> Result<Exit, Failure> {
    let settings = Settings::load(&home.settings()).map_err(refused)?;
    match ask(&settings.socket(home), "/status") {
        Ok(answer) => {
            output::status(&answer, format);
            Ok(Exit::Stopped)
        }
        Err(error @ NoAnswer::NoNode(_)) => Err((Exit::NoNode, error.into())),
        Err(error) => Err(refused(error)),
    }
}

fn back(home: &Home, format: cli::Format) -> Result<Exit, Failure> {
    let settings = Settings::load(&home.settings()).map_err(refused)?;
    let meta = engine::roll_back(home, &settings).map_err(|error| (error.exit(), error.into()))?;
    output::rolled_back(meta.height, &meta.app_hash, format);
    Ok(Exit::Stopped)
}

/// 1 if anything must be mended.
fn diagnose(home: &Home, format: cli::Format) -> Exit {
    let mut findings = examine(home, clock::now);
    output::found(&mut findings, format);
    let is_wrong = findings.iter().any(|found| found.verdict == Verdict::Wrong);
    if is_wrong {
        Exit::Refused
    } else {
        Exit::Stopped
    }
}

fn again(home: &Home, arguments: &cli::Replay, format: cli::Format) -> Result<Exit, Failure> {
    let (path, text) = genesis_of(home, arguments)?;
    // As a start reads it whose chain has blocks: the headers are the judge, and not the rules of today.
    let (document, genesis) =
        Document::begun(&text).map_err(|error| refused(format!("{}: {error}", path.display())))?;
    let path = &arguments.blocks;
    let blocks = File::open(path).map_err(|error| refused(file::failed(path)(error)))?;
    let blocks = BufReader::new(blocks);
    let summary = replay(APP_VERSION, document.chain_id(), genesis, blocks).map_err(broken)?;
    // What nothing contradicts because nothing is there proves nothing.
    if summary.blocks == 0 {
        let path = path.display();
        return Err(refused(format!("{path} holds no block; export it again")));
    }
    let committed = committed(home, document.chain_id(), summary.blocks)
        .map_err(|error| (Exit::Store, error.into()))?;
    let summary = judge_outcome(summary, committed).map_err(broken)?;
    output::replayed(&summary, format);
    Ok(Exit::Stopped)
}

/// The genesis document of the chain that is executed again, and its file: as named, else the folder's.
fn genesis_of(home: &Home, arguments: &cli::Replay) -> Result<(PathBuf, Vec<u8>), Failure> {
    if let Some(path) = &arguments.genesis {
        let text = file::read(path).map_err(refused)?;
        return Ok((path.clone(), text));
    }
    let path = home.genesis();
    let text = file::read(&path)
        .map_err(|error| refused(format!("{error}; name it with --genesis or --home")))?;
    Ok((path, text))
}

/// 14 if they differ, as the node that sees it ends.
fn difference(arguments: &cli::Diff, format: cli::Format) -> Result<Exit, Failure> {
    let mut one = Source::of(&arguments.one).map_err(undecided)?;
    let mut other = Source::of(&arguments.other).map_err(undecided)?;
    let found = compare(&mut one, &mut other, arguments.height).map_err(undecided)?;
    output::differs(&found, [&one, &other], format);
    Ok(if found.is_none() {
        Exit::Stopped
    } else {
        Exit::AppHash
    })
}

fn undecided(error: Undecided) -> Failure {
    let exit = match error {
        Undecided::NoNode(_) => Exit::NoNode,
        Undecided::Store { .. } => Exit::Store,
        Undecided::Refused { .. } | Undecided::Malformed { .. } => Exit::Refused,
    };
    (exit, error.into())
}

/// What this folder's node committed at a height; `None` if there is no store, or none that has come so far.
fn committed(home: &Home, chain_id: &str, height: u64) -> Result<Option<Sha256>, StoreError> {
    let store = match Store::read_only(&home.store()) {
        Ok(store) => store,
        Err(StoreError::Missing) => return Ok(None),
        Err(error) => return Err(error),
    };
    let Some(meta) = store.view().height(height)? else {
        return Ok(None);
    };
    if meta.chain_id == chain_id {
        return Ok(Some(meta.app_hash));
    }
    Err(StoreError::Chain {
        found: meta.chain_id,
        wanted: chain_id.to_owned(),
    })
}

fn broken(error: Broken) -> Failure {
    let differs = matches!(
        error,
        Broken::Differs { .. } | Broken::ResultsDiffer { .. } | Broken::Outcome { .. }
    );
    let exit = if differs {
        Exit::AppHash
    } else {
        Exit::Refused
    };
    (exit, error.into())
}

fn refused(error: impl Into<Box<dyn Error>>) -> Failure {
    (Exit::Refused, error.into())
}
