//! What is believed before anything is asked: the chain id, the genesis and its validators, pinned by one digest.
//! How the file reached this machine is not known here.

use std::collections::BTreeSet;

use ktr_core::{Genesis, id::Sha256};
use ktr_wire::{
    digest,
    genesis::{self, Incomplete, JsonError},
};
use serde::Deserialize;
use serde_json::value::RawValue;
use tendermint::{PublicKey, validator, vote::Power};

use crate::limits::GENESIS_FILE_MAX;

/// Why a file is no basis for trust. Which file it was, whoever read it says.
#[derive(Debug, thiserror::Error)]
pub enum TrustError {
    /// Larger than 2 MiB.
    #[error("the genesis is larger than {GENESIS_FILE_MAX} octets")]
    TooLarge,
    /// SHA-256 is not the pinned one.
    #[error("the genesis has sha-256 {found}, pinned is {pinned}")]
    OtherFile {
        /// What the file has.
        found: Sha256,
        /// What was pinned.
        pinned: Sha256,
    },
    /// Not the engine's JSON.
    #[error("{0}")]
    Json(#[from] serde_json::Error),
    /// `app_state` is no genesis of the Relay.
    #[error("{0}")]
    AppState(JsonError),
    /// Keys or powers that no engine takes.
    #[error("the validators' keys or powers are out of range")]
    Validators,
}

#[derive(Deserialize)]
struct File {
    chain_id: String,
    app_state: Box<RawValue>,
}

/// The basis of every proof.
#[derive(Clone, Debug)]
pub struct Trust {
    chain_id: String,
    genesis: Genesis,
    validators: validator::Set,
    sha256: Sha256,
}

impl Trust {
    /// Reads the engine's `genesis.json`; `pinned` is SHA-256 of the file, where the caller has it from a safer place. Whether a chain could
    /// begin with it is not judged: this one has begun, perhaps before a rule of today.
    ///
    /// # Errors
    /// See [`TrustError`].
    pub fn read(file: &[u8], pinned: Option<&Sha256>) -> Result<Self, TrustError> {
        if file.len() > GENESIS_FILE_MAX {
            return Err(TrustError::TooLarge);
        }
        let sha256 = digest::sha256(&[file]);
        if let Some(pinned) = pinned.filter(|pinned| **pinned != sha256) {
            return Err(TrustError::OtherFile {
                found: sha256,
                pinned: *pinned,
            });
        }
        let File {
            chain_id,
            app_state,
        } = serde_json::from_slice(file)?;
        let genesis =
            genesis::begun_from_json(app_state.get().as_bytes()).map_err(TrustError::AppState)?;
        let validators = set(&genesis)?;
        Ok(Self {
            chain_id,
            genesis,
            validators,
            sha256,
        })
    }

    /// The chain.
    #[must_use]
    pub fn chain_id(&self) -> &str {
        &self.chain_id
    }

    /// What it started from.
    #[must_use]
    pub const fn genesis(&self) -> &Genesis {
        &self.genesis
    }

    /// SHA-256 of the file: what members pin.
    #[must_use]
    pub const fn sha256(&self) -> &Sha256 {
        &self.sha256
    }

    /// The validators of block 1. Those of a later height follow from them: [`crate::Client::header_proven`].
    #[must_use]
    pub const fn validators(&self) -> &validator::Set {
        &self.validators
    }
}

/// The engine's set: it orders by power, then address.
fn set(genesis: &Genesis) -> Result<validator::Set, TrustError> {
    let validators = genesis.validators.iter();
    let keys: BTreeSet<_> = validators.map(|validator| validator.key).collect();
    if keys.is_empty() || keys.len() != genesis.validators.len() {
        let lacks = JsonError::Incomplete(Incomplete::Validators);
        return Err(TrustError::AppState(lacks));
    }
    let mut entries = Vec::new();
    for validator in &genesis.validators {
        let key = PublicKey::from_raw_ed25519(&validator.key.0).ok_or(TrustError::Validators)?;
        let power = Power::try_from(validator.power).or(Err(TrustError::Validators))?;
        entries.push(validator::Info::new(key, power));
    }
    ordered(entries).ok_or(TrustError::Validators)
}

/// The set of these validators in the engine's order; `None` above the engine's own bound, where the library would stop the process.
pub(crate) fn ordered(entries: Vec<validator::Info>) -> Option<validator::Set> {
    let powers = entries.iter().map(validator::Info::power);
    let total = powers.fold(0, u64::saturating_add);
    (total <= validator::Set::MAX_TOTAL_VOTING_POWER)
        .then(|| validator::Set::without_proposer(entries))
}
