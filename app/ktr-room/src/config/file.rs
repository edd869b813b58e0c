//! The shape of `room.toml` and how it is read; paths are taken from the file's own folder.
//! Defaults are the design's; what may be left out is said at each field.

use std::collections::BTreeSet;
use std::iter;
use std::net::SocketAddr;
use std::path::{Component, Path, PathBuf};

use ktr_client::Base;
use ktr_core::id::CountyId;
use serde::Deserialize;

use super::postgres::PostgresTable;
use crate::error::RoomError;
use crate::timing::Timing;

/// The whole file.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// The county's number in genesis order, from 1.
    pub county: u8,
    /// State folder: journal, spool, receipts, the bot's token. On tmpfs or an encrypted volume.
    pub state: PathBuf,
    /// Where the release desk's hand-over arrives: any file ending in `.pgp`.
    pub inbox: PathBuf,
    /// 64 hex digits that make accounts unlinkable to the ledger; mode 0600.
    pub county_secret: PathBuf,
    /// A command that is run at each alarm with the alarm's code as last argument; may be left out.
    #[serde(default)]
    pub on_alarm: Vec<String>,
    /// A file ending in `.prom` for the textfile collector of `node_exporter`, which everybody may read; may be left out.
    #[serde(default)]
    pub figures: Option<PathBuf>,
    /// The homeserver.
    pub homeserver: HomeserverTable,
    /// The passes.
    pub passes: PassTable,
    /// TLS for members and probes, spoken by the sidecar itself; without it something else ends TLS before both ports.
    #[serde(default)]
    pub listen: Option<ListenTable>,
    /// The chain.
    pub chain: ChainTable,
    /// The other counties, whose doors this one's probe asks at; those that are left out are not witnessed.
    #[serde(default)]
    pub neighbour: Vec<CountyTable>,
    /// Times; may be left out.
    #[serde(default)]
    pub timing: Timing,
}

/// `[homeserver]`.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HomeserverTable {
    /// The Matrix server name.
    pub server_name: String,
    /// Its port on 127.0.0.1.
    pub port: u16,
    /// Its data folder.
    pub data: PathBuf,
    /// The Python that has it installed.
    pub python: PathBuf,
    /// Whether the sidecar starts and watches it (default), or somebody else does.
    #[serde(default = "yes")]
    pub supervised: bool,
    /// Whether it stays up (`standing`, the default), or is booted for each session and removed after it (`per-session`).
    #[serde(default)]
    pub profile: Profile,
    /// A cluster of PostgreSQL for its database; without it that is a file of `SQLite` in `data`.
    #[serde(default)]
    pub postgres: Option<PostgresTable>,
}

/// How long a homeserver lives (design: room, section 2.3).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Profile {
    /// It stays up; the steps of a room's end and the sweep clean it.
    #[default]
    Standing,
    /// It is booted before each session; when the probes have asked, it is killed and its folder removed.
    PerSession,
    /// The same, and the sidecar ends with it: `start --one-session`.
    #[serde(skip)]
    OneSession,
}

/// `[passes]`.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PassTable {
    /// Where they lie. On tmpfs.
    pub folder: PathBuf,
    /// The port on 127.0.0.1 that serves `GET /pass/<session>/<name>`.
    pub port: u16,
}

/// `[listen]`.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ListenTable {
    /// Where it listens, `host:port`, for both homeserver and passes.
    pub address: SocketAddr,
    /// Its certificate and those above it, PEM; a new one is taken at the next start.
    pub certificate: PathBuf,
    /// The certificate's key, PEM; mode 0600.
    pub key: PathBuf,
}

/// `[chain]`.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChainTable {
    /// RPC URLs of nodes, the county's own first.
    pub rpc: Vec<String>,
    /// The chain's genesis.
    pub genesis: PathBuf,
    /// The Alliance's file: name, domain, identity.
    pub alliance: PathBuf,
    /// The Alliance's certificate, against which the seal is verified.
    pub alliance_key: PathBuf,
    /// The sidecar's secret key; mode 0600.
    pub sidecar_key: PathBuf,
}

/// One `[[neighbour]]`.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CountyTable {
    /// Its number in genesis order.
    pub id: u8,
    /// Base URL of its `GET /pass/…`: https with the pin of its key, or http on loopback.
    pub passes: Base,
    /// Base URL of its homeserver, alike.
    pub homeserver: Base,
}

