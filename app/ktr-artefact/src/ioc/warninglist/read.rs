//! A set of lists as values: read from bytes, named by their folders, bound by one digest.
//! Folders and files are opened by whoever builds.

use std::collections::BTreeMap;

use ktr_core::id::Sha256;
use serde::Deserialize;
use sha2::Digest;

use super::{
    super::{Type as Kind, Value},
    matcher::{Matcher, Type},
};
use crate::{
    finding::{Finding, Place, rule},
    limits,
};

/// The lists of one folder.
#[derive(Debug)]
pub struct Warninglists {
    lists: BTreeMap<String, List>,
    sha256: Sha256,
}

#[derive(Debug)]
struct List {
    attributes: Vec<String>,
    matcher: Matcher,
}

/// `list.json`, as far as it is asked for.
#[derive(Deserialize)]
struct File {
    #[serde(rename = "type")]
    kind: Type,
    list: Vec<String>,
    /// What may be on the list, by `MISP`'s names; without it, everything.
    #[serde(default)]
    matching_attributes: Vec<String>,
}

impl Warninglists {
    /// Reads lists by their names, which are lower-case letters, digits, `-` and `_`, at most [`limits::WARNINGLIST_NAME_MAX`] of them.
    ///
    /// # Errors
    /// [`rule::WARNINGLIST`] with the name, or [`rule::TOO_LARGE`]; a list with a bad name is told by its number.
    pub fn read(files: &BTreeMap<String, Vec<u8>>) -> Result<Self, Finding> {
        if files.len() > limits::WARNINGLISTS_MAX {
            return Err(rule::TOO_LARGE.at(Place::named("warninglists")));
        }
        let mut digest = sha2::Sha256::new_with_prefix(b"ktr/warninglists/1\n");
        let mut lists = BTreeMap::new();
        for (index, (name, bytes)) in files.iter().enumerate() {
            if !is_name(name) {
                let place = Place::path(format!("warninglists[{index}]"));
                return Err(rule::WARNINGLIST.at(place));
            }
            let place = || Place::path(format!("warninglists/{name}"));
            if bytes.len() > limits::WARNINGLIST_MAX {
                return Err(rule::TOO_LARGE.at(place()));
            }
            let list = list(bytes).ok_or_else(|| rule::WARNINGLIST.at(place()))?;
            lists.insert(name.clone(), list);
            digest.update(format!("{name}\n"));
            digest.update(sha2::Sha256::digest(bytes));
        }
        Ok(Self {
            lists,
            sha256: Sha256(digest.finalize().into()),
        })
    }

    /// How many lists there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.lists.len()
    }

    /// SHA-256 over `ktr/warninglists/1`, a newline, and for each list, by rising name: the name, a newline, the SHA-256 of its file.
    #[must_use]
    pub const fn sha256(&self) -> Sha256 {
        self.sha256
    }

    /// The names of the lists that a value is on.
    #[must_use]
    pub fn hits(&self, value: &Value) -> Vec<&str> {
        let attributes = attributes(value.kind());
        let text = value.text().to_lowercase();
        // Several digests of one file stand in one value.
        let parts: Vec<&str> = match value {
            Value::Hash(_) | Value::Certificate(_) => text.split(' ').collect(),
            Value::Ipv4(_)
            | Value::Ipv6(_)
            | Value::Domain(_)
            | Value::Url(_)
            | Value::Email(_)
            | Value::Filename(_)
            | Value::Mutex(_)
            | Value::Regkey(_) => vec![&text],
        };
        let on = |list: &List| {
            list.is_about(attributes) && parts.iter().any(|part| list.matcher.holds(part))
        };
        let hits = self.lists.iter().filter(|(_, list)| on(list));
        hits.map(|(name, _)| name.as_str()).collect()
    }
}

impl List {
    fn is_about(&self, attributes: &[&str]) -> bool {
        let mut about = self.attributes.iter();
        self.attributes.is_empty() || about.any(|name| attributes.contains(&name.as_str()))
    }
}

fn list(bytes: &[u8]) -> Option<List> {
    let file: File = serde_json::from_slice(bytes).ok()?;
    Some(List {
        matcher: Matcher::new(file.kind, &file.list)?,
        attributes: file.matching_attributes,
    })
}

fn is_name(name: &str) -> bool {
    let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'-' | b'_');
    (1..=limits::WARNINGLIST_NAME_MAX).contains(&name.len()) && name.bytes().all(plain)
}

/// What `MISP` calls values of a type.
const fn attributes(kind: Kind) -> &'static [&'static str] {
    match kind {
        Kind::Ipv4 | Kind::Ipv6 => &["ip-src", "ip-dst", "domain|ip"],
        Kind::Domain => &["domain", "hostname", "domain|ip"],
        Kind::Url => &["url", "uri", "link"],
        Kind::Email => &["email", "email-src"],
        Kind::Hash => &["md5", "sha1", "sha256", "sha512"],
        Kind::Filename => &["filename"],
        Kind::Mutex => &["mutex"],
        Kind::Regkey => &["regkey"],
        Kind::Certificate => &[
            "x509-fingerprint-md5",
            "x509-fingerprint-sha1",
            "x509-fingerprint-sha256",
        ],
    }
}
