//! The file's keys and the checks that no type makes.
//! Relative paths start at the file's own folder.

use std::path::{Path, PathBuf};

use ktr_core::id::{CountyId, Fingerprint, MemberId, Sha256};
use serde::{Deserialize, Deserializer, Serialize, de::Error};

use super::{Base, Timing};
use crate::{error::AgentError, file};

/// The configuration.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Whose agent this is.
    #[serde(deserialize_with = "member")]
    pub member: MemberId,
    /// Verified releases, one folder each.
    pub signed: PathBuf,
    /// What failed, with the rule that it broke.
    pub quarantine: PathBuf,
    /// Marks and tries.
    pub state: PathBuf,
    /// The room key's certificate with its secret; mode 0600.
    pub room_key: PathBuf,
    /// Whether an observed ingestion is counted; off if left out.
    #[serde(default)]
    pub measure: Measure,
    /// A command that is run at each alarm with the alarm's code as last argument; may be left out.
    #[serde(default)]
    pub on_alarm: Vec<String>,
    /// The chain and the Alliance.
    pub chain: ChainTable,
    /// The counties whose servers may be dialled: the member's own, and the next one, which serves its members if it fails.
    pub county: Vec<CountyTable>,
    /// The collector; may be left out where nothing is measured.
    #[serde(default)]
    pub collector: Option<CollectorTable>,
    /// Times; may be left out.
    #[serde(default)]
    pub timing: Timing,
}

/// Whether an observed ingestion is counted. RM-1's `report` has no place here until it is built.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Measure {
    /// No packet, ever.
    #[default]
    Off,
    /// One plain hit.
    Hit,
}

/// `[chain]`.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChainTable {
    /// RPC URLs of nodes; two at best.
    pub rpc: Vec<String>,
    /// The engine's genesis.json.
    pub genesis: PathBuf,
    /// SHA-256 that it must have.
    #[serde(default, deserialize_with = "digest")]
    pub genesis_sha256: Option<Sha256>,
    /// `alliance.json`, which the genesis pins.
    pub alliance: PathBuf,
    /// The Alliance's certificate.
    pub alliance_key: PathBuf,
    /// Fingerprint of its primary key; without it the file's own is trusted.
    #[serde(default, deserialize_with = "fingerprint")]
    pub alliance_fingerprint: Option<Fingerprint>,
}

/// One `[[county]]`.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CountyTable {
    /// Its number in genesis order.
    pub id: u8,
    /// Base URL of `GET /pass/…`: https with the pin of the county's key, or http on loopback.
    pub passes: Base,
    /// Base URL of its homeserver, alike.
    pub homeserver: Base,
}

impl CountyTable {
    /// The county.
    #[must_use]
    pub const fn county(&self) -> CountyId {
        CountyId(self.id)
    }
}

/// `[collector]`.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CollectorTable {
    /// Its base URL, alike.
    pub url: Base,
}

impl Config {
    /// Reads a configuration and checks it.
    ///
    /// # Errors
    /// [`AgentError::Config`] with the key that is wrong, [`AgentError::File`].
    pub fn load(path: &Path) -> Result<Self, AgentError> {
        let wrong = |reason: String| AgentError::Config {
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
        config.settle(path.parent().unwrap_or(Path::new(".")));
        Ok(config)
    }

    /// The servers of a county, if they may be dialled.
    #[must_use]
    pub fn county(&self, county: CountyId) -> Option<&CountyTable> {
        self.county.iter().find(|known| known.id == county.0)
    }

    fn fault(&self) -> Option<&'static str> {
        if self.chain.rpc.is_empty() {
            return Some("chain.rpc: at least one URL is needed");
        }
        if self.timing.tick_secs == 0 {
            return Some("timing.tick_secs: at least 1");
        }
        if self.measure == Measure::Hit && self.collector.is_none() {
            return Some("collector: measure = \"hit\" needs its url");
        }
        None
    }

    fn settle(&mut self, home: &Path) {
        let paths = [
            &mut self.signed,
            &mut self.quarantine,
            &mut self.state,
            &mut self.room_key,
            &mut self.chain.genesis,
            &mut self.chain.alliance,
            &mut self.chain.alliance_key,
        ];
        for path in paths {
            *path = home.join(&*path);
        }
    }
}

fn member<'de, D: Deserializer<'de>>(value: D) -> Result<MemberId, D::Error> {
    let octets = octets(value)?;
    MemberId::from_slice(&octets).ok_or_else(|| D::Error::custom("32 hex digits are needed"))
}

fn digest<'de, D: Deserializer<'de>>(value: D) -> Result<Option<Sha256>, D::Error> {
    let octets = octets(value)?;
    let read = Sha256::from_slice(&octets);
    read.map(Some)
        .ok_or_else(|| D::Error::custom("64 hex digits are needed"))
}

fn fingerprint<'de, D: Deserializer<'de>>(value: D) -> Result<Option<Fingerprint>, D::Error> {
    let octets = octets(value)?;
    let read = Fingerprint::from_slice(&octets);
    read.map(Some)
        .ok_or_else(|| D::Error::custom("40 hex digits are needed"))
}

fn octets<'de, D: Deserializer<'de>>(value: D) -> Result<Vec<u8>, D::Error> {
    let text = String::deserialize(value)?;
    hex::decode(text).map_err(|_error| D::Error::custom("hex digits are needed"))
}
