//! The digest of the genesis that a folder was made with, in a file of its own.
//! The engine reads `genesis.json` at its first start and never again: whoever touches it later changes nothing of the chain, and stops no
//! node. What the digest is of is `ktr-wire`'s affair.

use std::fs;

use ktr_core::id::Sha256;
use ktr_wire::genesis::digest;

use super::{
    folder::{InitError, write},
    genesis::Document,
};
use crate::home::Home;

/// Keeps the digest of the document that a folder is made with. A chain that has begun keeps the one that it began with.
pub(super) fn keep(home: &Home, document: &Document) -> Result<(), InitError> {
    if home.block_store().exists() && kept(home).is_some() {
        return Ok(());
    }
    put(home, &digest(&document.genesis()?))
}

/// The digest of the genesis of this folder's chain. `has_blocks`: the engine no longer asks for `genesis.json`, so that one which is
/// another by now, or cannot be read, is only warned of.
///
/// # Errors
/// [`InitError::OtherGenesis`] or [`InitError::Genesis`] where the engine would still begin with that file, or no digest was kept.
pub(super) fn known(home: &Home, has_blocks: bool) -> Result<Sha256, InitError> {
    match (kept(home), found(home)) {
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

/// The file's digest; none that is no digest counts.
fn kept(home: &Home) -> Option<Sha256> {
    let text = fs::read_to_string(home.genesis_digest()).ok()?;
    Sha256::from_slice(&hex::decode(text.trim()).ok()?)
}

fn found(home: &Home) -> Result<Sha256, InitError> {
    let path = home.genesis();
    let text = fs::read(&path).map_err(|source| InitError::File { path, source })?;
    Ok(digest(&Document::parse(&text)?.genesis()?))
}

fn put(home: &Home, digest: &Sha256) -> Result<(), InitError> {
    write(&home.genesis_digest(), &format!("{digest}\n"))
}
