//! Key bodies as the ledger stores them: 51 octets of Ed25519 legacy, 56 of cv25519, and keys made of them again.
//! A body says nothing of who owns it.

use ktr_core::id::{EncryptionKey, Fingerprint, SigningKey};
use sequoia_openpgp::{
    Packet,
    packet::{
        Key,
        key::{PublicParts, SubordinateRole, UnspecifiedRole},
    },
    parse::Parse,
    serialize::SerializeInto,
};
use sha1::{Digest, Sha1};

use crate::finding::{Rule, rule};

/// The v4 fingerprint of a signing key: SHA-1(0x99 ‖ u16be 51 ‖ body).
#[must_use]
pub fn signing_fingerprint(key: &SigningKey) -> Fingerprint {
    fingerprint(51, key.as_bytes())
}

/// The v4 fingerprint of an encryption key: SHA-1(0x99 ‖ u16be 56 ‖ body).
#[must_use]
pub fn encryption_fingerprint(key: &EncryptionKey) -> Fingerprint {
    fingerprint(56, key.as_bytes())
}

fn fingerprint(length: u8, body: &[u8]) -> Fingerprint {
    Fingerprint(
        Sha1::new()
            .chain_update([0x99, 0, length])
            .chain_update(body)
            .finalize()
            .into(),
    )
}

/// The body of a public key, if it is of the length and algorithm asked for.
fn body_of<const N: usize>(
    key: &Key<PublicParts, UnspecifiedRole>,
    algorithm_and_oid: &[u8],
) -> Option<[u8; N]> {
    let packet = Packet::from(key.clone().role_into_primary());
    let bytes = packet.to_vec().ok()?;
    let body: [u8; N] = *bytes.last_chunk()?;
    let framed = bytes.len() == N.checked_add(2)?;
    let fits = body.first() == Some(&4)
        && body
            .get(5..)
            .is_some_and(|rest| rest.starts_with(algorithm_and_oid));
    (framed && fits).then_some(body)
}

/// The 51-octet body: `04 ‖ created ‖ 16 ‖ 092B06010401DA470F01 ‖ 0107 40 ‖ point`.
pub(super) fn signing_body(key: &Key<PublicParts, UnspecifiedRole>) -> Option<SigningKey> {
    body_of(key, ED25519_LEGACY).map(SigningKey)
}

/// The 56-octet body: `04 ‖ created ‖ 12 ‖ 0A2B060104019755010501 ‖ 0107 40 ‖ point ‖ 03 01 hash cipher`.
pub(super) fn encryption_body(key: &Key<PublicParts, UnspecifiedRole>) -> Option<EncryptionKey> {
    body_of(key, CV25519_LEGACY).map(EncryptionKey)
}

/// A key to verify with, made of the ledger's octets.
pub(crate) fn signing_key(key: &SigningKey) -> Result<Key<PublicParts, UnspecifiedRole>, Rule> {
    let framed = [&[0xc6, 51][..], key.as_bytes()].concat();
    match Packet::from_bytes(&framed) {
        Ok(Packet::PublicKey(key)) => Ok(key.role_into_unspecified()),
        Ok(_) | Err(_) => Err(rule::NO_SUCH_KEY),
    }
}

/// A key to encrypt to, made of the ledger's octets as they stand.
pub(crate) fn encryption_key(
    key: &EncryptionKey,
) -> Result<Key<PublicParts, SubordinateRole>, Rule> {
    let body = key.as_bytes();
    if body.first() != Some(&4)
        || !body
            .get(5..)
            .is_some_and(|rest| rest.starts_with(CV25519_LEGACY))
    {
        return Err(rule::NO_SUCH_KEY);
    }
    let framed = [&[0xce, 56][..], body].concat();
    match Packet::from_bytes(&framed) {
        Ok(Packet::PublicSubkey(key)) => Ok(key),
        Ok(_) | Err(_) => Err(rule::NO_SUCH_KEY),
    }
}

/// Algorithm 22, the curve's object identifier, 263 bits, the prefix of a native point.
const ED25519_LEGACY: &[u8] = &[
    0x16, 0x09, 0x2b, 0x06, 0x01, 0x04, 0x01, 0xda, 0x47, 0x0f, 0x01, 0x01, 0x07, 0x40,
];
/// Algorithm 18, the curve's object identifier, 263 bits, the prefix of a native point.
const CV25519_LEGACY: &[u8] = &[
    0x12, 0x0a, 0x2b, 0x06, 0x01, 0x04, 0x01, 0x97, 0x55, 0x01, 0x05, 0x01, 0x01, 0x07, 0x40,
];
