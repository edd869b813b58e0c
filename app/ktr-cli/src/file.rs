//! Reads and writes whole files: bounded, secrets for their owner alone.
//! What is in them is judged elsewhere.

use std::fs::{self, File, OpenOptions};
use std::io::{Read, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::Path;

use zeroize::Zeroizing;

use crate::error::CliError;
use crate::limits::FILE_MAX;

/// An error of this path.
pub(crate) fn failed(path: &Path) -> impl FnOnce(std::io::Error) -> CliError {
    |cause| CliError::File {
        path: path.to_owned(),
        cause,
    }
}

/// Reads a file of at most 32 MiB.
pub(crate) fn read(path: &Path) -> Result<Vec<u8>, CliError> {
    let file = File::open(path).map_err(failed(path))?;
    read_bounded(path, &file)
}

fn read_bounded(path: &Path, file: &File) -> Result<Vec<u8>, CliError> {
    let mut octets = Vec::new();
    let mut bounded = file.take(FILE_MAX.saturating_add(1));
    bounded.read_to_end(&mut octets).map_err(failed(path))?;
    if u64::try_from(octets.len()).unwrap_or(u64::MAX) > FILE_MAX {
        return Err(CliError::TooLarge(path.to_owned()));
    }
    Ok(octets)
}

/// Reads a secret; refuses a file that anybody but its owner can read.
pub(crate) fn read_secret(path: &Path) -> Result<Zeroizing<Vec<u8>>, CliError> {
    let file = File::open(path).map_err(failed(path))?;
    let mode = file.metadata().map_err(failed(path))?.permissions().mode();
    if mode & 0o077 != 0 {
        return Err(CliError::Exposed(path.to_owned()));
    }
    read_bounded(path, &file).map(Zeroizing::new)
}

/// Writes a file that others may read, replacing an older one.
pub(crate) fn write(path: &Path, octets: &[u8]) -> Result<(), CliError> {
    fs::write(path, octets).map_err(failed(path))
}

/// Writes a new secret for its owner alone; never over an older one.
pub(crate) fn write_secret(path: &Path, octets: &[u8]) -> Result<(), CliError> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true).mode(0o600);
    let mut file = options.open(path).map_err(failed(path))?;
    file.write_all(octets).map_err(failed(path))
}

/// Makes a folder and those above it.
pub(crate) fn folder(path: &Path) -> Result<(), CliError> {
    fs::create_dir_all(path).map_err(failed(path))
}
