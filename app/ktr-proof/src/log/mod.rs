//! The event log as a Merkle tree (RFC 6962, section 2.1): growing it, and proofs of inclusion.
//! The leaves' octets are `ktr-wire`'s; storing nodes is the node's affair.

mod frontier;
mod hash;
mod inclusion;

#[cfg(test)]
mod tests;

pub use frontier::{Frontier, Subtree};
pub use hash::{empty, leaf, node};
pub use inclusion::{NotIncluded, path, verify};
