//! `ktr-agent status`: which releases are filed or in quarantine, and where the session at hand stood at the last tick.
//! Ids and codes only.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::{
    config::{Config, Measure},
    error::AgentError,
    file,
    filing::{self, Verdict},
};

/// All that is shown.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Standing {
    /// Verified releases, by id.
    pub signed: Vec<String>,
    /// What failed.
    pub quarantine: Vec<Verdict>,
    /// Whether an observed ingestion is counted.
    pub measure: Measure,
    /// The session at hand, as the running agent last wrote it.
    pub session: Option<Phase>,
    /// Times of `[timing]` that differ from the product's defaults, as `name=seconds`.
    pub timing: Vec<String>,
}

/// Where a session stands.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Phase {
    /// Which.
    pub session: u32,
    /// `outside`, `admitted`, `joined`, `filed`, `missed` or `left`.
    pub phase: String,
    /// The last code of trouble in it; absent if there was none.
    pub code: Option<String>,
}

/// Reads what is on disk.
///
/// # Errors
/// [`AgentError::File`], [`AgentError::Damaged`].
pub fn read(config: &Config) -> Result<Standing, AgentError> {
    let path = place(&config.state);
    let octets = file::find(&path)?;
    let session = octets
        .map(|octets| serde_json::from_slice(&octets).map_err(|_where| AgentError::Damaged(path)))
        .transpose()?;
    let signed = filing::list(&config.signed)?;
    Ok(Standing {
        signed: signed.iter().map(ToString::to_string).collect(),
        quarantine: filing::verdicts(&config.quarantine)?,
        measure: config.measure,
        session,
        timing: config.timing.changed(),
    })
}

/// Writes where a session stands.
///
/// # Errors
/// [`AgentError::File`].
pub fn write(state: &Path, phase: &Phase) -> Result<(), AgentError> {
    file::folder(state)?;
    let path = place(state);
    let text = serde_json::to_vec(phase).map_err(|_opaque| AgentError::Damaged(path.clone()))?;
    Ok(file::put(&path, &text)?)
}

fn place(state: &Path) -> PathBuf {
    state.join("session.json")
}
