//! `ktr localnet`: up, down. What it makes lies below the home folder and is kept.
//! `up` on a folder that has a genesis starts what does not run, and changes nothing else.

use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::{Args, Subcommand};
use ktr_client::{Client, Trust};
use ktr_core::governance::Tolerance;
use serde::{Deserialize, Serialize};
use serde_json::json;
use tokio::time::{Instant, sleep};

use super::process;
use super::ring;
use super::site::{self, Site, free_ports};
use crate::cli::Shared;
use crate::clock;
use crate::command::genesis::{self, AllianceText, Description};
use crate::connection::block_on;
use crate::error::{CliError, untrusted};
use crate::file;
use crate::limits::{LOCALNET_WITHIN_SECS, TERM_DAYS};
use crate::output;

/// What can be done with a localnet.
#[derive(Debug, Subcommand)]
pub(crate) enum Localnet {
    /// Make four sites below the home folder, if there are none, and start those that do not run.
    #[command(
        after_help = "Examples:\n  ktr localnet up --home net\n  ktr localnet up --home net --year-secs 60\n  ktr localnet up --home net --node next/ktr-node\n\nAfterwards in net: genesis.json, alliance.json, rpc.txt, pids, keys/ROLE.asc, sites/NAME, logs/"
    )]
    Up(Up),
    /// Stop all four; files are kept.
    #[command(after_help = "Examples:\n  ktr localnet down --home net")]
    Down,
}

/// Flags of `localnet up`.
#[derive(Debug, Args)]
pub(crate) struct Up {
    /// The chain id of a new network.
    #[arg(long, env = "KTR_CHAIN", default_value = "ktr-localnet-1")]
    chain: String,
    /// Stretches the seconds of a new network's parameters, for a slow or loaded machine: 150 is half as slow again.
    #[arg(long, env = "KTR_PACE_PERCENT", default_value_t = 100, value_parser = clap::value_parser!(u64).range(100..=3_000))]
    pace_percent: u64,
    /// Makes a new network of many years: each has this many seconds, and terms, deadlines and buckets are shortened with it.
    #[arg(long, env = "KTR_YEAR_SECS", value_parser = clap::value_parser!(u64).range(60..=86_400))]
    year_secs: Option<u64>,
    /// What runs the sites that do not run yet: a node of another version; its file name begins with ktr-node. Without it, the one
    /// beside this program.
    #[arg(long, env = "KTR_NODE")]
    node: Option<PathBuf>,
}

/// Name, power and county of each site.
const SITES: [(&str, u64, Option<u8>); 4] = [
    ("a", 100, Some(1)),
    ("b", 100, Some(2)),
    ("c", 100, Some(3)),
    ("witness", 1, None),
];
const COUNTIES: u8 = 3;

/// What `sites.json` remembers.
#[derive(Serialize, Deserialize)]
struct Net {
    sites: Vec<Site>,
    sockets: PathBuf,
}

/// Runs one of them.
pub(crate) fn run(shared: &Shared, localnet: Localnet) -> Result<(), CliError> {
    let home = std::path::absolute(&shared.home).map_err(file::failed(&shared.home))?;
    match localnet {
        Localnet::Up(flags) => block_on(up(shared, &home, &flags)),
        Localnet::Down => block_on(down(shared, &home)),
    }
}

async fn up(shared: &Shared, home: &Path, flags: &Up) -> Result<(), CliError> {
    let mut net = if home.join("sites.json").exists() {
        read(home)?
    } else {
        make(home, flags)?
    };
    std::fs::create_dir_all(&net.sockets).map_err(file::failed(&net.sockets))?;
    let program = flags.node.clone().unwrap_or_else(site::program);
    for site in &mut net.sites {
        if !site.pid.is_some_and(process::is_node) {
            site.start(&program, &home.join("logs"))?;
        }
    }
    write(home, &net)?;
    let urls: Vec<String> = net.sites.iter().map(Site::url).collect();
    file::write(
        &home.join("rpc.txt"),
        format!("{}\n", urls.join("\n")).as_bytes(),
    )?;
    let path = home.join("genesis.json");
    let trust = Trust::read(&file::read(&path)?, None).map_err(untrusted(&path))?;
    let chain = trust.chain_id().to_owned();
    let tolerance = Tolerance::of(&trust.genesis().validators);
    let height = wait_for_blocks(&net, &Client::new(&urls, trust)?).await?;
    let pids: serde_json::Map<_, _> = net
        .sites
        .iter()
        .map(|site| (site.name.clone(), json!(site.pid)))
        .collect();
    let value = json!({
        "home": home,
        "chain": chain,
        "height": height,
        "rpc": urls,
        "pids": pids,
        "keys": home.join("keys"),
        "tolerates": tolerance.faults,
    });
    let text = format!(
        "{chain} runs below {}: four sites, {tolerance}\nheight {height}, {}\nstop it with: ktr localnet down --home {}",
        home.display(),
        urls.join(" "),
        home.display()
    );
    output::answer(shared.output, &text, &value);
    Ok(())
}

