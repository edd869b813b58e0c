//! `ktr-node diff`: the first event and the first record in which two nodes differ at one height, in a number of questions that
//! grows with the logarithm of what they hold. It says where, never who is right.
//!
//! | file | what |
//! |---|---|
//! | `source.rs` | who answers: a folder whose node stands still, or an engine's RPC |
//! | `answer.rs` | what is said, read |
//! | `compare.rs` | from app hash to roots, down log and tree |
//!
//! Nothing that is answered is proven: whoever compares nodes compares what each says of itself.

mod answer;
mod compare;
mod source;

#[cfg(test)]
mod tests;

pub use compare::{Difference, Side, compare};
pub use source::{Source, Undecided};
