//! The file's keys and the checks that no type makes.
//! Relative paths start at the file's own folder.

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
};

use serde::Deserialize;

use super::Timing;
use crate::{error::CollectorError, file};

/// The configuration.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// What this collector does.
    pub role: Role,
    /// Where it listens; on loopback, because this version speaks no TLS.
    pub listen: SocketAddr,
    /// Where the counts lie.
    pub state: PathBuf,
    /// A command that is run at each alarm with the alarm's code as last argument; may be left out.
    #[serde(default)]
    pub on_alarm: Vec<String>,
    /// The chain.
    pub chain: ChainTable,
    /// Times; may be left out.
    #[serde(default)]
    pub timing: Timing,
}

/// What a collector does. The roles of RM-1 have no place here until they are built.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Counts plain hits.
    Plain,
}

/// `[chain]`.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChainTable {
    /// RPC URLs of nodes; at least one.
    pub rpc: Vec<String>,
    /// The engine's genesis.json.
    pub genesis: PathBuf,
    /// SHA-256 that it must have; may be left out where the file was made on this machine.
    #[serde(default)]
    pub genesis_sha256: Option<String>,
    /// The collector's secret key; mode 0600.
    pub key: PathBuf,
}

impl Config {
    /// Reads a configuration and checks it.
    ///
    /// # Errors
    /// [`CollectorError::Config`] with the key that is wrong, [`CollectorError::File`].
    pub fn load(path: &Path) -> Result<Self, CollectorError> {
        let wrong = |reason: String| CollectorError::Config {
            path: path.to_owned(),
            reason,
        };
        let text =
            String::from_utf8(file::read(path)?).map_err(|_bytes| wrong("not UTF-8".to_owned()))?;
        let parsed: Result<Self, _> = toml::from_str(&text);
        let mut config = parsed.map_err(|error| wrong(error.to_string().trim().to_owned()))?;
        if let Some(fault) = config.fault() {
            return Err(wrong(fault.to_owned()));
        }
        let home = path.parent().unwrap_or(Path::new("."));
        let paths = [
            &mut config.state,
            &mut config.chain.genesis,
            &mut config.chain.key,
        ];
        for relative in paths {
            *relative = home.join(&*relative);
        }
        Ok(config)
    }

    fn fault(&self) -> Option<&'static str> {
        if !self.listen.ip().is_loopback() {
            return Some("listen: only an address of loopback, this version speaks no TLS");
        }
        if self.chain.rpc.is_empty() {
            return Some("chain.rpc: at least one URL is needed");
        }
        if self.timing.follow_secs == 0 {
            return Some("timing.follow_secs: at least 1");
        }
        None
    }
}
