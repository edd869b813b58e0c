//! A county's report of destruction, to JSON and back.
//! Reading it back is how an auditor or a test sends one by hand.

use std::path::Path;

use ktr_core::{
    session::{Cause, Dissolved, Engine, Flags, ServerVersion},
    time::Time,
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::error::CliError;
use crate::file;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct DissolvedJson {
    attempt: u32,
    cause: CauseJson,
    started_at: u64,
    emptied_at: u64,
    purged_at: u64,
    scanned_at: u64,
    kicked: Option<u64>,
    posts: u64,
    media_deleted: u64,
    cancelled: Option<u64>,
    strays: u64,
    residue: [u64; 8],
    flags: u32,
    version: [u32; 3],
    receipt: String,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum CauseJson {
    Time,
    Early,
    Overdue,
    DeadMan,
    Operator,
}

impl From<Cause> for CauseJson {
    fn from(cause: Cause) -> Self {
        match cause {
            Cause::Time => Self::Time,
            Cause::Early => Self::Early,
            Cause::Overdue => Self::Overdue,
            Cause::DeadMan => Self::DeadMan,
            Cause::Operator => Self::Operator,
        }
    }
}

impl From<CauseJson> for Cause {
    fn from(cause: CauseJson) -> Self {
        match cause {
            CauseJson::Time => Self::Time,
            CauseJson::Early => Self::Early,
            CauseJson::Overdue => Self::Overdue,
            CauseJson::DeadMan => Self::DeadMan,
            CauseJson::Operator => Self::Operator,
        }
    }
}

/// The report as JSON.
pub(crate) fn dissolved(dissolved: &Dissolved) -> Value {
    json!(DissolvedJson {
        attempt: dissolved.attempt,
        cause: dissolved.cause.into(),
        started_at: dissolved.started_at.0,
        emptied_at: dissolved.emptied_at.0,
        purged_at: dissolved.purged_at.0,
        scanned_at: dissolved.scanned_at.0,
        kicked: dissolved.kicked,
        posts: dissolved.posts,
        media_deleted: dissolved.media_deleted,
        cancelled: dissolved.cancelled,
        strays: dissolved.strays,
        residue: dissolved.residue,
        flags: dissolved.flags.0,
        version: [
            dissolved.version.major,
            dissolved.version.minor,
            dissolved.version.patch
        ],
        receipt: dissolved.receipt.to_string(),
    })
}

/// Reads a report from a JSON file.
pub(crate) fn read_dissolved(path: &Path) -> Result<Dissolved, CliError> {
    let octets = file::read(path)?;
    let json: DissolvedJson =
        serde_json::from_slice(&octets).map_err(|error| CliError::of_file(path, error))?;
    let [major, minor, last] = json.version;
    Ok(Dissolved {
        attempt: json.attempt,
        cause: json.cause.into(),
        started_at: Time(json.started_at),
        emptied_at: Time(json.emptied_at),
        purged_at: Time(json.purged_at),
        scanned_at: Time(json.scanned_at),
        kicked: json.kicked,
        posts: json.posts,
        media_deleted: json.media_deleted,
        cancelled: json.cancelled,
        strays: json.strays,
        residue: json.residue,
        flags: Flags(json.flags),
        engine: Engine::Synapse,
        version: ServerVersion {
            major,
            minor,
            patch: last,
        },
        receipt: crate::args::sha256(&json.receipt).map_err(|why| CliError::of_file(path, why))?,
    })
}
