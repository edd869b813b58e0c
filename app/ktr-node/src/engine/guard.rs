//! What must hold before anything starts: one node per folder, no engine of a killed node, no key that might sign twice.
//! It waits for an old engine, and never kills it.

use std::{
    fs::{self, File, Metadata, OpenOptions},
    io,
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
    thread,
    time::Duration,
};

use ktr_core::id::Height;
use nix::fcntl::{Flock, FlockArg};
use serde_json::Value;
use tokio::time::Instant;

use super::rpc::{self, Answered, ask_within};
use crate::{
    home::Home,
    limits::{
        GUARD_COMMITS_MAX, GUARD_COUNTY_TIME, GUARD_UNANSWERED_MAX, LOOK_INTERVAL,
        OLD_ENGINE_GRACE, RPC_TIMEOUT,
    },
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

    /// Whether a process holds the lock of a folder, by the kernel's own list: taking it to see would refuse a start of that moment.
    #[must_use]
    pub fn is_held(home: &Home) -> bool {
        let path = home.lock();
        let Ok(file) = fs::metadata(&path) else {
            return false;
        };
        // Where the list cannot be read a node is believed to run: nothing of its key is called wrong then.
        let Ok(list) = fs::read_to_string("/proc/locks") else {
            return true;
        };
        let inode = file.ino().to_string();
        // `1: FLOCK ADVISORY WRITE 28140 fe:00:5310729 0 EOF`; a layered file system shows another device than the file's.
        list.lines().any(|line| {
            let words: Vec<&str> = line.split_whitespace().collect();
            let [_, "FLOCK", _, "WRITE", holder, place, ..] = words.as_slice() else {
                return false;
            };
            let is_same = place.rsplit(':').next() == Some(inode.as_str());
            is_same && has_open(holder, &file)
        })
    }
}

/// Whether a process has a file open, under whatever name it sees it; one whose files nobody may see is believed to.
fn has_open(process: &str, file: &Metadata) -> bool {
    let Ok(open) = fs::read_dir(Path::new("/proc").join(process).join("fd")) else {
        return true;
    };
    // The user of a unit may list what its node has open, and see nothing of it: the node has users of its own (PrivateUsers=).
    open.flatten()
        .any(|entry| match fs::metadata(entry.path()) {
            Ok(other) => (other.dev(), other.ino()) == (file.dev(), file.ino()),
            Err(error) => error.kind() == io::ErrorKind::PermissionDenied,
        })
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

/// Refuses a key whose signature a block of this node's own store carries, above the height in its state file; `signed` is the last such
/// height. It needs no other county: a state file of another day is seen where nobody can be asked. The store cannot know of a signature
/// in the block that is still to come, and of none if the whole disk is of another day.
pub(crate) fn guard_blocks(home: &Home, Height(signed): Height) -> Result<(), GuardError> {
    let known = signed_height(home)?;
    if signed > known {
        return Err(GuardError::SignedAbove { signed, known });
    }
    Ok(())
}

/// What the counties of `guard_rpc` could say of this validator's signatures; none of them knows one that its state file does not.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) struct Asked {
    /// Counties that answered for every height since the state file's, of those that the guard asks for.
    pub(crate) whole: usize,
    /// Counties that are reachable and left a height without an answer, have not come so far, or follow another chain: a signature would be
    /// unknown.
    pub(crate) in_part: usize,
}

/// Refuses a key that another node holds, or whose state file is older than the chain knows.
pub(crate) fn guard_signatures(
    home: &Home,
    settings: &Settings,
    address: &str,
) -> Result<Asked, GuardError> {
    guard_signatures_within(home, settings, address, GUARD_COUNTY_TIME)
}

