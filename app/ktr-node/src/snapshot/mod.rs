//! Snapshots: the whole ledger of one height as a stream of octets that the app hash covers, so that a new node need not replay.
//! What the engine asks about them is `application`'s; which rows a joining store gets is `store`'s.
//!
//! | file | what |
//! |---|---|
//! | `window.rs` | which lists of used nonces belong to a snapshot |
//! | `write.rs` | a view of the store as the stream |
//! | `read.rs` | the stream as rows, held against the app hash |
//! | `shelf.rs` | the snapshots of a node on disk, in chunks |
//! | `joining.rs` | a snapshot on its way here, chunk by chunk |
//!
//! **Invariant:** the stream is a function of the genesis and the app hash: every octet of it is checked against one of them.

mod joining;
mod read;
mod shelf;
mod window;
mod write;

#[cfg(test)]
mod liar;
#[cfg(test)]
pub(crate) mod tests;

pub(crate) use joining::{Joining, Took, Unwanted};
pub(crate) use read::read;
pub use shelf::Shelf;
pub(crate) use write::Untaken;

/// The only format.
pub(crate) const FORMAT: u32 = 1;

/// With what a stream of this format begins.
const HEAD: &[u8] = b"ktr/snapshot/1\n";
