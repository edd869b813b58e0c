//! The engine's key files: the one that names a node, the one that votes, and what the latter signed last.
//! They are made once, mode 0600, and never overwritten.

use std::path::{Path, PathBuf};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use ed25519_consensus::{SigningKey, VerificationKey};
use ktr_core::id::{ValidatorAddress, ValidatorKey};
use ktr_os::{FileError, entropy, file};
use ktr_wire::digest::{self, sha256};
use serde::{Deserialize, Serialize};

use crate::home::Home;

/// Why a key file is refused.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum KeyError {
    /// It cannot be read or written, or others can read it.
    #[error(transparent)]
    File(#[from] FileError),
    /// It is no key file of the engine.
    #[error("{} is no Ed25519 key file of the engine", .0.display())]
    Malformed(PathBuf),
    /// A validator key is there already.
    #[error("{} is there already; a validator key is never replaced", .0.display())]
    Exists(PathBuf),
}

/// The public side of a node's two keys.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Keys {
    /// The validator's public key.
    pub validator: [u8; 32],
    /// The node id: 40 lower-case hex digits.
    pub node_id: String,
}

#[derive(Serialize, Deserialize)]
struct Typed {
    #[serde(rename = "type")]
    kind: String,
    value: String,
}

#[derive(Serialize, Deserialize)]
struct NodeKeyFile {
    priv_key: Typed,
}

#[derive(Serialize, Deserialize)]
struct ValidatorKeyFile {
    address: String,
    pub_key: Typed,
    priv_key: Typed,
}

impl Keys {
    /// Reads the keys, and makes what is missing. `import` brings a validator key from elsewhere.
    ///
    /// # Errors
    /// See [`KeyError`].
    pub fn ensure(home: &Home, import: Option<&Path>) -> Result<Self, KeyError> {
        make_folders(home)?;
        let target = home.validator_key();
        match import {
            Some(_) if target.exists() => return Err(KeyError::Exists(target)),
            Some(from) => {
                file::put_new(&target, validator_file(&read_validator(from)?).as_bytes())?;
            }
            None if target.exists() => {}
            None => file::put_new(&target, validator_file(&fresh()).as_bytes())?,
        }
        if !home.node_key().exists() {
            file::put_new(&home.node_key(), node_file(&fresh()).as_bytes())?;
        }
        // Missing beside a block store it is the key guard's affair and never made anew.
        if !home.validator_state().exists() && !home.block_store().exists() {
            file::put_new(&home.validator_state(), UNUSED.as_bytes())?;
        }
        Self::read(home)
    }

    /// The validator's address.
    #[must_use]
    pub fn address(&self) -> ValidatorAddress {
        digest::address(&ValidatorKey(self.validator))
    }

    /// The same as the engine writes it.
    #[must_use]
    pub fn validator_address(&self) -> String {
        hex::encode_upper(address(&self.validator))
    }

    /// Reads the keys of a folder.
    ///
    /// # Errors
    /// See [`KeyError`].
    pub fn read(home: &Home) -> Result<Self, KeyError> {
        let node: NodeKeyFile = read_json(&home.node_key())?;
        let node = secret(&node.priv_key).ok_or_else(|| KeyError::Malformed(home.node_key()))?;
        let validator = read_validator(&home.validator_key())?;
        Ok(Self {
            validator: public(&validator),
            node_id: hex::encode(address(&public(&node))),
        })
    }
}

/// The first 20 octets of the SHA-256 of a public key: the engine's address of a validator and id of a node.
pub(super) fn address(public: &[u8; 32]) -> Vec<u8> {
    sha256(&[public]).0.iter().copied().take(20).collect()
}

fn make_folders(home: &Home) -> Result<(), KeyError> {
    for folder in ["config", "data"] {
        file::shared_folder(&home.engine().join(folder))?;
    }
    Ok(())
}

fn fresh() -> SigningKey {
    SigningKey::from(entropy::draw::<32>())
}

fn public(key: &SigningKey) -> [u8; 32] {
    VerificationKey::from(key).to_bytes()
}

fn read_validator(path: &Path) -> Result<SigningKey, KeyError> {
    let file: ValidatorKeyFile = read_json(path)?;
    secret(&file.priv_key).ok_or_else(|| KeyError::Malformed(path.to_owned()))
}

/// Seed and public key, as the engine keeps them; they must belong together.
fn secret(key: &Typed) -> Option<SigningKey> {
    let octets = STANDARD.decode(&key.value).ok()?;
    let (seed, public_key) = octets.split_at_checked(32)?;
    let key = SigningKey::try_from(seed).ok()?;
    (public(&key) == public_key).then_some(key)
}

fn typed(kind: &str, octets: &[u8]) -> Typed {
    Typed {
        kind: format!("tendermint/{kind}Ed25519"),
        value: STANDARD.encode(octets),
    }
}

fn private(key: &SigningKey) -> Typed {
    let octets = [&key.to_bytes()[..], &public(key)].concat();
    typed("PrivKey", &octets)
}

fn node_file(key: &SigningKey) -> String {
    json(&NodeKeyFile {
        priv_key: private(key),
    })
}

fn validator_file(key: &SigningKey) -> String {
    json(&ValidatorKeyFile {
        address: hex::encode_upper(address(&public(key))),
        pub_key: typed("PubKey", &public(key)),
        priv_key: private(key),
    })
}

#[expect(clippy::expect_used, reason = "these types are text alone")]
fn json(file: &impl Serialize) -> String {
    serde_json::to_string_pretty(file).expect("text is JSON")
}

fn read_json<T: for<'a> Deserialize<'a>>(path: &Path) -> Result<T, KeyError> {
    let text = file::read_secret(path)?;
    serde_json::from_slice(&text).or(Err(KeyError::Malformed(path.to_owned())))
}

/// The state of a key that never signed.
const UNUSED: &str = "{\"height\": \"0\", \"round\": 0, \"step\": 0}\n";
