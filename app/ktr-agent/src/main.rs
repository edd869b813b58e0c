//! The program `ktr-agent`: reads the command line, runs one command, says how it ended.
//! Its parts are in the library.

mod cli;
mod output;

use std::{future::Future, process::ExitCode, time::Duration};

use clap::Parser;
use ktr_agent::{
    AgentError, SystemClock,
    config::{Blanks, Config, Measure, Timing},
    init, mark, run, standing,
};
use tokio::signal::unix::{SignalKind, signal};
use tracing_subscriber::{Layer, filter, layer::SubscriberExt, util::SubscriberInitExt};

use crate::cli::{Cli, Command, Init, Mark, MeasureArg};

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

fn perform(cli: &Cli) -> Result<(), AgentError> {
    let load = || Config::load(&cli.home.join("agent.toml"));
    match &cli.command {
        Command::Init(flags) => {
            let made = init::run(&cli.home, &blanks(flags), flags.days, &SystemClock)?;
            output::made(&made, cli.output);
            Ok(())
        }
        Command::Start => {
            log();
            start(&load()?)
        }
        Command::Status => {
            output::standing(&standing::read(&load()?)?, cli.output);
            Ok(())
        }
        Command::Mark(Mark::Ingested { release }) => {
            let config = load()?;
            mark::ingested(&config, *release)?;
            output::marked(*release, config.measure, cli.output);
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

fn blanks(flags: &Init) -> Blanks {
    Blanks {
        member: flags.member,
        county: flags.county,
        passes: flags.passes.clone(),
        homeserver: flags.homeserver.clone(),
        collector: flags.collector.clone(),
        rpc: flags.rpc.clone(),
        measure: match flags.measure {
            MeasureArg::Off => Measure::Off,
            MeasureArg::Hit => Measure::Hit,
        },
        timing: if flags.localnet {
            Timing::localnet()
        } else {
            Timing::default()
        },
    }
}

/// One line of JSON per fact on stderr. Only this program speaks, and nothing below `info`: a library could name an address.
fn log() {
    let ours = filter::Targets::new().with_target("ktr_agent", filter::LevelFilter::INFO);
    let lines = tracing_subscriber::fmt::layer()
        .json()
        .with_writer(std::io::stderr)
        .with_filter(ours);
    tracing_subscriber::registry().with(lines).init();
}

/// How long work in other threads may take when the program ends.
const SHUTDOWN: Duration = Duration::from_secs(2);

fn start(config: &Config) -> Result<(), AgentError> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(AgentError::Signal)?;
    let outcome = runtime.block_on(async {
        let stop = stopped()?;
        run::start(config, stop).await
    });
    // A name that is being looked up is not waited for: whoever ends this program waits ten seconds.
    runtime.shutdown_timeout(SHUTDOWN);
    outcome
}

/// Comes true at SIGTERM or SIGINT.
fn stopped() -> Result<impl Future<Output = ()>, AgentError> {
    let mut term = signal(SignalKind::terminate()).map_err(AgentError::Signal)?;
    let mut int = signal(SignalKind::interrupt()).map_err(AgentError::Signal)?;
    Ok(async move {
        tokio::select! {
            _ = term.recv() => {}
            _ = int.recv() => {}
        }
    })
}
