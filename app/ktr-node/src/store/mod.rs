//! The node's disk: one synced write per Commit, reads from a snapshot; the disk itself is a port.
//! It judges nothing about blocks; what a block changes arrives as a `ktr_ledger::Batch`.
//!
//! **Invariant:** what is on disk is the state after exactly one height: every family changes in the same write.

mod adopt;
mod code;
pub(crate) mod disk;
mod error;
mod family;
mod manifest;
mod open;
mod prune;
mod rocks;
mod row;
mod signed;
mod still;
mod tree;
mod undo;
mod view;
mod whole;
mod write;

#[cfg(test)]
mod asked_tests;
#[cfg(test)]
mod tests;

#[expect(clippy::module_name_repetitions, reason = "the design names it")]
pub use error::StoreError;
pub use family::Family;
pub use open::Store;
pub use prune::Kept;
pub use row::{Meta, Placed};
pub use signed::Signed;
pub use view::View;
pub(crate) use whole::Whole;
pub use write::Origin;