/// The same, with a time for each county as a whole: one that answers every height in almost the time of an answer would hold a start for
/// minutes.
pub(super) fn guard_signatures_within(
    home: &Home,
    settings: &Settings,
    address: &str,
    time: Duration,
) -> Result<Asked, GuardError> {
    let known = signed_height(home)?;
    let mut asked = Asked::default();
    for (number, rpc) in (1..).zip(&settings.guard_rpc) {
        let county = County {
            number,
            rpc,
            begun: Instant::now(),
            time,
        };
        let Some(status) = county.ask("/status") else {
            continue;
        };
        let theirs = status.result.pointer("/validator_info/address");
        if theirs.and_then(Value::as_str) == Some(address) {
            return Err(GuardError::KeyElsewhere(number));
        }
        let is_ahead = follows(&status.result, &settings.chain_id, known);
        if no_signature(&county, &status.result, (known, address))? && is_ahead {
            asked.whole = asked.whole.saturating_add(1);
        } else {
            asked.in_part = asked.in_part.saturating_add(1);
        }
    }
    Ok(asked)
}

/// A county while it is asked.
struct County<'a> {
    number: usize,
    rpc: &'a str,
    begun: Instant,
    time: Duration,
}

impl County<'_> {
    /// Its answer; none once its time is over.
    fn ask(&self, path: &str) -> Option<Answered> {
        let time = self.left().min(RPC_TIMEOUT);
        if time.is_zero() {
            return None;
        }
        ask_within(self.rpc, path, time)
    }

    fn left(&self) -> Duration {
        self.time.saturating_sub(self.begun.elapsed())
    }
}

/// Whether a county follows this chain and has come as far as the state file: one that has not seen a height cannot say who signed it.
fn follows(status: &Value, chain_id: &str, known: u64) -> bool {
    let text = |place| status.pointer(place).and_then(Value::as_str);
    let catches_up = status.pointer("/sync_info/catching_up") == Some(&Value::Bool(true));
    let last = rpc::number(status, "/sync_info/latest_block_height").unwrap_or(0);
    // The height that was signed last may be the one that is still voted on.
    let has_seen_it = last.saturating_add(1) >= known.max(2);
    text("/node_info/network") == Some(chain_id) && !catches_up && has_seen_it
}

/// Whether a county answered for every height and knows no signature above the known one; `false` if it left one without an answer, of which
/// the log has the first. A county that has fallen silent takes seconds for each, so a few end the questions; and so does the end of its time.
fn no_signature(
    county: &County<'_>,
    status: &Value,
    (known, address): (u64, &str),
) -> Result<bool, GuardError> {
    let Some(last) = rpc::number(status, "/sync_info/latest_block_height") else {
        return Ok(false);
    };
    let from = last
        .saturating_sub(GUARD_COMMITS_MAX)
        .max(known)
        .saturating_add(1);
    let mut unanswered = 0_u32;
    // The newest first: one is enough.
    for signed in (from..=last).rev() {
        match has_signature(county, signed, address) {
            Some(true) => return Err(GuardError::SignedAbove { signed, known }),
            Some(false) => {}
            None => {
                unanswered = unanswered.saturating_add(1);
                if unanswered == 1 {
                    say_unanswered(county.number, signed, signed.saturating_sub(from));
                }
                if unanswered >= GUARD_UNANSWERED_MAX || county.left().is_zero() {
                    break;
                }
            }
        }
    }
    Ok(unanswered == 0)
}

/// Says where the asking may take longer.
fn say_unanswered(county: usize, height: u64, left: u64) {
    tracing::warn!(
        county,
        height,
        left,
        "a county of guard_rpc left a height without an answer; the key guard asks on until it leaves three, or its time is over"
    );
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

/// Whether the commit of a height carries a signature of this address; `None` if there is no answer that says so or not.
fn has_signature(county: &County<'_>, height: u64, address: &str) -> Option<bool> {
    let answer = county.ask(&format!("/commit?height={height}"))?;
    let signatures = answer.result.pointer("/signed_header/commit/signatures")?;
    let mut signers = signatures
        .as_array()?
        .iter()
        .filter_map(|signature| signature.get("validator_address")?.as_str());
    Some(signers.any(|signer| signer == address))
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
