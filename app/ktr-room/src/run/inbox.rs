//! The inbox: the release as the desk handed it over, decrypted, verified and kept in memory until T.
//! The plaintext is wiped when it is dropped and never written anywhere.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::{fs, io};

use ktr_core::id::{ReleaseId, Sha256};
use zeroize::Zeroizing;

use crate::error::RoomError;
use crate::file;
use crate::journal::Store;
use crate::limits::{INBOX_FILE_MAX, INBOX_FILES_MAX, UNCLAIMED_MS};
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
    /// Files that belong to no release, and since when they are known, in milliseconds.
    unclaimed: BTreeMap<PathBuf, u64>,
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

/// Empties the spool and these folders if the journal's session is over by this clock: before a homeserver is waited for that may not come.
/// What cannot be removed keeps nobody from starting: the passes try again, and ring.
///
/// # Errors
/// The journal cannot be read.
pub fn wipe_overdue(store: &Store, folders: &[&Path], now_ms: u64) -> Result<(), RoomError> {
    let journal = store.load()?;
    let done = store.done()?;
    // A session that is dissolved again has long been emptied: what lies there is the next one's.
    let is_again = |session: u32| done.iter().any(|done| done.session == session);
    let living = journal.filter(|journal| !journal.emptied() && !is_again(journal.session));
    let over = living
        .is_some_and(|journal| journal.end.is_some() || now_ms >= journal.times.dissolves_ms());
    if !over {
        return Ok(());
    }
    let spool = store.spool();
    for folder in folders.iter().copied().chain([spool.as_path()]) {
        if let Err(error) = empty(folder) {
            tracing::warn!(%error, "it is tried again");
        }
    }
    Ok(())
}

/// Empties a folder of what must not outlive T.
///
/// # Errors
/// [`RoomError::NotEmptied`], when everything that can be removed is.
pub(super) fn empty(folder: &Path) -> Result<(), RoomError> {
    file::empty(folder).map_err(|error| RoomError::NotEmptied(error.into_cause()))
}

impl Inbox {
    /// An inbox nothing was read from.
    #[must_use]
    pub fn new(folder: PathBuf) -> Self {
        Self {
            folder,
            release: None,
            refused: BTreeMap::new(),
            unclaimed: BTreeMap::new(),
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

    /// Wipes the plaintext, and removes files that nobody claims: no release is sealed that they could be, and they have lain there for
    /// long. Says how many went.
    ///
    /// # Errors
    /// A file cannot be removed.
    pub fn expire(&mut self, now_ms: u64) -> Result<u32, RoomError> {
        self.release = None;
        let files = self.files()?;
        self.unclaimed.retain(|path, _| files.contains(path));
        let mut gone = 0u32;
        for path in files {
            let since_ms = *self.unclaimed.entry(path.clone()).or_insert(now_ms);
            if now_ms.saturating_sub(since_ms) >= UNCLAIMED_MS {
                fs::remove_file(&path)?;
                gone = gone.saturating_add(1);
            }
        }
        Ok(gone)
    }

    /// Wipes the plaintext: no session is at hand that it could be for.
    pub fn forget(&mut self) {
        self.release = None;
    }

    /// Wipes the plaintext and removes every file. Says how many hand-overs went.
    ///
    /// # Errors
    /// [`RoomError::NotEmptied`].
    pub fn clear(&mut self) -> Result<usize, RoomError> {
        self.release = None;
        self.refused.clear();
        self.unclaimed.clear();
        let files = self.files().map_or(0, |files| files.len());
        empty(&self.folder)?;
        Ok(files)
    }

    /// The files ending in `.pgp`, in the order of their names.
    fn files(&self) -> io::Result<Vec<PathBuf>> {
        let entries = match fs::read_dir(&self.folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(error),
        };
        let mut files = Vec::new();
        for entry in entries {
            let path = entry?.path();
            if path.extension().is_some_and(|extension| extension == "pgp") && path.is_file() {
                files.push(path);
            }
            if files.len() == INBOX_FILES_MAX {
                break;
            }
        }
        files.sort();
        Ok(files)
    }
}
