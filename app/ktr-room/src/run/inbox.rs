//! The inbox: the release as the desk handed it over, decrypted, verified and kept in memory until T.
//! The plaintext is wiped when it is dropped and never written anywhere.

use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::path::PathBuf;

use ktr_core::id::{ReleaseId, Sha256};
use ktr_os::FileError;
use zeroize::Zeroizing;

use crate::error::{CipherError, RoomError};
use crate::file;
use crate::limits::{INBOX_FILE_MAX, INBOX_FILES_MAX};
use crate::name;
use crate::plan::{Sealed, Session};
use crate::port::Cipher;
use crate::seen;

/// The inbox and what was found in it.
pub struct Inbox {
    folder: PathBuf,
    release: Option<Release>,
    /// Files that failed, by name and content, so that no file is decrypted twice.
    refused: BTreeMap<PathBuf, (Sha256, ReleaseId)>,
}

/// Stands for the content of a file that is too large to be read.
const TOO_LARGE: Sha256 = Sha256([0; 32]);

/// A release in memory.
struct Release {
    sealed: Sealed,
    archive: Zeroizing<Vec<u8>>,
}

impl fmt::Debug for Inbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Inbox")
            .field("loaded", &self.release.is_some())
            .finish_non_exhaustive()
    }
}

impl Inbox {
    /// An inbox nothing was read from.
    #[must_use]
    pub fn new(folder: PathBuf) -> Self {
        Self {
            folder,
            release: None,
            refused: BTreeMap::new(),
        }
    }

    /// Looks for the session's release. A file that fails the check is refused whole and named by the release's id.
    ///
    /// # Errors
    /// The folder cannot be read.
    pub fn look<P: Cipher>(
        &mut self,
        cipher: &P,
        session: &Session,
    ) -> Result<seen::Inbox, RoomError> {
        let Some(sealed) = session.sealed.as_ref() else {
            return Ok(seen::Inbox::Empty);
        };
        if self
            .release
            .as_ref()
            .is_some_and(|release| release.sealed == *sealed)
        {
            return Ok(seen::Inbox::Good);
        }
        self.release = None;
        let mut refused = false;
        for path in self.files()? {
            let octets = match file::find_at_most(&path, INBOX_FILE_MAX) {
                Ok(Some(octets)) => octets,
                Ok(None) => continue,
                Err(FileError::TooLarge(_)) => {
                    let mark = (TOO_LARGE, sealed.release.id);
                    if self.refused.insert(path, mark) != Some(mark) {
                        tracing::warn!(session = session.id.0, release = %sealed.release.id, max = INBOX_FILE_MAX, "release refused unread: the file is larger than a hand-over can be");
                    }
                    refused = true;
                    continue;
                }
                Err(error) => return Err(error.into()),
            };
            let mark = (name::sha256(&octets), sealed.release.id);
            if self.refused.get(&path) == Some(&mark) {
                refused = true;
                continue;
            }
            match cipher.open_release(&octets, sealed, session.id) {
                Ok(archive) => {
                    self.release = Some(Release {
                        sealed: sealed.clone(),
                        archive,
                    });
                    return Ok(seen::Inbox::Good);
                }
                Err(CipherError::Inside(reason)) => return Err(CipherError::Inside(reason).into()),
                Err(error) => {
                    tracing::warn!(session = session.id.0, release = %sealed.release.id, %error, "release refused");
                    self.refused.insert(path, mark);
                    refused = true;
                }
            }
        }
        Ok(if refused {
            seen::Inbox::Bad
        } else {
            seen::Inbox::Empty
        })
    }

    /// The archive that is encrypted to members; `None` unless the last look said `Good`.
    #[must_use]
    pub fn archive(&self) -> Option<&[u8]> {
        self.release
            .as_ref()
            .map(|release| release.archive.as_slice())
    }

    /// Wipes the plaintext and removes every file.
    ///
    /// # Errors
    /// A file cannot be removed.
    pub fn clear(&mut self) -> Result<(), RoomError> {
        self.release = None;
        self.refused.clear();
        Ok(file::empty(&self.folder)?)
    }

    /// The files ending in `.pgp`, in the order of their names.
    fn files(&self) -> Result<Vec<PathBuf>, RoomError> {
        let entries = match fs::read_dir(&self.folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(error.into()),
        };
        let mut files = Vec::new();
        for entry in entries.take(INBOX_FILES_MAX) {
            let path = entry?.path();
            if path.extension().is_some_and(|extension| extension == "pgp") && path.is_file() {
                files.push(path);
            }
        }
        files.sort();
        Ok(files)
    }
}
