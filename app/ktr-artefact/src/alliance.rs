//! `alliance.json`: who the Alliance is, one file per network beside its genesis, which pins its SHA-256.
//! Keys are not in it; those are in the certificate and on the ledger.

use ktr_core::id::Sha256;
use serde::{Deserialize, Serialize};
use sha2::Digest;

use crate::{
    canonical,
    finding::{Finding, Place, Rule, rule},
    limits,
    stix::{Kind, ObjectId},
    text::{is_clean, text_type},
};

text_type!(
    /// The Alliance's name: one clean line of at most 80 characters.
    AllianceName,
    alliance_name
);
text_type!(
    /// The Alliance's domain, in lower-case A-labels: the namespace of its notations, the rpId of its votes.
    AllianceDomain,
    alliance_domain
);

/// The constants of an Alliance. Members pin them together with the genesis.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Alliance {
    /// Its name.
    pub name: AllianceName,
    /// Its domain.
    pub domain: AllianceDomain,
    /// Id of its STIX identity, minted once.
    pub identity_id: ObjectId,
    /// Id of its STIX extension definition, minted once.
    pub extension_id: ObjectId,
}

impl Alliance {
    /// An Alliance whose two ids are drawn from `seed`, once in its life.
    #[must_use]
    pub fn mint(name: AllianceName, domain: AllianceDomain, seed: &crate::stix::Seed) -> Self {
        let identity_id = seed.object_id(Kind::Identity, 0);
        let extension_id = seed.object_id(Kind::ExtensionDefinition, 0);
        Self {
            name,
            domain,
            identity_id,
            extension_id,
        }
    }

    /// Reads the file; only its canonical bytes are accepted.
    ///
    /// # Errors
    /// A finding of range 100, 400 or 500.
    pub fn from_canonical(bytes: &[u8]) -> Result<Self, Finding> {
        let place = Place::named("alliance.json");
        let text = canonical::text(bytes, limits::ALLIANCE_MAX, &place)?;
        canonical::check(text).map_err(|rule| rule.at(place.clone()))?;
        let alliance: Self =
            serde_json::from_str(text).map_err(|_error| rule::SHAPE.at(place.clone()))?;
        let kinds = (alliance.identity_id.kind(), alliance.extension_id.kind());
        if kinds == (Kind::Identity, Kind::ExtensionDefinition) {
            Ok(alliance)
        } else {
            Err(rule::ID.at(place))
        }
    }

    /// The file's bytes.
    ///
    /// # Errors
    /// None in practice; [`rule::NOT_JSON`] if the value has no JSON form.
    pub fn to_canonical(&self) -> Result<Vec<u8>, Rule> {
        canonical::to_bytes(self)
    }

    /// SHA-256 of the file, as the genesis pins it.
    ///
    /// # Errors
    /// As [`Self::to_canonical`].
    pub fn sha256(&self) -> Result<Sha256, Rule> {
        Ok(Sha256(sha2::Sha256::digest(self.to_canonical()?).into()))
    }
}

fn alliance_name(text: &str) -> Result<String, Rule> {
    let length = text.chars().count();
    let fine = (1..=limits::ALLIANCE_NAME_CHARS_MAX).contains(&length)
        && is_clean(text)
        && !text.contains(['\n', '\t'])
        && text.trim() == text;
    if fine {
        Ok(String::from(text))
    } else {
        Err(rule::TEXT)
    }
}

/// Reserved names such as `relay.example` are allowed: a localnet lives there.
fn alliance_domain(text: &str) -> Result<String, Rule> {
    let fine = (3..=253).contains(&text.len())
        && text.contains('.')
        && text.split('.').all(|label| {
            (1..=63).contains(&label.len())
                && label
                    .bytes()
                    .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
                && !label.starts_with('-')
                && !label.ends_with('-')
        });
    if fine {
        Ok(String::from(text))
    } else {
        Err(rule::TEXT)
    }
}
