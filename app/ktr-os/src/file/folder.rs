//! Folders: private ones, shared ones, what is in them, and emptying them.
//! Nothing here walks a tree: every caller knows its folders by name.

use std::{fs, io, os::unix::fs::DirBuilderExt, path::Path};

use super::write;
use crate::error::{FileError, failed};

/// Makes a folder of mode 0700 with its parents; one that exists is fine and keeps its mode.
///
/// # Errors
/// [`FileError::Failed`].
pub fn folder(path: &Path) -> Result<(), FileError> {
    let mut builder = fs::DirBuilder::new();
    let made = builder.recursive(true).mode(0o700).create(path);
    made.map_err(failed(path))
}

/// Makes a folder that others may read, with its parents; one that exists is fine.
///
/// # Errors
/// [`FileError::Failed`].
pub fn shared_folder(path: &Path) -> Result<(), FileError> {
    fs::create_dir_all(path).map_err(failed(path))
}

/// The names in a folder, in order; none if there is no folder. A name that is not UTF-8 is not ours and left out.
///
/// # Errors
/// [`FileError::Failed`].
pub fn names(path: &Path) -> Result<Vec<String>, FileError> {
    let Some(entries) = entries(path).map_err(failed(path))? else {
        return Ok(Vec::new());
    };
    let mut names = Vec::new();
    for entry in entries {
        let entry = entry.map_err(failed(path))?;
        names.extend(entry.file_name().into_string());
    }
    names.sort();
    Ok(names)
}

/// Removes everything in a folder and keeps the folder; a missing folder is fine. What cannot be removed keeps nothing else there.
///
/// # Errors
/// [`FileError::Failed`], with the first that could not be removed as its cause.
pub fn empty(path: &Path) -> Result<(), FileError> {
    clear(path, remove).map_err(failed(path))
}

/// Removes each entry by `remove`; tests have one that refuses.
pub(super) fn clear(
    path: &Path,
    remove: impl Fn(&fs::DirEntry) -> io::Result<()>,
) -> io::Result<()> {
    let Some(entries) = entries(path)? else {
        return Ok(());
    };
    let mut cleared = Ok(());
    for entry in entries {
        cleared = cleared.and(entry.and_then(|entry| remove(&entry)));
    }
    cleared.and(write::sync(path))
}

fn remove(entry: &fs::DirEntry) -> io::Result<()> {
    if entry.file_type()?.is_dir() {
        fs::remove_dir_all(entry.path())
    } else {
        fs::remove_file(entry.path())
    }
}

/// Makes a rename in a folder last.
///
/// # Errors
/// [`FileError::Failed`].
pub fn sync_folder(path: &Path) -> Result<(), FileError> {
    write::sync(path).map_err(failed(path))
}

fn entries(path: &Path) -> io::Result<Option<fs::ReadDir>> {
    match fs::read_dir(path) {
        Ok(entries) => Ok(Some(entries)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}
