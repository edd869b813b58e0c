//! What is remembered of marks and tries: two small files for each release, in the agent's own state folder.
//! A try is written before it is made, so that no restart makes a fourth.

use std::path::Path;

use ktr_core::id::ReleaseId;
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::{config::Measure, error::AgentError, file};

/// That a product has taken a release in.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mark {
    /// What the member had chosen when it was observed; a later choice sends nothing for it.
    pub measure: Measure,
}

/// How far the hit of a release has come.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tries {
    /// Tries that were made or begun.
    pub made: u8,
    /// Whether one was answered.
    pub answered: bool,
}

/// Every mark, by release.
///
/// # Errors
/// [`AgentError::File`], [`AgentError::Damaged`].
pub fn marks(state: &Path) -> Result<Vec<(ReleaseId, Mark)>, AgentError> {
    let folder = state.join(MARKS);
    let names = file::names(&folder)?;
    let releases = names
        .iter()
        .filter_map(|name| id(name).map(|id| (id, folder.join(name))));
    releases
        .map(|(id, path)| {
            Ok((
                id,
                read(&path)?.unwrap_or(Mark {
                    measure: Measure::Off,
                }),
            ))
        })
        .collect()
}

/// Writes a mark; the first one stays.
///
/// # Errors
/// [`AgentError::File`].
pub fn write_mark(state: &Path, release: ReleaseId, mark: Mark) -> Result<(), AgentError> {
    let path = state.join(MARKS).join(named(release));
    if path.exists() {
        Ok(())
    } else {
        write(&path, &mark)
    }
}

/// How far a hit has come.
///
/// # Errors
/// [`AgentError::File`], [`AgentError::Damaged`].
pub fn tries(state: &Path, release: ReleaseId) -> Result<Tries, AgentError> {
    Ok(read(&state.join(HITS).join(named(release)))?.unwrap_or_default())
}

/// Writes how far a hit has come.
///
/// # Errors
/// [`AgentError::File`].
pub fn write_tries(state: &Path, release: ReleaseId, tries: Tries) -> Result<(), AgentError> {
    write(&state.join(HITS).join(named(release)), &tries)
}

fn named(release: ReleaseId) -> String {
    format!("{release}.json")
}

fn id(name: &str) -> Option<ReleaseId> {
    ReleaseId::from_slice(&hex::decode(name.strip_suffix(".json")?).ok()?)
}

fn read<T: DeserializeOwned>(path: &Path) -> Result<Option<T>, AgentError> {
    let octets = file::find(path)?;
    octets
        .map(|octets| {
            serde_json::from_slice(&octets).map_err(|_where| AgentError::Damaged(path.to_owned()))
        })
        .transpose()
}

fn write<T: Serialize>(path: &Path, value: &T) -> Result<(), AgentError> {
    let damaged = || AgentError::Damaged(path.to_owned());
    file::folder(path.parent().ok_or_else(damaged)?)?;
    let octets = serde_json::to_vec(value).map_err(|_opaque| damaged())?;
    Ok(file::put(path, &octets)?)
}

const MARKS: &str = "ingested";
const HITS: &str = "hits";
