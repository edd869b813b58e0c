//! `signed/<release>/{bundle.json, bundle.json.asc, receipt.json}`: exact bytes, as sealed.
//! Products read here; nothing is ever changed in place.

use std::{fs, path::Path};

use ktr_artefact::archive::Release;
use ktr_core::id::ReleaseId;
use serde_json::Value;

use crate::{error::AgentError, file};

/// Whether a release is filed.
#[must_use]
pub fn has(signed: &Path, release: ReleaseId) -> bool {
    signed.join(release.to_string()).is_dir()
}

/// Files a release: a temporary folder, every file synced, then one rename. One that is there stays as it is.
///
/// # Errors
/// [`AgentError::File`]; nothing is visible then.
pub fn file(
    signed: &Path,
    release: ReleaseId,
    files: &Release,
    receipt: &Value,
) -> Result<(), AgentError> {
    if has(signed, release) {
        return Ok(());
    }
    file::folder(signed)?;
    let draft = signed.join(format!(".{release}.new"));
    if draft.exists() {
        fs::remove_dir_all(&draft).map_err(file::failed(&draft))?;
    }
    file::folder(&draft)?;
    file::put(&draft.join("bundle.json"), &files.bundle)?;
    file::put(&draft.join("bundle.json.asc"), &files.seal)?;
    file::put(
        &draft.join("receipt.json"),
        format!("{receipt:#}\n").as_bytes(),
    )?;
    let place = signed.join(release.to_string());
    fs::rename(&draft, &place).map_err(file::failed(&place))?;
    Ok(file::sync_folder(signed)?)
}

/// The filed releases, by id.
///
/// # Errors
/// [`AgentError::File`].
pub fn list(signed: &Path) -> Result<Vec<ReleaseId>, AgentError> {
    let names = file::names(signed)?;
    Ok(names.iter().filter_map(|name| id(name)).collect())
}

/// A folder's name as a release id; temporary folders have none.
pub(super) fn id(name: &str) -> Option<ReleaseId> {
    ReleaseId::from_slice(&hex::decode(name).ok()?)
}
