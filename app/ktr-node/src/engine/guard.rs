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
use serde_json::Value;

use super::rpc::{self, ask};
use crate::{
    home::Home,
    limits::{GUARD_COMMITS_MAX, LOOK_INTERVAL, OLD_ENGINE_GRACE},
    settings::Settings,
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
    /// What the validator key signed last cannot be read.
    #[error("{} does not say what the validator signed last; find the one of the disk that signed last, never write one by hand", .0.display())]
    ValidatorStateUnread(PathBuf),
    /// Another node has the key.
    #[error(
        "number {0} of guard_rpc runs with this validator's key; two nodes with one key sign twice: stop that one for good, or make a new key here"
    )]
    KeyElsewhere(usize),
    /// The chain has a signature that the state file does not know.
    #[error(
        "block {signed} carries a signature of this validator's key and its state file knows {known} as the last; find the state file of the disk that signed last, never start with this one"
    )]
    SignedAbove {
        /// A height with a signature.
        signed: u64,
        /// The height in the state file.
        known: u64,
    },
}

impl GuardError {
    /// Whether the validator's key would be in danger.
    #[must_use]
    pub const fn is_of_key(&self) -> bool {
        match self {
            Self::File { .. } | Self::Running(_) | Self::OldEngine { .. } => false,
            Self::ValidatorState(_)
            | Self::ValidatorStateUnread(_)
            | Self::KeyElsewhere(_)
            | Self::SignedAbove { .. } => true,
        }
    }
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
pub(crate) fn guard_key(home: &Home) -> Result<(), GuardError> {
    let state = home.validator_state();
    if home.block_store().exists() && !state.exists() {
        return Err(GuardError::ValidatorState(state));
    }
    Ok(())
}

/// Refuses a key that another node holds, or whose state file is older than the chain knows. Gives how many counties were asked; 0 is
/// unverified.
pub(crate) fn guard_signatures(
    home: &Home,
    settings: &Settings,
    address: &str,
) -> Result<usize, GuardError> {
    let known = signed_height(home)?;
    let mut asked = 0_usize;
    for (number, rpc) in (1..).zip(&settings.guard_rpc) {
        let Some(status) = ask(rpc, "/status") else {
            continue;
        };
        asked = asked.saturating_add(1);
        let theirs = status.result.pointer("/validator_info/address");
        if theirs.and_then(Value::as_str) == Some(address) {
            return Err(GuardError::KeyElsewhere(number));
        }
        let last = rpc::number(&status.result, "/sync_info/latest_block_height").unwrap_or(0);
        let from = last
            .saturating_sub(GUARD_COMMITS_MAX)
            .max(known)
            .saturating_add(1);
        // The newest first: one is enough.
        let signed = (from..=last)
            .rev()
            .find(|height| has_signature(rpc, *height, address));
        if let Some(signed) = signed {
            return Err(GuardError::SignedAbove { signed, known });
        }
    }
    Ok(asked)
}

/// The height that the validator's key signed last.
fn signed_height(home: &Home) -> Result<u64, GuardError> {
    let path = home.validator_state();
    let text = match fs::read(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(0),
        Err(_) => return Err(GuardError::ValidatorStateUnread(path)),
    };
    let state: Option<Value> = serde_json::from_slice(&text).ok();
    let height = state.and_then(|state| rpc::number(&state, "/height"));
    height.ok_or(GuardError::ValidatorStateUnread(path))
}

fn has_signature(rpc: &str, height: u64, address: &str) -> bool {
    let Some(answer) = ask(rpc, &format!("/commit?height={height}")) else {
        return false;
    };
    let signatures = answer.result.pointer("/signed_header/commit/signatures");
    let mut signers = signatures
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(|signature| signature.get("validator_address")?.as_str());
    signers.any(|signer| signer == address)
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
