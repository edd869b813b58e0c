//! The journal on disk, and what stays of sessions that are done.
//! One journal at a time: sessions do not overlap.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use ktr_os::FileError;
use serde::{Deserialize, Serialize};

use super::entry::Journal;
use crate::error::RoomError;
use crate::file;
use crate::name;
use crate::port::Disk;

/// The state folder.
#[derive(Clone, Debug)]
pub struct Store {
    folder: PathBuf,
    disk: Arc<dyn Disk>,
}

/// The machine's own disk.
#[derive(Debug)]
struct OwnDisk;

/// What stays of a session: its number and the hash of its receipt (design: room, section 9.1, step 12).
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Remnant {
    /// The session.
    pub session: u32,
    /// Number of its last dissolution report.
    pub attempt: u8,
    /// SHA-256 of the receipt file, in hex.
    pub receipt: String,
    /// Whether the chain refused that report for good: nobody but the county knows then that the room is gone.
    #[serde(default)]
    pub refused: bool,
}

impl Store {
    /// Opens a state folder, which is made if it is missing.
    ///
    /// # Errors
    /// Any error of the file system.
    pub fn open(folder: &Path) -> Result<Self, FileError> {
        Self::on(Arc::new(OwnDisk), folder)
    }

    /// As [`Store::open`], with a disk of one's own.
    ///
    /// # Errors
    /// Any error of the file system.
    pub fn on(disk: Arc<dyn Disk>, folder: &Path) -> Result<Self, FileError> {
        for part in ["", "spool", "receipts"] {
            file::folder(&folder.join(part))?;
        }
        Ok(Self {
            folder: folder.to_owned(),
            disk,
        })
    }

    /// The journal of the session at hand; `None` if there is none.
    ///
    /// # Errors
    /// The file cannot be read or is not a journal: the sidecar must not guess, so it stops.
    pub fn load(&self) -> Result<Option<Journal>, RoomError> {
        let Some(octets) = file::find(&self.path("journal.json"))? else {
            return Ok(None);
        };
        serde_json::from_slice(&octets)
            .map(Some)
            .map_err(|_opaque| RoomError::Journal)
    }

    /// Writes the journal; it is on disk when this returns.
    ///
    /// # Errors
    /// Any error of the file system.
    pub fn save(&self, journal: &Journal) -> Result<(), RoomError> {
        let octets = serde_json::to_vec(journal).map_err(|_opaque| RoomError::Journal)?;
        self.put(&self.path("journal.json"), &octets)
    }

    /// Writes a file that a sidecar goes on from after a crash; it is on disk, whole, when this returns.
    ///
    /// # Errors
    /// Any error of the file system.
    pub fn put(&self, path: &Path, octets: &[u8]) -> Result<(), RoomError> {
        Ok(self.disk.put(path, octets)?)
    }

    /// Puts a remnant in the journal's place.
    ///
    /// # Errors
    /// Any error of the file system.
    pub fn close(&self, remnant: &Remnant) -> Result<(), RoomError> {
        self.remember(remnant)?;
        std::fs::remove_file(self.path("journal.json"))?;
        Ok(())
    }

    /// Keeps a remnant, in the place of an older one of its session.
    ///
    /// # Errors
    /// Any error of the file system.
    pub fn remember(&self, remnant: &Remnant) -> Result<(), RoomError> {
        let mut done = self.done()?;
        done.retain(|old| old.session != remnant.session);
        done.push(remnant.clone());
        let octets = serde_json::to_vec(&done).map_err(|_opaque| RoomError::Journal)?;
        self.put(&self.path("done.json"), &octets)
    }

    /// What stays of sessions that are done.
    ///
    /// # Errors
    /// The file cannot be read or is not a list of remnants.
    pub fn done(&self) -> Result<Vec<Remnant>, RoomError> {
        let Some(octets) = file::find(&self.path("done.json"))? else {
            return Ok(Vec::new());
        };
        serde_json::from_slice(&octets).map_err(|_opaque| RoomError::Journal)
    }

    /// The spool: ciphertexts that are on their way.
    #[must_use]
    pub fn spool(&self) -> PathBuf {
        self.path("spool")
    }

    /// Where the ciphertext of post `n` lies.
    #[must_use]
    pub fn spooled(&self, n: u32) -> PathBuf {
        self.spool().join(format!("{n}.pgp"))
    }

    /// Where the receipt of an attempt lies.
    #[must_use]
    pub fn receipt(&self, session: u32, attempt: u8) -> PathBuf {
        self.path("receipts")
            .join(format!("{session}-{attempt}.json"))
    }

    /// Keeps the receipt of an attempt under a name of its own, by its hash, before another one takes its place. Repeated, it stands once.
    ///
    /// # Errors
    /// Any error of the file system.
    pub fn set_aside(&self, session: u32, attempt: u8) -> Result<(), RoomError> {
        let Some(octets) = file::find(&self.receipt(session, attempt))? else {
            return Ok(());
        };
        let digest = name::sha256(&octets).to_string();
        let kept = format!("{session}-{attempt}-{digest}.json");
        self.put(&self.path("receipts").join(kept), &octets)
    }

    /// A file of the state folder.
    #[must_use]
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }
}

impl Disk for OwnDisk {
    fn put(&self, path: &Path, octets: &[u8]) -> Result<(), FileError> {
        file::put(path, octets)
    }
}
