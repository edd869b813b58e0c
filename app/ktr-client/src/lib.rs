//! The one way to know the chain: submit, query with proof, and follow every event, verified and folded by the core's own `evolve`.
//! It decides nothing and keeps nothing on disk; what an answer means is its caller's affair.
//!
//! | module | for |
//! |---|---|
//! | [`Trust`] | what is believed before anything is asked: chain id, genesis, its validators |
//! | [`Client`] | several nodes of one chain; the next one is asked when one is down, behind or lying |
//! | [`Client::submit`] | hash first, broadcast to two nodes, wait for the block |
//! | [`Client::query_proven`], [`Client::event_proven`] | one record or event with its proof, judged here |
//! | [`Client::consistency_between`] | that one log is the beginning of another, for whoever has both heads |
//! | [`Follower`] | every event from 0, as `(State, new events)` |
//! | [`code`] | result codes by name |
//! | [`Base`] | a host beside the chain that may be dialled, as configurations name it: TLS with pinned keys, or loopback |
//!
//! **Invariant:** what a function named `proven` gives, and what a [`Follower`] yields, stands under a header that more than two thirds of
//! the validators in force signed, and those follow from the pinned ones header by header. Everything else is hearsay and says so.

pub mod code;
pub mod limits;

mod answer;
mod block;
mod client;
mod error;
mod export;
mod follow;
mod header;
mod host;
mod node;
mod query;
mod standing;
mod submit;
mod trust;
mod validators;

#[cfg(test)]
mod tests;

pub use answer::{Landed, Opening};
pub use client::Client;
pub use error::{ClientError, Unproven};
pub use export::{Caught, ExportedBlock};
pub use follow::Follower;
pub use header::ProvenHeader;
pub use host::{Ask, Base, Duplex, Heard, HostError, Stream};
pub use ktr_proof::log::{Head, NotConsistent, verify_consistency};
pub use query::{Proven, ProvenEvent};
pub use standing::NodeStanding;
pub use trust::{Trust, TrustError};
