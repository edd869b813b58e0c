//! Digests and observable ids of tokens: a hash of a guessable word is the word.
//! Salted and longer texts' digests cannot be recognised.

use std::collections::BTreeSet;

use md5::Md5;
use serde_json::json;
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha512};

/// Every digest of a token, as octets: as given, lower, upper; in UTF-8 and UTF-16LE; by four algorithms; and the ids that STIX gives it.
pub(super) fn of(token: &str) -> BTreeSet<Vec<u8>> {
    let spellings = BTreeSet::from([
        String::from(token),
        token.to_lowercase(),
        token.to_uppercase(),
    ]);
    let mut digests = BTreeSet::new();
    for spelling in &spellings {
        let wide: Vec<u8> = spelling.encode_utf16().flat_map(u16::to_le_bytes).collect();
        for octets in [spelling.as_bytes(), &wide] {
            digests.insert(Md5::digest(octets).to_vec());
            digests.insert(Sha1::digest(octets).to_vec());
            digests.insert(Sha256::digest(octets).to_vec());
            digests.insert(Sha512::digest(octets).to_vec());
        }
        digests.extend(contributions(spelling).iter().map(|name| uuid5(name)));
    }
    digests
}

/// A token that is a digest itself, as of a file that only the victim has: its octets.
pub(super) fn written(token: &str) -> Option<Vec<u8>> {
    let octets = hex::decode(token.trim()).ok()?;
    LENGTHS.contains(&octets.len()).then_some(octets)
}

/// What a token contributes to an observable's id: one property that is named so, or one digest of a file or certificate.
fn contributions(token: &str) -> Vec<String> {
    let mut values = vec![
        json!({ "value": token }),
        json!({ "name": token }),
        json!({ "key": token }),
    ];
    let algorithm = match token.len() {
        32 => Some("MD5"),
        40 => Some("SHA-1"),
        64 => Some("SHA-256"),
        128 => Some("SHA-512"),
        _ => None,
    };
    if let Some(name) = algorithm {
        values.push(json!({ "hashes": { name: token } }));
    }
    values.iter().map(ToString::to_string).collect()
}

/// A version 5 UUID in STIX's namespace for observables.
fn uuid5(name: &str) -> Vec<u8> {
    let mut hash: [u8; 20] = Sha1::new()
        .chain_update(NAMESPACE)
        .chain_update(name)
        .finalize()
        .into();
    let [.., version, _, variant, _, _, _, _, _, _, _, _, _, _, _] = &mut hash;
    *version = (*version & 0x0f) | 0x50;
    *variant = (*variant & 0x3f) | 0x80;
    hash.get(..16).unwrap_or(&[]).to_vec()
}

/// 00abedb4-aa42-466c-9c01-fed23315a9b7.
const NAMESPACE: [u8; 16] = [
    0x00, 0xab, 0xed, 0xb4, 0xaa, 0x42, 0x46, 0x6c, 0x9c, 0x01, 0xfe, 0xd2, 0x33, 0x15, 0xa9, 0xb7,
];

/// Lengths of all digests and ids.
pub(super) const LENGTHS: [usize; 4] = [16, 20, 32, 64];
