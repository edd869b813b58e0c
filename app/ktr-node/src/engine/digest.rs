//! The digest of the genesis that a folder was made with, in a file of its own.
//! The engine reads `genesis.json` at its first start and never again: whoever touches it later changes nothing of the chain, and stops no
//! node. What the digest is of is `ktr-wire`'s affair.

use std::fs;

use ktr_core::{Genesis, id::Sha256};
use ktr_os::{FileError, file};
use ktr_wire::genesis::digest;

use super::{folder::InitError, genesis::Document};
use crate::{home::Home, settings::Settings};

/// Refuses a genesis that the engine of this folder did not begin with; where no digest was kept, the file says with which one it did.
/// To be asked before anything is written: an engine that has begun takes no other genesis, whatever the folder says.
pub(super) fn check(home: &Home, genesis: &Genesis) -> Result<(), InitError> {
    if !home.block_store().exists() {
        return Ok(());
    }
    let found = digest(genesis);
    let kept = kept(home)?.or_else(|| of_file(home, true).ok());
    match kept {
        Some(kept) if kept != found => Err(InitError::Begun { kept, found }),
        Some(_) | None => Ok(()),
    }
}

/// Keeps the digest of the genesis that a folder is made with.
pub(super) fn keep(home: &Home, genesis: &Genesis) -> Result<(), InitError> {
    put(home, &digest(genesis))
}

/// The digest of the genesis of this folder's chain. `has_blocks`: the engine no longer asks for `genesis.json`, so that one which is
/// another by now, or cannot be read, is only warned of. A node that joins with a snapshot begins no chain with that file either, but keeps
/// what it was made with.
///
/// # Errors
/// [`InitError::OtherGenesis`] or [`InitError::Genesis`] where the engine would still begin with that file, or no digest was kept;
/// [`InitError::Digest`] where what was kept is damaged.
pub(super) fn known(
    home: &Home,
    settings: &Settings,
    has_blocks: bool,
) -> Result<Sha256, InitError> {
    match (kept(home)?, of_file(home, has_blocks || settings.joins())) {
        (None, found) => {
            // Of a build that kept none.
            let found = found?;
            put(home, &found)?;
            Ok(found)
        }
        (Some(kept), Ok(found)) if kept == found => Ok(kept),
        (Some(kept), Ok(found)) if has_blocks => {
            tracing::warn!(%kept, %found, "genesis.json is another by now; the chain goes on with the one it began with");
            Ok(kept)
        }
        (Some(kept), Err(_)) if has_blocks => {
            tracing::warn!(%kept, "genesis.json is no genesis any more; the chain goes on with the one it began with");
            Ok(kept)
        }
        (Some(kept), Ok(found)) => Err(InitError::OtherGenesis { kept, found }),
        (Some(_), Err(error)) => Err(error),
    }
}

/// Whether this is the genesis that the folder was made with; where no digest was kept, nothing speaks against it. A start ends at one that
/// cannot be read.
pub(crate) fn is_kept(home: &Home, genesis: &Genesis) -> bool {
    kept(home).is_ok_and(|kept| kept.is_none_or(|kept| kept == digest(genesis)))
}

/// The digest that was kept; `None` only where there is no such file.
fn kept(home: &Home) -> Result<Option<Sha256>, InitError> {
    let path = home.genesis_digest();
    let Some(text) = file::find(&path).map_err(of_digest(home))? else {
        return Ok(None);
    };
    let octets = hex::decode(text.trim_ascii()).ok();
    let kept = octets.and_then(|octets| Sha256::from_slice(&octets));
    kept.map(Some).ok_or(InitError::Digest(path))
}

/// The digest of the genesis in the file. One that a chain began with is only read: rules that came later keep no node down.
fn of_file(home: &Home, has_begun: bool) -> Result<Sha256, InitError> {
    let path = home.genesis();
    let text = fs::read(&path).map_err(|source| InitError::File {
        path: path.clone(),
        source,
    })?;
    let genesis = if has_begun {
        Document::begun(&text).map(|(_, genesis)| genesis)
    } else {
        Document::parse(&text).and_then(|document| document.genesis())
    };
    Ok(digest(&genesis.map_err(InitError::of_genesis(&path))?))
}

fn put(home: &Home, digest: &Sha256) -> Result<(), InitError> {
    let text = format!("{digest}\n");
    file::put(&home.genesis_digest(), text.as_bytes()).map_err(of_digest(home))
}

/// What the system says of the digest's file.
fn of_digest(home: &Home) -> impl Fn(FileError) -> InitError {
    let path = home.genesis_digest();
    move |error| InitError::File {
        path: path.clone(),
        source: error.into_cause(),
    }
}

impl Document {
    /// Refuses a document that is not the one that its folder was made with; where no digest was kept, nothing speaks against it. It writes
    /// nothing, and is for whoever looks at a folder: a start asks [`known`].
    pub(crate) fn check_kept(&self, home: &Home) -> Result<(), InitError> {
        let genesis = self.genesis();
        let found = digest(&genesis.map_err(InitError::of_genesis(&home.genesis()))?);
        match kept(home)? {
            Some(kept) if kept != found => Err(InitError::OtherGenesis { kept, found }),
            Some(_) | None => Ok(()),
        }
    }
}
