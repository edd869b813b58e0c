//! `node.toml`: all that a node is told; unknown keys are refused.
//! The engine's own configuration is written from it at each start.

use std::{
    collections::BTreeSet,
    fs, io,
    path::{Path, PathBuf},
    time::Duration,
};

use ktr_wire::limits::CHAIN_ID_MAX;
use serde::{Deserialize, Serialize};

use crate::{home::Home, limits::SNAPSHOT_INTERVAL};

/// The configuration of a node.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// The chain; must be the genesis' one.
    pub chain_id: String,
    /// The socket between engine and application; below the home folder unless absolute. At most 107 octets in all.
    pub abci_socket: PathBuf,
    /// The engine: a path, or a name to be found in `PATH`.
    pub engine_binary: PathBuf,
    /// Where the engine answers queries: `host:port`, never public.
    pub rpc_laddr: String,
    /// Where the engine meets its peers: `host:port`.
    pub p2p_laddr: String,
    /// Where the engine shows its metrics: `host:port`; empty is nowhere.
    pub metrics_laddr: String,
    /// Where the node shows its own metrics: `host:port`; empty, or not there, is nowhere.
    #[serde(default)]
    pub node_metrics_laddr: String,
    /// The other sites: `id@host:port`.
    pub persistent_peers: Vec<String>,
    /// Engines of other counties, `host:port`: asked before a start whether this validator's key signs elsewhere, and in a silence
    /// whether two of them go on. May be left out.
    #[serde(default)]
    pub guard_rpc: Vec<String>,
    /// Engines of two counties or more, `host:port`, from which a node without blocks takes headers, to begin with a snapshot of
    /// its peers; empty, or not there, is with block 1.
    #[serde(default)]
    pub join_rpc: Vec<String>,
    /// With `join_rpc`: a height that was looked up at two counties, not older than a fortnight.
    #[serde(default)]
    pub trust_height: u64,
    /// With `join_rpc`: the hash of its block, 64 hex digits.
    #[serde(default)]
    pub trust_hash: String,
    /// Heights from one snapshot to the next, 0 for none.
    #[serde(default = "snapshot_interval")]
    pub snapshot_interval: u64,
    /// How long the chain may be silent: a whole number with `s` or `ms`.
    pub heartbeat: String,
    /// Several nodes on one address: for a network on one machine.
    pub allow_duplicate_ip: bool,
    /// `error`, `warn`, `info`, `debug` or `trace`.
    pub log_level: LogLevel,
}

/// How much the node says.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogLevel {
    /// Only what stops it.
    Error,
    /// And what should not be.
    Warn,
    /// And one line a block.
    Info,
    /// And every call.
    Debug,
    /// Everything.
    Trace,
}

/// Why a configuration is refused.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Refused {
    /// It cannot be read or written.
    #[error("{}: {source}", path.display())]
    File {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// It is not TOML of these keys.
    #[error("{}: {source}", path.display())]
    Toml {
        /// Which file.
        path: PathBuf,
        /// Where and why.
        source: Box<toml::de::Error>,
    },
    /// A value is not what the key wants.
    #[error("{key} is not {wanted}")]
    Value {
        /// Which key.
        key: &'static str,
        /// What it wants.
        wanted: &'static str,
    },
}

impl Settings {
    /// The defaults of the product, for a chain.
    #[must_use]
    pub fn new(chain_id: &str) -> Self {
        Self {
            chain_id: chain_id.to_owned(),
            abci_socket: "abci.sock".into(),
            engine_binary: "cometbft".into(),
            rpc_laddr: "127.0.0.1:26657".to_owned(),
            p2p_laddr: "0.0.0.0:26656".to_owned(),
            metrics_laddr: "127.0.0.1:26660".to_owned(),
            node_metrics_laddr: "127.0.0.1:26661".to_owned(),
            persistent_peers: Vec::new(),
            guard_rpc: Vec::new(),
            join_rpc: Vec::new(),
            trust_height: 0,
            trust_hash: String::new(),
            snapshot_interval: SNAPSHOT_INTERVAL,
            heartbeat: "60s".to_owned(),
            allow_duplicate_ip: false,
            log_level: LogLevel::Info,
        }
    }

    /// Reads and checks a file.
    ///
    /// # Errors
    /// See [`Refused`].
    pub fn load(path: &Path) -> Result<Self, Refused> {
        let text = fs::read_to_string(path).map_err(|source| Refused::File {
            path: path.to_owned(),
            source,
        })?;
        let settings: Self = toml::from_str(&text).map_err(|source| Refused::Toml {
            path: path.to_owned(),
            source: Box::new(source),
        })?;
        settings.check()?;
        Ok(settings)
    }

