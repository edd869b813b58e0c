//! The part of `genesis.json` that the engine reads: what it must be, and whether a file says it.
//! A node refuses the same and names less. Whether `app_state` is complete, `ktr-wire` checks.

use std::path::Path;

use base64::{Engine, engine::general_purpose::STANDARD};
use ktr_core::Genesis;
use ktr_wire::genesis::consensus_params;
use serde::Deserialize;
use serde_json::{Value, json};

use super::compose::{ENGINE_KEY, site};
use crate::error::CliError;
use crate::file;
use crate::when;

/// The fields that differ from network to network.
#[derive(Deserialize)]
struct EnginePart {
    genesis_time: String,
    validators: Vec<EngineSite>,
}

#[derive(Deserialize)]
struct EngineSite {
    address: String,
    pub_key: EngineKey,
    power: String,
    name: String,
}

#[derive(Deserialize)]
struct EngineKey {
    #[serde(rename = "type")]
    kind: String,
    value: String,
}

/// Checks the engine's part of a file against the genesis of its application.
///
/// # Errors
/// The first thing that no chain of the Relay has.
pub(super) fn check(path: &Path, genesis: &Genesis) -> Result<(), CliError> {
    let octets = file::read(path)?;
    judge(&octets, genesis).map_err(|says| CliError::of_file(path, says))
}

fn judge(octets: &[u8], genesis: &Genesis) -> Result<(), String> {
    let file: Value = serde_json::from_slice(octets).map_err(|error| error.to_string())?;
    let part = EnginePart::deserialize(&file).map_err(|error| error.to_string())?;
    let begins = when::parse(&part.genesis_time)?;
    if when::show(begins) != part.genesis_time {
        return Err(
            "genesis_time is not a whole second as 2026-11-26T15:00:00Z; make the file anew"
                .to_owned(),
        );
    }
    ktr_wire::genesis::check_begun(genesis, begins).map_err(|error| error.to_string())?;
    judge_validators(&part.validators, genesis)?;
    judge_constants(&file)
}

/// A network whose engine has other validators than its application stops before block 1.
fn judge_validators(of_engine: &[EngineSite], genesis: &Genesis) -> Result<(), String> {
    // Lists and not sets: the engine stops at an entry that stands twice.
    let mut there: Vec<_> = of_engine
        .iter()
        .map(|site| {
            let (kind, value) = (site.pub_key.kind.clone(), site.pub_key.value.clone());
            (kind, value, site.power.clone())
        })
        .collect();
    there.sort_unstable();
    let of_state = genesis.validators.iter();
    let mut wanted: Vec<_> = of_state
        .map(|site| {
            let (kind, power) = (ENGINE_KEY.to_owned(), site.power.to_string());
            (kind, STANDARD.encode(site.key.0), power)
        })
        .collect();
    wanted.sort_unstable();
    if there != wanted {
        return Err(
            "validators and app_state.validators are not the same Ed25519 keys and powers, each once; make the file anew".to_owned(),
        );
    }
    for validator in &genesis.validators {
        let (key, wanted) = (STANDARD.encode(validator.key.0), site(validator));
        let same = of_engine.iter().find(|site| site.pub_key.value == key);
        same.map_or(Ok(()), |found| judge_site(found, &wanted))?;
    }
    Ok(())
}

/// The engine stops at an address that is not its key's; the node takes no name but that of the place.
fn judge_site(found: &EngineSite, wanted: &Value) -> Result<(), String> {
    let text = |field: &str| wanted.get(field).and_then(Value::as_str).unwrap_or("");
    let name = text("name");
    if found.address != text("address") {
        return Err(format!(
            "the address of {name} is not its key's, which is {}; make the file anew",
            text("address")
        ));
    }
    if found.name != name {
        return Err(format!(
            "the validator of {name} has another name; make the file anew"
        ));
    }
    Ok(())
}

/// What stands in every file alike, field by field, and then as a whole.
fn judge_constants(file: &Value) -> Result<(), String> {
    let wanted = json!({
        "initial_height": INITIAL_HEIGHT,
        "app_hash": "",
        "consensus_params": consensus_params(),
    });
    for (place, why) in CONSTANTS {
        let right = wanted.pointer(place);
        if file.pointer(place) != right {
            let name = place.trim_start_matches("/consensus_params");
            let name = name.trim_start_matches('/').replace('/', ".");
            let value = right.map(Value::to_string).unwrap_or_default();
            return Err(format!("{name} is not {value}: {why}; make the file anew"));
        }
    }
    if file.get("consensus_params") == wanted.get("consensus_params") {
        Ok(())
    } else {
        Err(
            "consensus_params has more than a chain of the Relay has; make the file anew"
                .to_owned(),
        )
    }
}

/// Of the first block of every chain.
pub(super) const INITIAL_HEIGHT: &str = "1";

/// Every field, and why it has no other value.
const CONSTANTS: [(&str, &str); 10] = [
    ("/initial_height", "every chain begins with block 1"),
    ("/app_hash", "the application says what it begins with"),
    (
        "/consensus_params/block/max_bytes",
        "a frame between engine and node holds sixteen such blocks, and a block without a bound none",
    ),
    ("/consensus_params/block/max_gas", "no gas is counted"),
    (
        "/consensus_params/evidence/max_age_num_blocks",
        "misbehaviour counts for 21 days of heartbeats",
    ),
    (
        "/consensus_params/evidence/max_age_duration",
        "misbehaviour counts for 21 days, longer than the fortnight for which a header is trusted",
    ),
    (
        "/consensus_params/evidence/max_bytes",
        "evidence leaves room for transactions in its block",
    ),
    (
        "/consensus_params/validator/pub_key_types",
        "validators have Ed25519 keys alone",
    ),
    (
        "/consensus_params/version/app",
        "every chain begins with version 1 of the rules",
    ),
    (
        "/consensus_params/abci/vote_extensions_enable_height",
        "votes carry nothing more, and once on it cannot be turned off",
    ),
];
