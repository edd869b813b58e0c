//! One block as a pure function: [`Ledger::block`] takes a ledger and a block and gives the next ledger and a [`Batch`] to store.
//! No disk, no engine, no clock: the tree is read through [`jmt::storage::TreeReader`], everything else is in the value.
//!
//! | file | what |
//! |---|---|
//! | `block.rs` | **the order of a block**: admit, due, decide, evolve, append, app hash |
//! | `admit.rs` | whether a transaction may be in a block at all |
//! | `judge.rs` | who judges the equations of signatures |
//! | `replay.rs` | which nonces were used |
//! | `tree.rs` | the records in the state tree, and their proofs |
//! | `batch.rs` | what a block changes, as values |
//!
//! **Invariant:** `block` on the committed ledger and [`Ledger::fold`] of its batch give the same value; a block that is dropped and
//! executed again gives the same app hash.
#![deny(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::wildcard_enum_match_arm,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic
)]

mod admit;
mod batch;
mod block;
mod judge;
mod ledger;
mod replay;
mod stopped;
pub mod tree;

pub use admit::{Admitted, Pending, Signed};
pub use batch::{Batch, Leaf, Power, TxResult, results_hash};
pub use block::Block;
pub use judge::{Judge, OneByOne, Question};
pub use ledger::{Ledger, Parts};
pub use replay::Replay;
pub use stopped::Stopped;
pub use tree::{Memory, Overlay, Unreadable, Update};
