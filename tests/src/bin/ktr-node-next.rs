//! A node of a version that is still to come: the product's own in everything but the application version, which is an argument.
//! An upgrade can so be played and tested before there is a second version; it is no part of the product.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "this file is its output"
)]

use std::{
    error::Error,
    fs::{self, File},
    io::{BufReader, stderr},
    path::{Path, PathBuf},
    process::ExitCode,
    sync::Arc,
};

use clap::{Parser, Subcommand};
use ktr_node::{
    engine::{self, Document, Start},
    exit::Exit,
    home::Home,
    limits::SILENCE_MIN,
    replay::replay,
    settings::Settings,
};
use ktr_os::clock;
use serde_json::json;

/// A node whose application version is an argument.
#[derive(Debug, Parser)]
struct Arguments {
    /// The newest version that it executes
    #[arg(long, env = "KTR_NODE_APP_VERSION")]
    app_version: u64,
    /// The node's folder
    #[arg(long, default_value = "ktr-node")]
    home: PathBuf,
    #[command(subcommand)]
    command: Task,
}

/// What it does as `ktr-node` does it.
#[derive(Debug, Subcommand)]
enum Task {
    /// Run the node and its engine until it is asked to stop
    Start,
    /// Execute exported blocks again from genesis
    Replay {
        /// The blocks
        #[arg(long)]
        blocks: PathBuf,
        /// The genesis document
        #[arg(long)]
        genesis: PathBuf,
    },
}

fn main() -> ExitCode {
    let Arguments {
        app_version,
        home,
        command,
    } = Arguments::parse();
    let done = match command {
        Task::Start => start(app_version, &home),
        Task::Replay { blocks, genesis } => again(app_version, &blocks, &genesis),
    };
    match done {
        Ok(exit) => exit.into(),
        Err(error) => {
            eprintln!("ktr-node-next: {error}");
            Exit::Refused.into()
        }
    }
}

fn start(app_version: u64, home: &Path) -> Result<Exit, Box<dyn Error>> {
    let home = Home::new(std::path::absolute(home)?);
    let settings = Settings::load(&home.settings())?;
    tracing_subscriber::fmt().json().with_writer(stderr).init();
    let reason = engine::start(Start {
        home,
        settings,
        app_version,
        clock: Box::new(clock::now),
        silence_min: SILENCE_MIN,
        sink: Arc::new(|line| println!("{line}")),
    })?;
    if reason.exit != Exit::Stopped {
        eprintln!("ktr-node-next: {}", reason.why);
    }
    Ok(reason.exit)
}

fn again(app_version: u64, blocks: &Path, genesis: &Path) -> Result<Exit, Box<dyn Error>> {
    let document = Document::parse(&fs::read(genesis)?)?;
    let blocks = BufReader::new(File::open(blocks)?);
    let (chain, genesis) = (document.chain_id(), document.genesis()?);
    let summary = replay(app_version, chain, genesis, blocks)?;
    println!("{}", json!({"blocks": summary.blocks, "txs": summary.txs}));
    Ok(Exit::Stopped)
}
