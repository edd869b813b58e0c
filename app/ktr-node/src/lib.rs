//! The parts of a node of the Relay: the ABCI application over the ledger, its store, its queries, and the engine beside it.
//! What a block does is `ktr-ledger`'s; what is signed and hashed is `ktr-wire`'s; no rule stands here.
//!
//! | module | what |
//! |---|---|
//! | [`application`] | the engine's calls |
//! | [`store`] | one synced write per Commit; the disk is a port, RocksDB its adapter |
//! | [`snapshot`] | the whole ledger of a height for a node that joins |
//! | [`query`] | answers with proof, and the table of paths |
//! | [`engine`] | the engine's folder, keys and process; `start` |
//! | [`replay`] | the whole chain again, against its headers |
//! | [`settings`], [`home`] | `node.toml` and where everything lies |
//! | [`diff`] | the first difference of two nodes |
//! | [`doctor`] | what is wrong with a folder, or with the node in it |
//! | [`metrics`] | the node's own figures, for Prometheus |
//! | [`exit`], [`halt`] | how the program ends, and from where |

pub mod application;
pub mod ask;
pub mod diff;
pub mod doctor;
pub mod engine;
pub mod exit;
pub mod halt;
pub mod home;
pub mod limits;
pub mod metrics;
pub mod query;
pub mod replay;
pub mod settings;
pub mod snapshot;
pub mod store;
pub mod verdicts;

mod expiry;
mod timed;

#[cfg(test)]
mod crash;
#[cfg(test)]
mod driver;
#[cfg(test)]
mod stage;
#[cfg(test)]
mod tests;
