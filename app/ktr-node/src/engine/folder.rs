//! Makes the home folder of a node: configuration, keys, genesis.
//! Run again it keeps the keys and writes the rest anew.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use ktr_abci::SOCKET_PATH_MAX_BYTES;
use ktr_core::{Genesis, id::Sha256};

use super::{
    config, digest,
    genesis::{Document, GenesisError},
    key::{KeyError, Keys},
};
use crate::{
    home::Home,
    settings::{self, Settings},
};

/// What a folder is made from.
#[derive(Clone, Debug)]
pub struct Init<'a> {
    /// The document that all nodes share.
    pub genesis: &'a Path,
    /// The configuration; its chain id is taken from the genesis.
    pub settings: Settings,
    /// A validator key from elsewhere.
    pub validator_key: Option<&'a Path>,
}

/// What was made.
#[derive(Debug)]
pub struct Made {
    /// The public side of the folder's keys.
    pub keys: Keys,
    /// The first rule of a new chain that the genesis breaks, where the chain runs already: it came later.
    pub broken: Option<GenesisError>,
}

/// Why no folder was made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum InitError {
    /// A file cannot be read or written.
    #[error("{}: {source}", path.display())]
    File {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The genesis is refused.
    #[error("{}: {source}", path.display())]
    Genesis {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: GenesisError,
    },
    /// The genesis is another than the folder was made with, and the engine would begin with it.
    #[error(
        "genesis.json is another than this folder was made with (digest {found}, it was {kept}); put the network's file back; {BEGIN_ANEW}"
    )]
    OtherGenesis {
        /// What it was made with.
        kept: Sha256,
        /// What is there.
        found: Sha256,
    },
    /// The engine began with another genesis and takes no new one.
    #[error(
        "the engine of this folder began with another genesis (digest {kept}, this one has {found}), and nothing was written; {BEGIN_ANEW}"
    )]
    Begun {
        /// What it began with.
        kept: Sha256,
        /// What it was to be made with.
        found: Sha256,
    },
    /// The file that keeps the digest of the genesis holds none.
    #[error(
        "{} holds no digest; make sure that genesis.json is the network's, then remove that file: the next start keeps the digest anew", .0.display()
    )]
    Digest(PathBuf),
    /// A key is refused.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// A setting is refused.
    #[error(transparent)]
    Settings(#[from] settings::Refused),
    /// The socket's path does not fit.
    #[error(
        "the socket's path has {0} octets, {SOCKET_PATH_MAX_BYTES} are possible: choose a shorter home or abci_socket"
    )]
    SocketPath(usize),
}

impl InitError {
    /// What is wrong with the genesis in a file.
    pub(super) fn of_genesis(path: &Path) -> impl Fn(GenesisError) -> Self {
        |source| Self::Genesis {
            path: path.to_owned(),
            source,
        }
    }
}

/// Makes the folder. A genesis that no new chain could begin with is refused, unless the chain runs already: the node joins it with a
/// snapshot, or the engine of this folder has begun with that genesis.
///
/// # Errors
/// See [`InitError`].
pub fn init(home: &Home, from: Init<'_>) -> Result<Made, InitError> {
    let text = fs::read(from.genesis).map_err(|source| InitError::File {
        path: from.genesis.to_owned(),
        source,
    })?;
    let runs = from.settings.joins() || home.block_store().exists();
    let refused = InitError::of_genesis(from.genesis);
    let (document, genesis, broken) = judge(&text, runs).map_err(&refused)?;
    let settings = Settings {
        chain_id: document.chain_id().to_owned(),
        ..from.settings
    };
    settings.check()?;
    let length = settings.socket(home).as_os_str().len();
    if length > SOCKET_PATH_MAX_BYTES {
        return Err(InitError::SocketPath(length));
    }
    digest::check(home, &genesis)?;
    let keys = Keys::ensure(home, from.validator_key)?;
    write(&home.genesis(), &document.text().map_err(&refused)?)?;
    digest::keep(home, &genesis)?;
    write(&home.settings(), &settings.text()?)?;
    write_config(home, &settings)?;
    Ok(Made { keys, broken })
}

/// The document, its genesis, and the rule that it breaks; one that breaks a rule is refused unless its chain `runs`.
fn judge(
    text: &[u8],
    runs: bool,
) -> Result<(Document, Genesis, Option<GenesisError>), GenesisError> {
    match Document::parse(text) {
        Ok(document) => {
            let genesis = document.genesis()?;
            Ok((document, genesis, None))
        }
        Err(rule) if runs => {
            let (document, genesis) = Document::begun(text)?;
            Ok((document, genesis, Some(rule)))
        }
        Err(rule) => Err(rule),
    }
}

/// Writes the engine's configuration anew.
pub(super) fn write_config(home: &Home, settings: &Settings) -> Result<(), InitError> {
    write(&home.engine_config(), &config::text(home, settings))
}

fn write(path: &Path, text: &str) -> Result<(), InitError> {
    fs::write(path, text).map_err(|source| InitError::File {
        path: path.to_owned(),
        source,
    })
}

/// How a folder comes to another chain. What the validator signed last stays, as its key does.
const BEGIN_ANEW: &str = "to begin with this one, remove store and everything in engine/data but priv_validator_state.json, keep the validator's key, and run init with it";