    /// The file's text.
    ///
    /// # Errors
    /// [`Refused::Value`] for a path that is no text.
    pub fn text(&self) -> Result<String, Refused> {
        let body = toml::to_string(self).or(Err(Refused::Value {
            key: "abci_socket",
            wanted: "text",
        }))?;
        Ok(format!("{HEAD}{body}"))
    }

    /// Checks every value.
    ///
    /// # Errors
    /// [`Refused::Value`] names the first that is wrong.
    pub fn check(&self) -> Result<(), Refused> {
        let length = self.chain_id.len();
        let chain_is_good = (1..=CHAIN_ID_MAX).contains(&length) && self.chain_id.is_ascii();
        refuse_unless(chain_is_good, "chain_id", "1 to 50 octets of ASCII")?;
        refuse_unless(is_address(&self.rpc_laddr), "rpc_laddr", "host:port")?;
        refuse_unless(is_address(&self.p2p_laddr), "p2p_laddr", "host:port")?;
        let shows = |address: &str| address.is_empty() || is_address(address);
        let wanted = "host:port or empty";
        refuse_unless(shows(&self.metrics_laddr), "metrics_laddr", wanted)?;
        refuse_unless(
            shows(&self.node_metrics_laddr),
            "node_metrics_laddr",
            wanted,
        )?;
        let peers_are_good = self.persistent_peers.iter().all(|peer| {
            peer.split_once('@')
                .is_some_and(|(id, address)| is_node_id(id) && is_address(address))
        });
        refuse_unless(peers_are_good, "persistent_peers", "a list of id@host:port")?;
        let guards_are_good = self.guard_rpc.iter().all(|address| is_address(address));
        refuse_unless(guards_are_good, "guard_rpc", "a list of host:port")?;
        self.check_join()?;
        refuse_unless(
            duration(&self.heartbeat).is_some(),
            "heartbeat",
            "a whole number above 0 with s or ms",
        )
    }

    /// Whether a node without blocks begins with a snapshot of a chain that runs: it begins no chain itself.
    #[must_use]
    pub const fn joins(&self) -> bool {
        !self.join_rpc.is_empty()
    }

    /// Two engines, because one alone could show a chain of its own.
    fn check_join(&self) -> Result<(), Refused> {
        if !self.joins() {
            return Ok(());
        }
        let all_are_good = self.join_rpc.iter().all(|address| is_address(address));
        let several: BTreeSet<&String> = self.join_rpc.iter().collect();
        let all_differ = several.len() == self.join_rpc.len();
        let rpc_is_good = several.len() >= 2 && all_differ && all_are_good;
        let wanted = "empty, or a list of two host:port or more, none twice";
        refuse_unless(rpc_is_good, "join_rpc", wanted)?;
        let height_is_good = self.trust_height > 0;
        refuse_unless(height_is_good, "trust_height", "a height above 0")?;
        let hash = &self.trust_hash;
        let hash_is_good = hash.len() == 64 && hash.bytes().all(|c| c.is_ascii_hexdigit());
        refuse_unless(hash_is_good, "trust_hash", "64 hex digits")
    }

    /// How long the chain may be silent, but at least `least`; for ever where the text is no duration, which no checked configuration has.
    pub(crate) fn silence(&self, least: Duration) -> Duration {
        let heartbeat = duration(&self.heartbeat).unwrap_or(Duration::MAX);
        heartbeat.max(least)
    }

    /// The socket's path.
    #[must_use]
    pub fn socket(&self, home: &Home) -> PathBuf {
        home.path().join(&self.abci_socket)
    }
}

const fn snapshot_interval() -> u64 {
    SNAPSHOT_INTERVAL
}

fn refuse_unless(is_good: bool, key: &'static str, wanted: &'static str) -> Result<(), Refused> {
    if is_good {
        Ok(())
    } else {
        Err(Refused::Value { key, wanted })
    }
}

fn is_address(text: &str) -> bool {
    text.rsplit_once(':').is_some_and(|(host, port)| {
        let is_plain = |c: char| c.is_ascii_alphanumeric() || "-._:[]".contains(c);
        !host.is_empty() && host.chars().all(is_plain) && port.parse::<u16>().is_ok()
    })
}

fn is_node_id(text: &str) -> bool {
    text.len() == 40 && text.bytes().all(|c| matches!(c, b'0'..=b'9' | b'a'..=b'f'))
}

/// A whole number above 0 with its unit.
fn duration(text: &str) -> Option<Duration> {
    let (number, unit) = match text.strip_suffix("ms") {
        Some(number) => (number, Duration::from_millis(1)),
        None => (text.strip_suffix('s')?, Duration::from_secs(1)),
    };
    let number: u32 = number.parse().ok()?;
    unit.checked_mul(number).filter(|time| !time.is_zero())
}

const HEAD: &str = "\
# The configuration of a node of the Relay. Unknown keys are refused.
# The engine's config.toml is written from it at each start; do not edit that one.

";
