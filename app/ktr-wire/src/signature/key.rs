//! Key bodies: their shape, their points and their fingerprints.
//! Whether a key is registered or live is the core's affair.

use curve25519_dalek::edwards::CompressedEdwardsY;
use ktr_core::{
    id::{EncryptionKey, Fingerprint, SigningKey},
    key::KeyBody,
};
use sha1::Digest;

/// Version, then four octets of creation time.
const VERSION: u8 = 4;
/// `EdDSA` legacy, the curve's OID with its length, and the bit count and prefix of the point.
const SIGNING_HEAD: [u8; 14] = [
    22, 9, 0x2B, 6, 1, 4, 1, 0xDA, 0x47, 0x0F, 1, 0x01, 0x07, 0x40,
];
/// ECDH, the curve's OID with its length, and the bit count and prefix of the point.
const ENCRYPTION_HEAD: [u8; 15] = [
    18, 10, 0x2B, 6, 1, 4, 1, 0x97, 0x55, 1, 5, 1, 0x01, 0x07, 0x40,
];

/// Whether the body is an `EdDSA` legacy Ed25519 key with a canonical point that is not of small order: under ZIP-215 a key of small
/// order would "verify" anything.
#[must_use]
pub fn is_signing_key(key: &SigningKey) -> bool {
    has_head(&key.0, &SIGNING_HEAD) && point(key).is_some_and(|octets| is_good_point(&octets))
}

/// Whether the body is a cv25519 ECDH key with RFC 9580's key derivation parameters. It is stored, never computed with.
#[must_use]
pub fn is_encryption_key(key: &EncryptionKey) -> bool {
    let derivation = key.0.last_chunk::<4>();
    let is_known = derivation.is_some_and(|[length, reserved, hash, cipher]| {
        (*length, *reserved) == (3, 1) && (8..=10).contains(hash) && (7..=9).contains(cipher)
    });
    has_head(&key.0, &ENCRYPTION_HEAD) && is_known
}

/// The OpenPGP v4 fingerprint: `SHA-1(99 ‖ u16be length ‖ body)` (RFC 9580, section 5.5.4.1).
#[must_use]
pub fn fingerprint(body: &KeyBody) -> Fingerprint {
    let octets: &[u8] = match body {
        KeyBody::Sign(key) => &key.0,
        KeyBody::Room(key) | KeyBody::Encrypt(key) => &key.0,
    };
    let mut hash = sha1::Sha1::new();
    hash.update([0x99]);
    // Bodies are 51 or 56 octets long.
    hash.update(
        u16::try_from(octets.len())
            .unwrap_or(u16::MAX)
            .to_be_bytes(),
    );
    hash.update(octets);
    Fingerprint(hash.finalize().into())
}

/// The 32 octets of the point.
pub(super) fn point(key: &SigningKey) -> Option<[u8; 32]> {
    key.0.last_chunk::<32>().copied()
}

fn has_head(body: &[u8], head: &[u8]) -> bool {
    body.first() == Some(&VERSION) && body.get(5..).is_some_and(|rest| rest.starts_with(head))
}

fn is_good_point(octets: &[u8; 32]) -> bool {
    let compressed = CompressedEdwardsY(*octets);
    compressed
        .decompress()
        .is_some_and(|point| !point.is_small_order() && point.compress() == compressed)
}
