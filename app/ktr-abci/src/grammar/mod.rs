//! The order in which an engine may call: a small pure state machine that watches and never
//! interferes.
//!
//! ```text
//! start    = init-chain [sync] heights / [sync] heights
//! sync     = *(offer *apply) offer 1*apply info
//! heights  = 1*( *round FinalizeBlock Commit )
//! round    = any of PrepareProposal, ProcessProposal, ExtendVote, VerifyVoteExtension
//! any time : Echo Flush Info Query CheckTx ListSnapshots LoadSnapshotChunk;
//!            Info once before the first height
//! ```
//!
//! Source: `spec/abci/abci++_comet_expected_behavior.md` of CometBFT v0.38. Nothing on the wire
//! marks where a round begins, and rounds may die at any point, so every sequence of a round's
//! calls is some sequence of rounds. Nor does it tell the Info that ends a state sync from anybody's
//! on the engine's RPC: a chunk or an offer after it says that it was no end. Heights must rise by
//! one. When the connection that carries consensus or a state sync ends, or a newer one takes over,
//! the engine has restarted and so does the grammar.
//!
//! It does not generate sequences: `contract/order.rs` does, from the same productions.

mod breach;
mod machine;
#[cfg(test)]
mod tests;

pub use breach::{Breach, Rule};
pub use machine::Grammar;
