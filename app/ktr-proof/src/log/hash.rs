//! The three hashes of a Merkle tree (RFC 6962, section 2.1).
//! The prefixes 00 and 01 keep leaves and nodes apart.

use ktr_core::id::Sha256;
use ktr_wire::digest::sha256;

/// `SHA-256(00 ‖ octets)`.
#[must_use]
pub fn leaf(octets: &[u8]) -> Sha256 {
    sha256(&[&[0], octets])
}

/// `SHA-256(01 ‖ left ‖ right)`.
#[must_use]
pub fn node(left: &Sha256, right: &Sha256) -> Sha256 {
    sha256(&[&[1], &left.0, &right.0])
}

/// The root of the empty log: `SHA-256("")`.
#[must_use]
pub fn empty() -> Sha256 {
    sha256(&[])
}
