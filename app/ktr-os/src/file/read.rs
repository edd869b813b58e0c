//! Reading whole files with a bound, and secrets only where nobody else could have read them.
//! A file that is too large is not read at all; one that grows while it is read is cut off by the same bound.

use std::{
    fs::File,
    io::{self, Read},
    os::unix::fs::PermissionsExt,
    path::Path,
};

use zeroize::Zeroizing;

use crate::{
    error::{FileError, failed},
    limits::FILE_MAX,
};

/// Reads a file that must be there, of at most [`FILE_MAX`] octets.
///
/// # Errors
/// [`FileError::Failed`], [`FileError::TooLarge`].
pub fn read(path: &Path) -> Result<Vec<u8>, FileError> {
    let file = File::open(path).map_err(failed(path))?;
    bounded(path, file, FILE_MAX)
}

/// Reads a file of at most [`FILE_MAX`] octets; `None` if there is none.
///
/// # Errors
/// [`FileError::Failed`], [`FileError::TooLarge`].
pub fn find(path: &Path) -> Result<Option<Vec<u8>>, FileError> {
    find_at_most(path, FILE_MAX)
}

/// Reads a file of at most `limit` octets; `None` if there is none.
///
/// # Errors
/// [`FileError::Failed`], [`FileError::TooLarge`].
pub fn find_at_most(path: &Path, limit: u64) -> Result<Option<Vec<u8>>, FileError> {
    match File::open(path) {
        Ok(file) => bounded(path, file, limit).map(Some),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(failed(path)(error)),
    }
}

/// Reads a secret that must be there. The file that is judged is the file that is read.
///
/// # Errors
/// [`FileError::Exposed`] if anybody but its owner can read it, [`FileError::Failed`], [`FileError::TooLarge`].
pub fn read_secret(path: &Path) -> Result<Zeroizing<Vec<u8>>, FileError> {
    let file = File::open(path).map_err(failed(path))?;
    judge(path, &file)?;
    bounded(path, file, FILE_MAX).map(Zeroizing::new)
}

/// Checks that nobody but its owner can read a file, without reading it.
///
/// # Errors
/// [`FileError::Exposed`], [`FileError::Failed`].
pub fn check_private(path: &Path) -> Result<(), FileError> {
    judge(path, &File::open(path).map_err(failed(path))?)
}

fn judge(path: &Path, file: &File) -> Result<(), FileError> {
    let mode = file.metadata().map_err(failed(path))?.permissions().mode();
    if mode & 0o077 != 0 {
        return Err(FileError::Exposed(path.to_owned()));
    }
    Ok(())
}

fn bounded(path: &Path, file: File, limit: u64) -> Result<Vec<u8>, FileError> {
    let is_larger = |length: u64| length > limit;
    if is_larger(file.metadata().map_err(failed(path))?.len()) {
        return Err(FileError::TooLarge(path.to_owned()));
    }
    let mut octets = Vec::new();
    let mut bounded = file.take(limit.saturating_add(1));
    bounded.read_to_end(&mut octets).map_err(failed(path))?;
    if is_larger(u64::try_from(octets.len()).unwrap_or(u64::MAX)) {
        return Err(FileError::TooLarge(path.to_owned()));
    }
    Ok(octets)
}
