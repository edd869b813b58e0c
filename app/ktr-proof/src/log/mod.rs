//! The event log as a Merkle tree (RFC 6962, section 2.1): growing it, proofs of inclusion and of consistency.
//! The leaves' octets are `ktr-wire`'s; storing nodes is the node's affair.

mod consistency;
mod frontier;
mod hash;
mod inclusion;

#[cfg(test)]
mod tests;

pub use consistency::{Head, NotConsistent, consistency, verify_consistency};
pub use frontier::{Frontier, Subtree};
pub use hash::{empty, leaf, node};
pub use inclusion::{NotIncluded, path, verify};
