//! `ktr genesis`: makes the files, checks and shows them.
//! Nothing here starts a node.

use std::path::{Path, PathBuf};

use clap::Subcommand;
use ktr_artefact::alliance::Alliance;
use ktr_client::{Trust, TrustError};
use ktr_core::{
    governance::{Parameters, Tolerance},
    id::Sha256,
};
use ktr_wire::{
    digest,
    genesis::{JsonError, check},
};
use serde_json::{Value, json};

use super::{Composed, Description, compose, engine, refuse_halting, refuse_rule_of_one};
use crate::cli::Shared;
use crate::clock;
use crate::error::{CliError, at, untrusted};
use crate::file;
use crate::output;

/// What can be done with a genesis.
#[derive(Debug, Subcommand)]
pub(crate) enum Genesis {
    /// Make genesis.json and alliance.json from a description in TOML.
    #[command(
        after_help = "Examples:\n  ktr genesis new network.toml --out net\n  ktr genesis new network.toml --alliance-file net/alliance.json --out next\n  ktr genesis new strict-three.toml --out net --accepts-halt\n\nThe description:\n  chain_id = \"ktr-first-1\"\n  counties = 3\n  host = 1\n  [alliance]\n  name = \"Alliance\"\n  domain = \"relay.example\"\n  [keys]\n  studio = \"studio.pub\"   # and releaser, desk, collector, county-N, sidecar-N, seat-N, deputy-N\n  [[validators]]\n  name = \"a\"\n  key = \"64 hex digits\"\n  power = 100\n  county = 1              # none for the witness"
    )]
    New {
        /// The description.
        description: PathBuf,
        /// Folder for genesis.json and alliance.json.
        #[arg(long, env = "KTR_OUT")]
        out: PathBuf,
        /// The alliance.json of the chain before this one, to be kept; without it, one is made.
        #[arg(long, env = "KTR_ALLIANCE_FILE")]
        alliance_file: Option<PathBuf>,
        /// Accept a network that halts when one site is down, such as three equal counties without a witness.
        #[arg(long, env = "KTR_ACCEPTS_HALT")]
        accepts_halt: bool,
    },
    /// Check genesis.json, and alliance.json beside it.
    #[command(
        after_help = "Examples:\n  ktr genesis check net/genesis.json\n  ktr --home net genesis check"
    )]
    Check {
        /// The file; without it, that of the home.
        file: Option<PathBuf>,
        /// Accept a network that halts when one site is down, such as three equal counties without a witness.
        #[arg(long, env = "KTR_ACCEPTS_HALT")]
        accepts_halt: bool,
    },
    /// Show validators, roles and parameters.
    #[command(after_help = "Examples:\n  ktr --home net -o json genesis show")]
    Show {
        /// The file; without it, that of the home.
        file: Option<PathBuf>,
    },
}

/// Runs one of them.
pub(crate) fn run(shared: &Shared, genesis: Genesis) -> Result<(), CliError> {
    match genesis {
        Genesis::New {
            description,
            out,
            alliance_file,
            accepts_halt,
        } => {
            let text = String::from_utf8_lossy(&file::read(&description)?).into_owned();
            let mut described: Description =
                toml::from_str(&text).map_err(|error| CliError::of_file(&description, error))?;
            if let Some(path) = alliance_file {
                let (kept, _) = alliance(&path)?;
                described.kept = Some(kept);
            }
            let base = description.parent().unwrap_or(Path::new("."));
            let composed = compose(&described, base, clock::now())?;
            refuse_halting(&composed.genesis.validators, accepts_halt)?;
            write(&composed, &out)?;
            show(shared, &out.join("genesis.json"))
        }
        Genesis::Check { file, accepts_halt } => {
            let path = chosen(shared, file);
            let trust = read(&path)?;
            judge(trust.genesis()).map_err(untrusted(&path))?;
            engine::check(&path, trust.genesis())?;
            check_alliance(&path, &trust.genesis().network.alliance)?;
            refuse_rule_of_one(&trust.genesis().validators)?;
            refuse_halting(&trust.genesis().validators, accepts_halt)?;
            let tolerance = Tolerance::of(&trust.genesis().validators);
            let sha256 = trust.sha256().to_string();
            let value = json!({
                "ok": true,
                "chain": trust.chain_id(),
                "sha256": sha256,
                "tolerates": tolerance.faults,
                "tolerates_text": tolerance.to_string(),
            });
            let text = format!("{} {sha256}\n{tolerance}", trust.chain_id());
            output::answer(shared.output, &text, &value);
            Ok(())
        }
        Genesis::Show { file } => show(shared, &chosen(shared, file)),
    }
}

