//! The engine's `abci_query`: what the last Commit left, with proof.
//! It reads a snapshot of the store and never the ledger in memory.
//!
//! The paths with their arguments, values and proof operations are [`STATE`] and [`PATHS`].
//!
//! `response.height` is H, the height whose state it is; its app hash stands in header H+1. Every answer is
//! proven, but those that the table of paths calls the node's word, whether asked to or not. Kinds are those of [`ktr_wire::record::KINDS`].
//!
//! | operation | key | data |
//! |---|---|---|
//! | `ics23:jmt` | key of the tree | octets of an ics23 proof |
//! | `ktr:rfc6962:1` | `u64be` index | 32 octets for each step of the path |
//! | `ktr:rfc6962-consistency:1` | `u64be` size of the earlier log, and `u64be` size of the later one if it was asked for | 32 octets for each step of the proof |
//! | `ktr:app-hash:1` | | `u64be` log size ‖ log root ‖ state root: 72 octets |

mod error;
mod log;
mod message;
mod operation;
mod path;
mod proof;
mod question;
mod record;
mod route;
mod status;
mod tree;

#[cfg(test)]
pub(crate) mod tests;

pub use error::Unanswered;
#[cfg(test)]
pub(crate) use message::Child;
pub(crate) use message::{At, Branch};
pub use operation::{APP_HASH, CONSISTENCY, ICS23, RFC6962};
pub use path::{Described, Known, PATHS, STATE};
pub use route::answer;
pub(crate) use status::{faults_tolerated, stored_validators, tolerated};
