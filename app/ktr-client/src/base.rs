//! A base URL of a host that may be dialled: plain HTTP on loopback, with a port.
//! Off loopback stands a tunnel or terminator of the operator's: this version speaks no TLS.

use serde::Deserialize;
use url::Url;

/// A base URL without path.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(try_from = "String")]
pub struct Base {
    authority: String,
}

impl Base {
    /// Host and port, as they stand in a `Host` header.
    #[must_use]
    pub fn authority(&self) -> &str {
        &self.authority
    }

    /// The URL of an absolute path.
    #[must_use]
    pub fn at(&self, path: &str) -> String {
        format!("http://{}{path}", self.authority)
    }
}

impl TryFrom<String> for Base {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let refused = |why: &str| Err(format!("{text}: {why}"));
        let Ok(url) = Url::parse(&text) else {
            return refused("not a URL");
        };
        if url.scheme() != "http" {
            return refused("only http, this version speaks no TLS");
        }
        let is_loopback = match url.host() {
            Some(url::Host::Ipv4(ip)) => ip.is_loopback(),
            Some(url::Host::Ipv6(ip)) => ip.is_loopback(),
            Some(url::Host::Domain(_)) | None => false,
        };
        if !is_loopback {
            return refused("only an address of loopback, this version speaks no TLS");
        }
        let is_bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
        if !is_bare || !url.username().is_empty() || url.password().is_some() {
            return refused("a base URL has no path, query or name");
        }
        Ok(Self {
            authority: url.authority().to_owned(),
        })
    }
}
