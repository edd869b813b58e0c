//! What must hold before anything starts: one node per folder, no engine of a killed node, no key that might sign twice.
//! It waits for an old engine, and never kills it.

use std::{
    fs::{self, File, OpenOptions},
    io,
    path::{Path, PathBuf},
    thread,
    time::Duration,
};

use nix::fcntl::{Flock, FlockArg};

use crate::{
    home::Home,
    limits::{LOOK_INTERVAL, OLD_ENGINE_GRACE},
};

/// Why a node must not start here.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum GuardError {
    /// The lock file cannot be made or read.
    #[error("{}: {source}", path.display())]
    File {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// Another node runs in this folder.
    #[error("a node runs in {} already", .0.display())]
    Running(PathBuf),
    /// The engine of an earlier node lives on.
    #[error(
        "the engine of an earlier node is still alive as process {pid}; stop it and start again"
    )]
    OldEngine {
        /// Its process.
        pid: u32,
    },
    /// What the validator key signed last is unknown, and there are blocks.
    #[error("{} is missing beside a block store; a validator that forgot what it signed may sign twice", .0.display())]
    ValidatorState(PathBuf),
}

/// Held as long as a node runs in its folder; the kernel takes it away from the dead.
#[derive(Debug)]
pub struct Lock {
    _file: Flock<File>,
}

impl Lock {
    /// Takes the lock of a folder.
    ///
    /// # Errors
    /// [`GuardError::Running`] if another process holds it.
    pub fn take(home: &Home) -> Result<Self, GuardError> {
        let path = home.lock();
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(false);
        let file = options.open(&path).map_err(|source| GuardError::File {
            path: path.clone(),
            source,
        })?;
        let locked = Flock::lock(file, FlockArg::LockExclusiveNonblock);
        let file = locked.or(Err(GuardError::Running(home.path().to_owned())))?;
        Ok(Self { _file: file })
    }
}

/// Waits until the engine of an earlier node is gone.
pub(super) fn wait_for_old_engine(home: &Home) -> Result<(), GuardError> {
    let mut waited = Duration::ZERO;
    while let Some(pid) = old_engine(home) {
        if waited >= OLD_ENGINE_GRACE {
            return Err(GuardError::OldEngine { pid });
        }
        thread::sleep(LOOK_INTERVAL);
        waited = waited.saturating_add(LOOK_INTERVAL);
    }
    Ok(())
}

/// Refuses a key whose last signature is forgotten.
pub(super) fn guard_key(home: &Home) -> Result<(), GuardError> {
    let state = home.validator_state();
    if home.block_store().exists() && !state.exists() {
        return Err(GuardError::ValidatorState(state));
    }
    Ok(())
}

/// The process of the pid file, if it lives and works in our folder: numbers of processes come again.
fn old_engine(home: &Home) -> Option<u32> {
    let pid: u32 = fs::read_to_string(home.engine_pid())
        .ok()?
        .trim()
        .parse()
        .ok()?;
    // A process that is only waiting for its parent to look has no command line any more.
    let arguments = fs::read(Path::new("/proc").join(pid.to_string()).join("cmdline")).ok()?;
    let folder = home.engine();
    let is_ours = arguments
        .split(|octet| *octet == 0)
        .any(|argument| argument == folder.as_os_str().as_encoded_bytes());
    is_ours.then_some(pid)
}