impl Config {
    /// Reads a configuration and checks it.
    ///
    /// # Errors
    /// [`RoomError::Config`] with the key and the line that is wrong.
    pub fn load(path: &Path) -> Result<Self, RoomError> {
        let wrong = |reason: String| RoomError::Config {
            path: path.to_owned(),
            reason,
        };
        let octets =
            crate::file::find(path)?.ok_or_else(|| wrong("there is no such file".to_owned()))?;
        let text = String::from_utf8(octets).map_err(|_bytes| wrong("not UTF-8".to_owned()))?;
        let mut config: Self =
            toml::from_str(&text).map_err(|error| wrong(error.to_string().trim().to_owned()))?;
        if config.county == 0 {
            return Err(wrong("county: counties are numbered from 1".to_owned()));
        }
        if config.homeserver.port == config.passes.port {
            return Err(wrong(
                "passes.port: the homeserver has that port".to_owned(),
            ));
        }
        let known: BTreeSet<u8> = config.neighbour.iter().map(|other| other.id).collect();
        if known.len() != config.neighbour.len() || known.contains(&config.county) {
            return Err(wrong(
                "neighbour: each other county stands once, and this one not at all".to_owned(),
            ));
        }
        let postgres = config.homeserver.postgres.as_ref();
        if let Some(fault) = postgres.and_then(PostgresTable::fault) {
            return Err(wrong(fault));
        }
        if let Some(fault) = config.profile_fault() {
            return Err(wrong(fault));
        }
        if let Some(fault) = config.timing.fault() {
            return Err(wrong(format!("timing: {fault}")));
        }
        config.settle(path.parent().unwrap_or(Path::new(".")));
        match config.removed_with_the_homeserver(path) {
            Some(name) => Err(wrong(format!(
                "homeserver.data: {name} lies in it, and all of it is removed after each session"
            ))),
            None => Ok(config),
        }
    }

    /// The county.
    #[must_use]
    pub const fn county(&self) -> CountyId {
        CountyId(self.county)
    }

    /// What keeps a homeserver from being booted for each session, if it is to be.
    fn profile_fault(&self) -> Option<String> {
        if self.homeserver.profile == Profile::Standing {
            return None;
        }
        if self.homeserver.postgres.is_some() {
            let fault = "homeserver.profile: per-session needs SQLite: a cluster does not go with the homeserver's folder";
            return Some(fault.to_owned());
        }
        if !self.homeserver.supervised {
            let fault = "homeserver.profile: who boots it for each session must start it: supervised = true";
            return Some(fault.to_owned());
        }
        let fault = self.timing.session_fault();
        fault.map(|fault| format!("timing: {fault}"))
    }

    /// What is not the homeserver's and would go with its folder, if that is removed after each session.
    fn removed_with_the_homeserver(&self, file: &Path) -> Option<&'static str> {
        if self.homeserver.profile == Profile::Standing {
            return None;
        }
        let data = plain(&self.homeserver.data);
        let mut others = vec![
            ("room.toml", file),
            ("state", &self.state),
            ("inbox", &self.inbox),
            ("county_secret", &self.county_secret),
            ("passes.folder", &self.passes.folder),
            ("homeserver.python", &self.homeserver.python),
            ("chain.genesis", &self.chain.genesis),
            ("chain.alliance", &self.chain.alliance),
            ("chain.alliance_key", &self.chain.alliance_key),
            ("chain.sidecar_key", &self.chain.sidecar_key),
        ];
        if let Some(listen) = &self.listen {
            others.push(("listen.certificate", &listen.certificate));
            others.push(("listen.key", &listen.key));
        }
        let mut inside = others
            .into_iter()
            .filter(|(_, path)| plain(path).starts_with(&data));
        inside.next().map(|(name, _)| name)
    }

    /// Takes relative paths from the file's own folder. A bare program name stays one.
    fn settle(&mut self, home: &Path) {
        let paths = [
            &mut self.state,
            &mut self.inbox,
            &mut self.county_secret,
            &mut self.homeserver.data,
            &mut self.passes.folder,
            &mut self.chain.genesis,
            &mut self.chain.alliance,
            &mut self.chain.alliance_key,
            &mut self.chain.sidecar_key,
        ];
        let of_listen = self.listen.iter_mut();
        let of_listen = of_listen.flat_map(|listen| [&mut listen.certificate, &mut listen.key]);
        let of_postgres = self.homeserver.postgres.iter_mut();
        let of_postgres = of_postgres
            .flat_map(|table| iter::once(&mut table.data).chain(table.password_file.as_mut()));
        let of_figures = self.figures.iter_mut();
        let paths = paths.into_iter().chain(of_listen).chain(of_postgres);
        for path in paths.chain(of_figures) {
            *path = home.join(&*path);
        }
        if self.homeserver.python.components().count() > 1 {
            self.homeserver.python = home.join(&self.homeserver.python);
        }
    }
}

const fn yes() -> bool {
    true
}

/// A path from the root on, without `.` and `..`; links are not followed.
fn plain(path: &Path) -> PathBuf {
    let whole = std::path::absolute(path).unwrap_or_else(|_none| path.to_owned());
    let mut plain = PathBuf::new();
    for part in whole.components() {
        if part == Component::ParentDir {
            plain.pop();
        } else {
            plain.push(part);
        }
    }
    plain
}
