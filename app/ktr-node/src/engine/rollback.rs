//! Takes one height back, in the engine and in the store: for an operator whose last block executed to a wrong app hash.
//! The engine goes first: if the store's turn never comes, the next start simply goes on, and the next rollback finishes.

use std::{io, process::Stdio};

use super::{
    guard::{GuardError, Lock, wait_for_old_engine},
    process::{VersionError, check_version},
};
use crate::{
    exit::Exit,
    home::Home,
    limits::ENGINE_REASON_MAX_CHARS,
    settings::Settings,
    store::{Meta, Store, StoreError},
};

/// Why nothing, or only the engine, was taken back.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RollbackError {
    /// A node runs here.
    #[error(transparent)]
    Guard(#[from] GuardError),
    /// The engine is not the right one.
    #[error(transparent)]
    Version(#[from] VersionError),
    /// The engine cannot be run.
    #[error("the engine cannot be run: {0}")]
    Run(#[from] io::Error),
    /// The engine says no, for a reason of its own.
    #[error(
        "the engine takes nothing back: {0}; start the node, or restore, or remove store and engine data together and let the peers bring the chain (keep priv_validator_state.json)"
    )]
    Engine(String),
    /// The store says no.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl RollbackError {
    /// With which code the program ends.
    #[must_use]
    pub const fn exit(&self) -> Exit {
        match self {
            Self::Guard(_) | Self::Version(_) | Self::Run(_) | Self::Engine(_) => Exit::Engine,
            Self::Store(_) => Exit::Store,
        }
    }
}

/// Takes one height back; gives where engine and store stand then.
///
/// # Errors
/// See [`RollbackError`].
pub fn roll_back(home: &Home, settings: &Settings) -> Result<Meta, RollbackError> {
    let _lock = Lock::take(home)?;
    check_version(&settings.engine_binary)?;
    wait_for_old_engine(home)?;
    let store = Store::open(&home.store())?;
    store.restore(&settings.chain_id)?;
    let output = std::process::Command::new(&settings.engine_binary)
        .arg("rollback")
        .arg("--home")
        .arg(home.engine())
        .stdin(Stdio::null())
        .output()?;
    let said = String::from_utf8_lossy(&output.stdout);
    let refused = || RollbackError::Engine(reason(&String::from_utf8_lossy(&output.stderr)));
    let (height, app_hash) = rolled_back(&said).ok_or_else(refused)?;
    let is_engine_s = |meta: &Meta| {
        meta.height == height && meta.app_hash.to_string().eq_ignore_ascii_case(app_hash)
    };
    // The store may be there already: a rollback that was cut short, or a Commit that never came.
    match store.view().meta()? {
        Some(meta) if is_engine_s(&meta) => Ok(meta),
        Some(_) | None => Ok(store.roll_back(is_engine_s)?),
    }
}

/// Height and app hash in the engine's `Rolled back state to height N and hash X`.
pub(super) fn rolled_back(said: &str) -> Option<(u64, &str)> {
    let line = said
        .lines()
        .find_map(|line| line.strip_prefix("Rolled back state to height "))?;
    let (height, app_hash) = line.split_once(" and hash ")?;
    Some((height.parse().ok()?, app_hash.trim()))
}

/// The engine's own reason: the last line of its errors, of which no more is shown than a line of ours should have.
pub(super) fn reason(said: &str) -> String {
    let mut lines = said.lines().map(str::trim);
    let last = lines.rfind(|line| !line.is_empty());
    let last = last.unwrap_or("it gives no reason");
    let shown = last.strip_prefix("ERROR: ").unwrap_or(last).chars();
    let shown = shown.filter(|c| !c.is_control());
    shown.take(ENGINE_REASON_MAX_CHARS).collect()
}
