//! The shipped list of third-party rules: SHA-256, kind, licence, name, author and source of each.
//! The texts themselves are not shipped.

use std::{collections::BTreeMap, sync::LazyLock};

use ktr_core::id::Sha256;
use serde::Deserialize;
use sha2::Digest;

use super::RuleKind;

/// One listed rule.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Listed {
    /// SHA-256 of the whole text, in lower-case hexadecimal.
    pub sha256: String,
    /// Sigma or YARA.
    pub kind: RuleKind,
    /// SPDX id of its licence.
    pub licence: String,
    /// Its name, as the text gives it.
    pub name: String,
    /// Its author, whom the licence wants named.
    pub author: String,
    /// Repository and path.
    pub source: String,
}

/// Every listed rule.
pub fn all() -> impl Iterator<Item = &'static Listed> {
    LIST.values()
}

/// The entry of exactly this text, if it is listed under this kind.
pub(super) fn find(kind: RuleKind, text: &str) -> Option<&'static Listed> {
    let digest = Sha256(sha2::Sha256::digest(text.as_bytes()).into());
    LIST.get(&digest.to_string())
        .filter(|listed| listed.kind == kind)
}

static LIST: LazyLock<BTreeMap<String, Listed>> = LazyLock::new(read);

#[expect(
    clippy::expect_used,
    reason = "the file is compiled in and read by a test; outside input never comes here"
)]
fn read() -> BTreeMap<String, Listed> {
    let list: Vec<Listed> = serde_json::from_str(include_str!("third-party.json"))
        .expect("the list is this crate's own");
    list.into_iter()
        .map(|listed| (listed.sha256.clone(), listed))
        .collect()
}