/// Writes both files.
pub(crate) fn write(composed: &Composed, folder: &Path) -> Result<(), CliError> {
    file::shared_folder(folder)?;
    let text = format!("{:#}\n", composed.file);
    file::write(&folder.join("genesis.json"), text.as_bytes())?;
    file::write(&folder.join("alliance.json"), &composed.alliance)?;
    // Read back as every other program will.
    let trust = read(&folder.join("genesis.json"))?;
    if trust.genesis().keys.len() == composed.genesis.keys.len() {
        Ok(())
    } else {
        Err(CliError::Description(
            "genesis.json does not say what was composed".to_owned(),
        ))
    }
}

fn chosen(shared: &Shared, file: Option<PathBuf>) -> PathBuf {
    file.or_else(|| shared.genesis.clone())
        .unwrap_or_else(|| shared.home.join("genesis.json"))
}

fn read(path: &Path) -> Result<Trust, CliError> {
    Trust::read(&file::read(path)?, None).map_err(untrusted(path))
}

/// What a chain can begin with today, and no less; one that runs may have begun with less.
fn judge(genesis: &ktr_core::Genesis) -> Result<(), TrustError> {
    check(genesis).map_err(|lacks| TrustError::AppState(JsonError::Incomplete(lacks)))
}

fn check_alliance(genesis: &Path, pinned: &Sha256) -> Result<(), CliError> {
    let path = genesis.with_file_name("alliance.json");
    let (_, found) = alliance(&path)?;
    if found == *pinned {
        Ok(())
    } else {
        Err(CliError::Description(format!(
            "{} is not the one that the genesis pins",
            path.display()
        )))
    }
}

/// An alliance.json, and its SHA-256.
fn alliance(path: &Path) -> Result<(Alliance, Sha256), CliError> {
    let octets = file::read(path)?;
    let alliance = Alliance::from_canonical(&octets).map_err(at(path))?;
    Ok((alliance, digest::sha256(&[&octets])))
}

fn show(shared: &Shared, path: &Path) -> Result<(), CliError> {
    let trust = read(path)?;
    let genesis = trust.genesis();
    let tolerance = Tolerance::of(&genesis.validators);
    let mut lines = vec![
        format!("chain {}, sha-256 {}", trust.chain_id(), trust.sha256()),
        "validator                                                         power county".to_owned(),
    ];
    for validator in &genesis.validators {
        let county = validator
            .county
            .map_or_else(|| "witness".to_owned(), |county| county.to_string());
        lines.push(format!("{} {:>6} {county}", validator.key, validator.power));
    }
    lines.push(tolerance.to_string());
    if genesis.parameters != Parameters::default() {
        lines.push("parameters differ from the product's default".to_owned());
    }
    let records = genesis.clone().into_records();
    let shown = |index: usize| records.get(index).map(crate::render::record);
    let keys: Vec<Value> = genesis.keys.iter().map(crate::render::key).collect();
    let value = json!({
        "chain": trust.chain_id(),
        "sha256": trust.sha256().to_string(),
        "digest": ktr_wire::genesis::digest(genesis).to_string(),
        "network": shown(0),
        "parameters": shown(1),
        "validators": shown(2),
        "keys": keys,
        "tolerates": tolerance.faults,
        "tolerates_text": tolerance.to_string(),
        "quorum": tolerance.quorum,
        "total": tolerance.total,
    });
    output::answer(shared.output, &lines.join("\n"), &value);
    Ok(())
}
