//! The program `ktr-collector`: reads the command line, runs one command, says how it ended.
//! Its parts are in the library.

mod cli;
mod output;

use std::{future::Future, process::ExitCode};

use clap::Parser;
use ktr_collector::{
    CollectorError, SystemClock,
    adapter::{self, RelayChain},
    config::{Blanks, Config, Timing},
    init,
    run::{self, Site},
    state_folder::{self, StateFolder},
    status,
};
use tokio::{
    net::TcpListener,
    signal::unix::{SignalKind, signal},
};
use tracing_subscriber::{Layer, filter, layer::SubscriberExt, util::SubscriberInitExt};

use crate::cli::{Cli, Command};

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(usage) => return output::usage(&usage),
    };
    match perform(&cli) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => output::failure(&error),
    }
}

fn perform(cli: &Cli) -> Result<(), CollectorError> {
    let path = cli.home.join("collector.toml");
    match &cli.command {
        Command::Init(flags) => {
            let blanks = Blanks {
                listen: flags.listen,
                rpc: flags.rpc.clone(),
                timing: if flags.localnet {
                    Timing::localnet()
                } else {
                    Timing::default()
                },
            };
            init::run(&cli.home, &blanks)?;
            output::made(&cli.home, cli.output);
            Ok(())
        }
        Command::Start => {
            log();
            start(&Config::load(&path)?)
        }
        Command::Status => {
            let config = Config::load(&path)?;
            let count_min = adapter::trust(&config.chain)?
                .genesis()
                .parameters
                .count_min;
            let record = state_folder::counts(&config.state)?.unwrap_or_default();
            let running = state_folder::is_marked(&config.state);
            let standing = status::standing(&record, running, count_min, &config.timing);
            output::standing(&standing, cli.output);
            Ok(())
        }
        Command::Completions(flags) => {
            output::pages(&flags.written::<Cli>(), cli.output);
            Ok(())
        }
        Command::Man(flags) => {
            output::pages(&flags.written::<Cli>()?, cli.output);
            Ok(())
        }
    }
}

/// One line of JSON per fact on stderr. Only this program speaks, and nothing below `info`: a library could name an address.
fn log() {
    let ours = filter::Targets::new().with_target("ktr_collector", filter::LevelFilter::INFO);
    let lines = tracing_subscriber::fmt::layer()
        .json()
        .with_writer(std::io::stderr)
        .with_filter(ours);
    tracing_subscriber::registry().with(lines).init();
}

#[tokio::main]
async fn start(config: &Config) -> Result<(), CollectorError> {
    let stop = stopped()?;
    let chain = RelayChain::open(&config.chain, SystemClock)?;
    let folder = StateFolder::open(&config.state)?;
    let listener = TcpListener::bind(config.listen).await;
    let site = Site {
        folder,
        listener: listener.map_err(|cause| CollectorError::Listen {
            address: config.listen,
            cause,
        })?,
        timing: config.timing,
        on_alarm: config.on_alarm.clone(),
    };
    run::run(site, chain, SystemClock, stop).await
}

/// Comes true at SIGTERM or SIGINT.
fn stopped() -> Result<impl Future<Output = ()>, CollectorError> {
    let mut term = signal(SignalKind::terminate()).map_err(CollectorError::Signal)?;
    let mut int = signal(SignalKind::interrupt()).map_err(CollectorError::Signal)?;
    Ok(async move {
        tokio::select! {
            _ = term.recv() => {}
            _ = int.recv() => {}
        }
    })
}
