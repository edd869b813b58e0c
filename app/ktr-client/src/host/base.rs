//! The base URL of a host that may be dialled: `https` with the pins of its key anywhere, plain `http` on loopback alone.
//! One text holds both, so that no configuration, flag or variable can name a host and forget its key.

use serde::Deserialize;
use tokio_rustls::rustls::pki_types::ServerName;
use url::{Host, Url};

use super::pin::Pins;

/// A base URL without path: `http://127.0.0.1:18009`, or `https://room.county-a.example#sha256=` and the pin.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(try_from = "String")]
pub struct Base {
    authority: String,
    pub(super) site: String,
    pub(super) tls: Option<Peer>,
}

/// Who must answer a handshake.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Peer {
    /// What is asked for in the handshake; it is compared with nothing.
    pub(super) name: ServerName<'static>,
    pub(super) pins: Pins,
}

impl Base {
    /// Host and port, as they stand in a `Host` header.
    #[must_use]
    pub fn authority(&self) -> &str {
        &self.authority
    }

    fn read(text: &str) -> Result<Self, &'static str> {
        let url = Url::parse(text).map_err(|_not_one| "not a URL")?;
        let tls = match (url.scheme(), url.fragment()) {
            ("http", None) if is_on_loopback(&url) => None,
            ("http", None) => return Err("http only to an address of loopback, else https"),
            ("http", Some(_)) => return Err("a pin is for https, http shows no key"),
            ("https", Some(pins)) => Some(Peer {
                name: name(&url)?,
                pins: Pins::read(pins)?,
            }),
            ("https", None) => {
                return Err("https needs the pin of the host's key, #sha256= and 64 hex digits");
            }
            _ => return Err("only https, or http on loopback"),
        };
        let is_bare = url.path() == "/" && url.query().is_none();
        if !is_bare || !url.username().is_empty() || url.password().is_some() {
            return Err("a base URL has no path, query or name");
        }
        let (Some(host), Some(port)) = (url.host_str(), url.port_or_known_default()) else {
            return Err("a base URL has a host");
        };
        Ok(Self {
            authority: url.authority().to_owned(),
            site: format!("{host}:{port}"),
            tls,
        })
    }
}

impl TryFrom<String> for Base {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        Self::read(&text).map_err(|why| format!("{text}: {why}"))
    }
}

fn is_on_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        Some(Host::Domain(_)) | None => false,
    }
}

fn name(url: &Url) -> Result<ServerName<'static>, &'static str> {
    match url.host() {
        Some(Host::Ipv4(ip)) => Ok(ServerName::from(ip)),
        Some(Host::Ipv6(ip)) => Ok(ServerName::from(ip)),
        Some(Host::Domain(name)) => {
            ServerName::try_from(name.to_owned()).map_err(|_no_name| "not the name of a host")
        }
        None => Err("a base URL has a host"),
    }
}
