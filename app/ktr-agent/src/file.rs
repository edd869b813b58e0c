//! Files that survive a crash whole or not at all: temporary file, fsync, rename, fsync of the folder.
//! What is in them is the caller's business; everything is 0600.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Read, Write},
    os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt},
    path::Path,
};

use zeroize::Zeroizing;

use crate::{error::AgentError, limits::FILE_MAX};

/// An error of this path.
pub fn failed(path: &Path) -> impl FnOnce(io::Error) -> AgentError {
    |cause| AgentError::File {
        path: path.to_owned(),
        cause,
    }
}

/// Writes a file of mode 0600 so that a reader sees the old bytes or the new ones, also after a crash.
///
/// # Errors
/// [`AgentError::File`]; the old file is then untouched.
pub fn put(path: &Path, octets: &[u8]) -> Result<(), AgentError> {
    write_whole(path, octets).map_err(failed(path))
}

fn write_whole(path: &Path, octets: &[u8]) -> io::Result<()> {
    let folder = path.parent().ok_or(io::ErrorKind::InvalidInput)?;
    let temporary = path.with_extension("new");
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true).mode(0o600);
    let mut file = options.open(&temporary)?;
    file.write_all(octets)?;
    file.sync_all()?;
    fs::rename(&temporary, path)?;
    File::open(folder)?.sync_all()
}

/// Makes a folder of mode 0700 with its parents; one that exists is fine.
///
/// # Errors
/// [`AgentError::File`].
pub fn folder(path: &Path) -> Result<(), AgentError> {
    let mut builder = fs::DirBuilder::new();
    let made = builder.recursive(true).mode(0o700).create(path);
    made.map_err(failed(path))
}

/// Reads a file of at most 64 MiB; `None` if there is none.
///
/// # Errors
/// [`AgentError::File`], also above the limit.
pub fn get(path: &Path) -> Result<Option<Vec<u8>>, AgentError> {
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(failed(path)(error)),
    };
    let mut octets = Vec::new();
    let mut bounded = file.take(FILE_MAX.saturating_add(1));
    bounded.read_to_end(&mut octets).map_err(failed(path))?;
    if u64::try_from(octets.len()).unwrap_or(u64::MAX) > FILE_MAX {
        return Err(failed(path)(io::ErrorKind::FileTooLarge.into()));
    }
    Ok(Some(octets))
}

/// Reads a file that must be there.
///
/// # Errors
/// [`AgentError::File`].
pub fn need(path: &Path) -> Result<Vec<u8>, AgentError> {
    get(path)?.ok_or_else(|| failed(path)(io::ErrorKind::NotFound.into()))
}

/// Reads a secret; refuses a file that anybody but its owner can read.
///
/// # Errors
/// [`AgentError::SecretExposed`], [`AgentError::File`].
pub fn secret(path: &Path) -> Result<Zeroizing<Vec<u8>>, AgentError> {
    let mode = fs::metadata(path)
        .map_err(failed(path))?
        .permissions()
        .mode();
    if mode & 0o077 != 0 {
        return Err(AgentError::SecretExposed(path.to_owned()));
    }
    need(path).map(Zeroizing::new)
}

/// Makes a rename in a folder last.
///
/// # Errors
/// [`AgentError::File`].
pub fn sync_folder(path: &Path) -> Result<(), AgentError> {
    let folder = File::open(path).map_err(failed(path))?;
    folder.sync_all().map_err(failed(path))
}

/// The names in a folder, in order; none if there is no folder.
///
/// # Errors
/// [`AgentError::File`].
pub fn names(path: &Path) -> Result<Vec<String>, AgentError> {
    let entries = match fs::read_dir(path) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(failed(path)(error)),
    };
    let mut names = Vec::new();
    for entry in entries {
        let entry = entry.map_err(failed(path))?;
        names.extend(entry.file_name().into_string());
    }
    names.sort();
    Ok(names)
}
