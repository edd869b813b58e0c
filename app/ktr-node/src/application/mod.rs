//! The ABCI application: the engine's calls, answered by the ledger and written by the store.
//! Which calls may come when is `ktr-abci`'s grammar; what a block does is `ktr-ledger`'s.
//!
//! | file | what |
//! |---|---|
//! | `calls.rs` | one line per call |
//! | `chain.rs` | `InitChain`, `FinalizeBlock`, Commit: the only writers of blocks |
//! | `mempool.rs` | `CheckTx`: what waits |
//! | `proposal.rs` | what may stand in a block, asked by proposer and voters alike |
//! | `sync.rs` | snapshots: for others, and the one to begin with |
//! | `answer.rs` | the ledger's results in the engine's words |
//! | `order.rs` | tests: any legal order of calls leads where its blocks alone lead |
//! | `upgrade.rs` | tests: a version ends at any height, the next one goes on, and a height is taken back |
//!
//! **Invariant:** there is a committed ledger and a working one; `FinalizeBlock` changes only the working one, Commit folds the block's
//! batch into the committed one. Neither is copied.

mod answer;
mod calls;
mod chain;
mod mempool;
mod proposal;
mod sync;

#[cfg(test)]
mod order;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod upgrade;

pub use calls::Node;
pub use chain::{Caps, Clock, Ports};
