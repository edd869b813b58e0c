//! The scan's walk over files and folders: whatever holds octets, however deep it lies; the doctor walks it ahead, with the same eyes.
//! What is in a file is the caller's affair.

use std::fs::{self, File};
use std::io;
use std::os::unix::fs::FileTypeExt as _;
use std::path::Path;

use ktr_os::FileError;

/// Deepest folder that is entered.
const DEPTH_MAX: usize = 8;

/// What is done with a file.
type See<'a> = &'a mut dyn FnMut(&Path) -> Result<(), FileError>;

/// Shows every file: the one that is named, or those that lie in the folder that is. Nothing is shown of what is not there.
pub(super) fn each(part: &Path, see: See<'_>) -> Result<(), FileError> {
    if part.is_dir() {
        branch(part, DEPTH_MAX, see)
    } else {
        see(part)
    }
}

fn branch(folder: &Path, depth: usize, see: See<'_>) -> Result<(), FileError> {
    let failed = failed(folder);
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(failed(error)),
    };
    for entry in entries {
        let path = entry.map_err(&failed)?.path();
        if path.is_dir() && depth > 0 {
            branch(&path, depth.saturating_sub(1), see)?;
        } else {
            see(&path)?;
        }
    }
    Ok(())
}

/// Opens a file. `None` for one that is gone meanwhile, and for sockets and pipes: they hold nothing, and a pipe would not let go.
pub(super) fn opened(path: &Path) -> Result<Option<File>, FileError> {
    let looked = fs::metadata(path).and_then(|found| {
        let kind = found.file_type();
        if kind.is_socket() || kind.is_fifo() {
            return Ok(None);
        }
        File::open(path).map(Some)
    });
    match looked {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        looked => looked.map_err(failed(path)),
    }
}

/// What the system says, as an error of this path.
pub(super) fn failed(path: &Path) -> impl Fn(io::Error) -> FileError {
    |cause| FileError::Failed {
        path: path.to_owned(),
        cause,
    }
}
