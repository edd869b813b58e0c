//! The event log as a Merkle tree (RFC 6962, section 2.1): growing it, and proofs of inclusion.
//! The leaves' octets are `ktr-wire`'s; storing nodes is the node's affair.

mod frontier;
mod inclusion;

#[cfg(test)]
mod tests;

pub use frontier::{Frontier, Subtree};
pub use inclusion::{NotIncluded, path, verify};

use ktr_core::id::Sha256;
use ktr_wire::digest::sha256;

/// Proofs of a log of 2^63 leaves have that many hashes; no more are read.
pub const PATH_MAX: usize = 63;

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
