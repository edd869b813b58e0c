//! `ktr-collector init`: configuration and state folder, made once.
//! It contacts nobody; the collector's key comes from the genesis ceremony.

use std::path::Path;

use crate::{
    config::{Blanks, Config, sample},
    error::CollectorError,
    file,
};

/// Writes `collector.toml` and the state folder below `home`. A `collector.toml` that exists is kept and used.
///
/// # Errors
/// A file cannot be written, or what exists is wrong.
pub fn run(home: &Path, blanks: &Blanks) -> Result<Config, CollectorError> {
    file::folder(home)?;
    let path = home.join("collector.toml");
    if !path.exists() {
        file::put(&path, sample(blanks).as_bytes())?;
    }
    let config = Config::load(&path)?;
    file::folder(&config.state)?;
    Ok(config)
}
