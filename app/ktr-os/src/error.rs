//! What can go wrong with a file, one enumeration.
//! Messages name the path and never content; a program whose paths tell of members keeps the cause only.

use std::{
    io,
    path::{Path, PathBuf},
};

/// Why a file or folder could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// The system refuses.
    #[error("{path}: {cause}")]
    Failed {
        /// Which.
        path: PathBuf,
        /// What the system says.
        #[source]
        cause: io::Error,
    },
    /// It is longer than anything that is read there.
    #[error("{0} is too large")]
    TooLarge(PathBuf),
    /// A secret that others could read.
    #[error("secret file {0} can be read by others: its mode must be 0600 (chmod 600)")]
    Exposed(PathBuf),
}

impl FileError {
    /// The cause without the path, for logs that must not name one.
    #[must_use]
    pub fn into_cause(self) -> io::Error {
        match self {
            Self::Failed { cause, .. } => cause,
            Self::TooLarge(_) => io::ErrorKind::FileTooLarge.into(),
            Self::Exposed(_) => io::ErrorKind::PermissionDenied.into(),
        }
    }
}

/// What the system says, as an error of this path.
pub fn failed(path: &Path) -> impl Fn(io::Error) -> FileError {
    |cause| FileError::Failed {
        path: path.to_owned(),
        cause,
    }
}
