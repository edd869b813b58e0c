//! `quarantine/<release>/`: the verdict, and the two files if it came so far. No product looks here.
//! A later verdict replaces an earlier one; a release that passes in the end leaves the folder.

use std::{fs, path::Path};

use ktr_artefact::archive::Release;
use ktr_core::id::ReleaseId;
use serde::{Deserialize, Serialize};

use super::signed;
use crate::{error::AgentError, file};

/// Why a release is not filed.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Verdict {
    /// The release's id, 32 hex digits.
    pub release: String,
    /// `release-refused` for a broken rule, `chain-stale` or `chain-silent` where nothing could be proven.
    pub code: String,
    /// The rule's number; 0 where no rule of an artefact was broken.
    pub rule: u16,
}

/// Puts a verdict aside, and the files if there are any.
///
/// # Errors
/// [`AgentError::File`].
pub fn put_aside(
    quarantine: &Path,
    release: ReleaseId,
    verdict: &Verdict,
    files: Option<&Release>,
) -> Result<(), AgentError> {
    let place = quarantine.join(release.to_string());
    file::folder(&place)?;
    if let Some(files) = files {
        file::put(&place.join("bundle.json"), &files.bundle)?;
        file::put(&place.join("bundle.json.asc"), &files.seal)?;
    }
    let path = place.join("verdict.json");
    let text = serde_json::to_vec(verdict).map_err(|_opaque| AgentError::Damaged(path.clone()))?;
    Ok(file::put(&path, &text)?)
}

/// Takes a release out of quarantine, because it was filed.
///
/// # Errors
/// [`AgentError::File`].
pub fn release_from(quarantine: &Path, release: ReleaseId) -> Result<(), AgentError> {
    let place = quarantine.join(release.to_string());
    if place.exists() {
        fs::remove_dir_all(&place).map_err(file::failed(&place))?;
    }
    Ok(())
}

/// Every verdict, by release.
///
/// # Errors
/// [`AgentError::File`], [`AgentError::Damaged`].
pub fn verdicts(quarantine: &Path) -> Result<Vec<Verdict>, AgentError> {
    let names = file::names(quarantine)?;
    let releases = names.iter().filter(|name| signed::id(name).is_some());
    let read = releases.map(|name| {
        let path = quarantine.join(name).join("verdict.json");
        let octets = file::read(&path)?;
        serde_json::from_slice(&octets).map_err(|_where| AgentError::Damaged(path))
    });
    read.collect()
}
