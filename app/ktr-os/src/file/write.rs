//! Writing whole files: temporary file, fsync, rename, fsync of the folder.
//! Which of the three ways a file needs is said by who may read it and whether an older one may go.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write},
    os::unix::fs::OpenOptionsExt,
    path::Path,
};

use crate::error::{FileError, failed};

/// Writes a file of mode 0600 so that a reader sees the old octets or the new ones, also after a crash. Two writers of
/// one path are not foreseen.
///
/// # Errors
/// [`FileError::Failed`]; the old file is then untouched.
pub fn put(path: &Path, octets: &[u8]) -> Result<(), FileError> {
    replace(path, octets).map_err(failed(path))
}

fn replace(path: &Path, octets: &[u8]) -> io::Result<()> {
    let (Some(folder), Some(name)) = (path.parent(), path.file_name()) else {
        return Err(io::ErrorKind::InvalidInput.into());
    };
    let mut name = name.to_owned();
    name.push(".new");
    let temporary = folder.join(name);
    // What a crash left behind may be of another mode; a new file is ours from its first octet.
    match fs::remove_file(&temporary) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        Ok(()) | Err(_) => {}
    }
    create(&temporary, octets)?;
    fs::rename(&temporary, path)?;
    sync(folder)
}

/// Writes a new secret of mode 0600; never over an older one.
///
/// # Errors
/// [`FileError::Failed`], with `AlreadyExists` if there is one.
pub fn put_new(path: &Path, octets: &[u8]) -> Result<(), FileError> {
    create(path, octets).map_err(failed(path))
}

/// Writes a file that others may read, replacing an older one.
///
/// # Errors
/// [`FileError::Failed`].
pub fn write(path: &Path, octets: &[u8]) -> Result<(), FileError> {
    fs::write(path, octets).map_err(failed(path))
}

fn create(path: &Path, octets: &[u8]) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true).mode(0o600);
    let mut file = options.open(path)?;
    file.write_all(octets)?;
    file.sync_all()
}

/// Makes what changed in a folder last. The parent of a bare name is the current folder.
pub(super) fn sync(folder: &Path) -> io::Result<()> {
    let here = Path::new(".");
    let folder = if folder.as_os_str().is_empty() {
        here
    } else {
        folder
    };
    File::open(folder)?.sync_all()
}