/// Makes keys, sites and genesis.
fn make(home: &Path, flags: &Up) -> Result<Net, CliError> {
    file::shared_folder(home)?;
    let keys = ring::make(&home.join("keys"), COUNTIES)?;
    let ports = free_ports(SITES.len().saturating_mul(2))?;
    let mut sites = Vec::new();
    for ((name, _, _), pair) in SITES.iter().zip(ports.chunks(2)) {
        if let [rpc, p2p] = pair {
            sites.push(Site::new(name, &home.join("sites"), (*rpc, *p2p))?);
        }
    }
    let described = Description {
        chain_id: flags.chain.clone(),
        genesis_time: None,
        counties: COUNTIES,
        host: 1,
        localnet: true,
        pace_percent: flags.pace_percent,
        year_secs: flags.year_secs,
        kept: None,
        term_days: TERM_DAYS,
        alliance: AllianceText {
            name: "Localnet Alliance".to_owned(),
            domain: "relay.example".to_owned(),
        },
        keys,
        validators: SITES
            .iter()
            .zip(&sites)
            .map(|((name, power, county), site)| genesis::Site {
                name: (*name).to_owned(),
                key: site.validator.clone(),
                power: *power,
                county: *county,
            })
            .collect(),
    };
    let composed = genesis::compose(&described, home, clock::now())?;
    genesis::write(&composed, home)?;
    let sockets = tempfile::Builder::new().prefix("ktr-").tempdir();
    let sockets = sockets
        .map_err(file::failed(Path::new("temporary folder")))?
        .keep();
    for site in &sites {
        site.init(&home.join("genesis.json"), &sites, &sockets)?;
    }
    Ok(Net { sites, sockets })
}

/// Waits until every site has two blocks: the second carries the first app hash.
async fn wait_for_blocks(net: &Net, client: &Client) -> Result<u64, CliError> {
    let spinner = output::waiting("waiting for the second block of every site");
    let begun = Instant::now();
    loop {
        let standings = client.standings().await;
        let lowest = standings.iter().map(|node| node.height).min().unwrap_or(0);
        if lowest >= 2 {
            spinner.finish_and_clear();
            return Ok(lowest);
        }
        let ended = net
            .sites
            .iter()
            .find(|site| !site.pid.is_some_and(process::is_node));
        if let Some(site) = ended {
            return Err(CliError::Program {
                program: "ktr-node".to_owned(),
                text: format!(
                    "site {} ended; its words are in logs/{}.node.log",
                    site.name, site.name
                ),
            });
        }
        if begun.elapsed() > Duration::from_secs(LOCALNET_WITHIN_SECS) {
            return Err(CliError::NotSeen(format!(
                "the sites stand at height {lowest} only"
            )));
        }
        sleep(Duration::from_millis(250)).await;
    }
}

async fn down(shared: &Shared, home: &Path) -> Result<(), CliError> {
    let mut net = read(home)?;
    let pids: Vec<u32> = net.sites.iter().filter_map(|site| site.pid).collect();
    let spinner = output::waiting("stopping");
    let killed = process::stop(&pids).await;
    spinner.finish_and_clear();
    let homes = net.sites.iter().map(|site| &site.home);
    let orphans = homes.filter(|home| process::stop_orphan(home)).count();
    net.sites.iter_mut().for_each(|site| site.pid = None);
    write(home, &net)?;
    if net.sockets.exists() {
        std::fs::remove_dir_all(&net.sockets).map_err(file::failed(&net.sockets))?;
    }
    let value = json!({"home": home, "stopped": pids.len(), "killed": killed, "orphans": orphans});
    output::answer(
        shared.output,
        &format!("{} sites stopped", pids.len()),
        &value,
    );
    Ok(())
}

fn read(home: &Path) -> Result<Net, CliError> {
    let path = home.join("sites.json");
    let octets = file::read(&path)?;
    serde_json::from_slice(&octets).map_err(|error| CliError::of_file(&path, error))
}

fn write(home: &Path, net: &Net) -> Result<(), CliError> {
    file::write(
        &home.join("sites.json"),
        format!("{:#}\n", json!(net)).as_bytes(),
    )?;
    let pids = net
        .sites
        .iter()
        .filter_map(|site| Some(format!("{} {}\n", site.name, site.pid?)));
    Ok(file::write(
        &home.join("pids"),
        pids.collect::<String>().as_bytes(),
    )?)
}
