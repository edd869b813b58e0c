//! `ktr-room init`: everything a county's sidecar needs on disk, made once.
//! It contacts nobody; the sidecar's OpenPGP key comes from its own ceremony.

use std::path::Path;

use zeroize::Zeroizing;

use crate::config::{Blanks, Config, sample};
use crate::entropy;
use crate::error::RoomError;
use crate::file;
use crate::journal::Store;
use crate::synapse::{Install, secret};

/// Writes `room.toml`, the homeserver's files and the secrets below `home`. A `room.toml` that exists is kept and used.
///
/// # Errors
/// A file cannot be written, or what exists is wrong.
pub fn run(home: &Path, blanks: &Blanks) -> Result<Config, RoomError> {
    file::folder(home)?;
    let path = home.join("room.toml");
    if !path.exists() {
        file::put(&path, sample(blanks).as_bytes())?;
    }
    let config = Config::load(&path)?;
    Store::open(&config.state)?;
    file::folder(&config.inbox)?;
    file::folder(&config.passes.folder)?;
    secret(&config.county_secret, || {
        Ok(Zeroizing::new(hex::encode(entropy::draw::<32>())))
    })?;
    Install::of(&config).write()?;
    Ok(config)
}
