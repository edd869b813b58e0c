//! Hashes of one file or certificate: lower-case hexadecimal, the algorithm told by its length.
//! Whether a hash is that of an empty or well-known file is not asked here.

use std::{collections::BTreeMap, fmt};

use serde::{Deserialize, Serialize};

use crate::{
    finding::{Rule, rule},
    text::text_type,
};

/// A hash algorithm, in the order in which STIX picks the one that makes an id.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub enum HashName {
    /// MD5.
    #[serde(rename = "MD5")]
    Md5,
    /// SHA-1.
    #[serde(rename = "SHA-1")]
    Sha1,
    /// SHA-256.
    #[serde(rename = "SHA-256")]
    Sha256,
    /// SHA-512.
    #[serde(rename = "SHA-512")]
    Sha512,
}

impl HashName {
    /// Its name in STIX.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Md5 => "MD5",
            Self::Sha1 => "SHA-1",
            Self::Sha256 => "SHA-256",
            Self::Sha512 => "SHA-512",
        }
    }

    fn of_length(digits: usize) -> Option<Self> {
        match digits {
            32 => Some(Self::Md5),
            40 => Some(Self::Sha1),
            64 => Some(Self::Sha256),
            128 => Some(Self::Sha512),
            _ => None,
        }
    }
}

text_type!(
    /// One digest in lower-case hexadecimal, of a length that names its algorithm.
    DigestHex,
    digest
);

impl DigestHex {
    /// Its algorithm.
    #[must_use]
    pub fn name(&self) -> HashName {
        HashName::of_length(self.as_str().len()).unwrap_or(HashName::Sha512)
    }
}

fn digest(text: &str) -> Result<String, Rule> {
    let fine =
        text.bytes().all(|b| b.is_ascii_hexdigit()) && HashName::of_length(text.len()).is_some();
    if fine {
        Ok(text.to_ascii_lowercase())
    } else {
        Err(rule::IOC_HASH)
    }
}

/// The digests of one thing: at least one, at most one per algorithm.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(
    try_from = "BTreeMap<HashName, DigestHex>",
    into = "BTreeMap<HashName, DigestHex>"
)]
pub struct Digests(BTreeMap<HashName, DigestHex>);

impl Digests {
    /// Reads one to four digests with one blank between them, in any order.
    ///
    /// # Errors
    /// [`rule::IOC_HASH`] for anything else, two digests of one algorithm included.
    pub fn parse(text: &str) -> Result<Self, Rule> {
        let mut digests = BTreeMap::new();
        for part in text.split(' ') {
            let digest = DigestHex::parse(part)?;
            if digests.insert(digest.name(), digest).is_some() {
                return Err(rule::IOC_HASH);
            }
        }
        Ok(Self(digests))
    }

    /// The digests, in the order of their algorithms.
    pub fn iter(&self) -> impl Iterator<Item = (HashName, &DigestHex)> {
        self.0.iter().map(|(name, digest)| (*name, digest))
    }

    /// Each digest as a set of its own.
    pub(crate) fn singles(&self) -> impl Iterator<Item = Self> {
        self.0
            .iter()
            .map(|(name, digest)| Self(BTreeMap::from([(*name, digest.clone())])))
    }

    /// The digests of both, unless they disagree on an algorithm.
    pub(crate) fn merged(&self, other: &Self) -> Option<Self> {
        let mut all = self.0.clone();
        for (name, digest) in &other.0 {
            let known = all.entry(*name).or_insert_with(|| digest.clone());
            if known != digest {
                return None;
            }
        }
        Some(Self(all))
    }

    /// The digest that makes the id: the first of MD5, SHA-1, SHA-256, SHA-512.
    #[must_use]
    pub fn first(&self) -> Option<(HashName, &DigestHex)> {
        self.iter().next()
    }
}

impl fmt::Display for Digests {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let all: Vec<&str> = self.0.values().map(DigestHex::as_str).collect();
        f.write_str(&all.join(" "))
    }
}

impl TryFrom<BTreeMap<HashName, DigestHex>> for Digests {
    type Error = Rule;

    fn try_from(digests: BTreeMap<HashName, DigestHex>) -> Result<Self, Rule> {
        let matching = digests.iter().all(|(name, digest)| *name == digest.name());
        if matching && !digests.is_empty() {
            Ok(Self(digests))
        } else {
            Err(rule::IOC_HASH)
        }
    }
}

impl From<Digests> for BTreeMap<HashName, DigestHex> {
    fn from(digests: Digests) -> Self {
        digests.0
    }
}
