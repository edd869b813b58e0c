//! Ids: from the build seed for what the Alliance says, from the value for observables, constant for the rest.
//! No id carries a time, a member or the order of cases.

use std::fmt;

use ktr_core::id::{ReleaseId, Sha256};
use serde::{Deserialize, Serialize};
use sha2::Digest;

use super::Kind;
use crate::finding::{Rule, rule};

/// The 32 octets from which all ids of a release are drawn. Same inputs and seed give the same bytes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Seed(pub [u8; 32]);

impl fmt::Debug for Seed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Seed(..)")
    }
}

impl Seed {
    /// The release's id: SHA-256("ktr/release-id/1\n" ‖ seed)\[0..16\].
    #[must_use]
    pub fn release_id(&self) -> ReleaseId {
        let digest = sha2::Sha256::new()
            .chain_update(b"ktr/release-id/1\n")
            .chain_update(self.0)
            .finalize();
        ReleaseId(first16(&digest))
    }

    /// The `index`-th id of its type: SHA-256("ktr/stix-id/1\n" ‖ seed ‖ type ‖ 0x0A ‖ u32be index) in the shape of a `UUIDv4`.
    #[must_use]
    pub fn object_id(&self, kind: Kind, index: u32) -> ObjectId {
        ObjectId::of(kind, self.uuid(kind.as_str(), index))
    }

    /// The bundle's id, by the same rule.
    #[must_use]
    pub fn bundle_id(&self) -> BundleId {
        BundleId(format!("bundle--{}", self.uuid("bundle", 0)))
    }

    fn uuid(&self, kind: &str, index: u32) -> Uuid {
        let digest = sha2::Sha256::new()
            .chain_update(b"ktr/stix-id/1\n")
            .chain_update(self.0)
            .chain_update(kind.as_bytes())
            .chain_update(b"\n")
            .chain_update(index.to_be_bytes())
            .finalize();
        Uuid(first16(&digest)).with_version(4)
    }
}

/// An object's id: its type, two dashes, a UUID in lower case.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ObjectId {
    text: String,
    kind: Kind,
}

impl ObjectId {
    pub(super) fn of(kind: Kind, uuid: Uuid) -> Self {
        Self {
            text: format!("{}--{uuid}", kind.as_str()),
            kind,
        }
    }

    /// The id of an observable: `UUIDv5` in OASIS's namespace over the canonical bytes of its contributing properties.
    pub(super) fn of_observable(kind: Kind, contributing: &[u8]) -> Self {
        let digest = sha1::Sha1::new()
            .chain_update(SCO_NAMESPACE)
            .chain_update(contributing)
            .finalize();
        Self::of(kind, Uuid(first16(&digest)).with_version(5))
    }

    /// Reads an id of one of the profile's types. Observables have version 5, all else version 4.
    ///
    /// # Errors
    /// [`rule::ID`] for anything else.
    pub fn parse(text: &str) -> Result<Self, Rule> {
        let (name, uuid) = text.split_once("--").ok_or(rule::ID)?;
        let kind = Kind::of_name(name).ok_or(rule::ID)?;
        let uuid = Uuid::parse(uuid).ok_or(rule::ID)?;
        // The predefined markings and the Alliance's two constants are version 4 as well.
        let version = if kind.is_observable() { 5 } else { 4 };
        if uuid.version() == version {
            Ok(Self::of(kind, uuid))
        } else {
            Err(rule::ID)
        }
    }

    /// The type.
    #[must_use]
    pub const fn kind(&self) -> Kind {
        self.kind
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl fmt::Display for ObjectId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl TryFrom<String> for ObjectId {
    type Error = Rule;

    fn try_from(text: String) -> Result<Self, Rule> {
        Self::parse(&text)
    }
}

impl From<ObjectId> for String {
    fn from(id: ObjectId) -> Self {
        id.text
    }
}

/// A bundle's id.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BundleId(String);

impl BundleId {
    /// Reads `bundle--` and a `UUIDv4`.
    ///
    /// # Errors
    /// [`rule::ID`] for anything else.
    pub fn parse(text: &str) -> Result<Self, Rule> {
        let uuid = text
            .strip_prefix("bundle--")
            .and_then(Uuid::parse)
            .ok_or(rule::ID)?;
        if uuid.version() == 4 {
            Ok(Self(format!("bundle--{uuid}")))
        } else {
            Err(rule::ID)
        }
    }

    /// The beacon id: SHA-256 of the id's ASCII (design: measurement, head).
    #[must_use]
    pub fn beacon(&self) -> Sha256 {
        Sha256(sha2::Sha256::digest(self.0.as_bytes()).into())
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for BundleId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Sixteen octets in the text form of RFC 9562.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Uuid(pub(super) [u8; 16]);

impl Uuid {
    fn parse(text: &str) -> Option<Self> {
        let digits: String = text.split('-').collect();
        let mut octets = [0; 16];
        hex::decode_to_slice(&digits, &mut octets).ok()?;
        let uuid = Self(octets);
        let variant = octets.get(8).is_some_and(|octet| octet & 0xc0 == 0x80);
        (variant && uuid.to_string() == text).then_some(uuid)
    }

    fn version(self) -> u8 {
        self.0.get(6).map_or(0, |octet| octet >> 4)
    }

    fn with_version(mut self, version: u8) -> Self {
        if let Some(octet) = self.0.get_mut(6) {
            *octet = (*octet & 0x0f) | (version << 4);
        }
        if let Some(octet) = self.0.get_mut(8) {
            *octet = (*octet & 0x3f) | 0x80;
        }
        self
    }
}

impl fmt::Display for Uuid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let n = u128::from_be_bytes(self.0);
        write!(
            f,
            "{:08x}-{:04x}-{:04x}-{:04x}-{:012x}",
            n >> 96,
            (n >> 80) & 0xffff,
            (n >> 64) & 0xffff,
            (n >> 48) & 0xffff,
            n & 0xffff_ffff_ffff
        )
    }
}

fn first16(digest: &[u8]) -> [u8; 16] {
    digest.first_chunk().copied().unwrap_or([0; 16])
}

/// OASIS's namespace for the ids of observables (STIX 2.1, section 2.9).
const SCO_NAMESPACE: [u8; 16] = [
    0x00, 0xab, 0xed, 0xb4, 0xaa, 0x42, 0x46, 0x6c, 0x9c, 0x01, 0xfe, 0xd2, 0x33, 0x15, 0xa9, 0xb7,
];
