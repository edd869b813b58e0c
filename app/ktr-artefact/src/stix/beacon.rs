//! The beacon note's extension: the same for all members, without any address. The agent reads it from the signed bytes.
//! The hit itself is the agent's and the collector's affair.

use ktr_core::id::{ReleaseId, SessionId, Sha256};
use serde::{Deserialize, Serialize};

use super::property::PropertyExtension;
use crate::{
    finding::{Rule, rule},
    limits,
    text::text_type,
};

text_type!(
    /// A chain id as `CometBFT` takes it: 1 to 50 letters, digits, `.`, `_` and `-`.
    ChainId,
    chain_id
);
text_type!(
    /// A release id as 32 lower-case hexadecimal digits.
    ReleaseHex,
    release_hex
);
text_type!(
    /// A SHA-256 digest as 64 lower-case hexadecimal digits.
    Sha256Hex,
    sha256_hex
);

impl ReleaseHex {
    /// Of an id.
    #[must_use]
    pub fn of(id: &ReleaseId) -> Self {
        Self(id.to_string())
    }
}

impl Sha256Hex {
    /// Of a digest.
    #[must_use]
    pub fn of(digest: &Sha256) -> Self {
        Self(digest.to_string())
    }
}

/// How an ingestion is reported.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum BeaconScheme {
    /// The plain, unauthenticated hit.
    #[serde(rename = "hit-1")]
    Hit1,
}

/// The extension's properties.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Beacon {
    /// Constant.
    pub extension_type: PropertyExtension,
    /// How an ingestion is reported.
    pub scheme: BeaconScheme,
    /// The session.
    pub session: u32,
    /// The chain.
    pub chain_id: ChainId,
    /// The release.
    pub release_id: ReleaseHex,
    /// The beacon id.
    pub bundle_id_sha256: Sha256Hex,
}

impl Beacon {
    /// The session.
    #[must_use]
    pub const fn session(&self) -> SessionId {
        SessionId(self.session)
    }
}

fn chain_id(text: &str) -> Result<String, Rule> {
    let fine = (1..=limits::CHAIN_ID_MAX).contains(&text.len())
        && text
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-'));
    if fine {
        Ok(String::from(text))
    } else {
        Err(rule::NOTE)
    }
}

fn release_hex(text: &str) -> Result<String, Rule> {
    hex_of(text, 32)
}

fn sha256_hex(text: &str) -> Result<String, Rule> {
    hex_of(text, 64)
}

fn hex_of(text: &str, digits: usize) -> Result<String, Rule> {
    let fine = text.len() == digits && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
    if fine {
        Ok(String::from(text))
    } else {
        Err(rule::NOTE)
    }
}
