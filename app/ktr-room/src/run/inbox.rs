//! The inbox: the release as the desk handed it over, decrypted, verified and kept in memory until T.
//! The plaintext is wiped when it is dropped and never written anywhere.

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;
use std::{fs, io};

use ktr_core::id::{ReleaseId, Sha256};
use zeroize::Zeroizing;

use crate::error::RoomError;
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

/// Stands for the content of what was not read.
const UNREAD: Sha256 = Sha256([0; 32]);

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
    /// What cannot be read is refused like anything else: it must not keep a room from its end.
    pub fn look<P: Cipher>(&mut self, cipher: &P, session: &Session) -> seen::Inbox {
        let Some(sealed) = session.sealed.as_ref() else {
            return seen::Inbox::Empty;
        };
        if self
            .release
            .as_ref()
            .is_some_and(|release| release.sealed == *sealed)
        {
            return seen::Inbox::Good;
        }
        self.release = None;
        let files = match self.files() {
            Ok(files) => files,
            Err(cause) => {
                self.unread(self.folder.clone(), sealed, session, &cause);
                return seen::Inbox::Bad;
            }
        };
        let mut refused = false;
        for path in files {
            let octets = match file::find_at_most(&path, INBOX_FILE_MAX) {
                Ok(Some(octets)) => octets,
                Ok(None) => continue,
                Err(error) => {
                    self.unread(path, sealed, session, &error.into_cause());
                    refused = true;
                    continue;
                }
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
                    return seen::Inbox::Good;
                }
                Err(error) => {
                    tracing::warn!(session = session.id.0, release = %sealed.release.id, %error, "release refused");
                    self.refused.insert(path, mark);
                    refused = true;
                }
            }
        }
        if refused {
            seen::Inbox::Bad
        } else {
            seen::Inbox::Empty
        }
    }

    /// Says once that something cannot be read, or is larger than a hand-over can be.
    fn unread(&mut self, path: PathBuf, sealed: &Sealed, session: &Session, cause: &io::Error) {
        let mark = (UNREAD, sealed.release.id);
        if self.refused.insert(path, mark) != Some(mark) {
            tracing::warn!(session = session.id.0, release = %sealed.release.id, cause = %cause.kind(), max = INBOX_FILE_MAX, "release refused unread");
        }
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
    fn files(&self) -> io::Result<Vec<PathBuf>> {
        let entries = match fs::read_dir(&self.folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(error),
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
