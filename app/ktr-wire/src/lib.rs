//! The bytes of the ledger: every message that is signed, hashed or stored, and the judgement whether bytes are right.
//! Rules about what a command may do are `ktr-core`'s; this crate does no I/O and reads no clock.
//!
//! | module | bytes |
//! |---|---|
//! | [`transaction`] | what a sender signs and broadcasts |
//! | [`signature`] | the frozen OpenPGP profile: parser, digest, verdict, keys, key proofs |
//! | [`recorded`] | one leaf of the event log |
//! | [`record`] | keys and values of the state tree |
//! | [`genesis`] | `app_state` of the engine's `genesis.json` |
//! | [`refusal`] | result codes, shared with ABCI |
//! | [`digest`] | every tagged hash of the design |
//!
//! **Invariant:** what is accepted re-encodes to the same octets, so that no relay can change a hash without a signature failing.
#![deny(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::wildcard_enum_match_arm,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic
)]

pub mod digest;
pub mod genesis;
pub mod limits;
pub mod record;
pub mod recorded;
pub mod refusal;
pub mod result;
pub mod signature;
pub mod transaction;

mod canonical;
mod field;
mod guide;
mod number;
mod schema;

pub use refusal::Refusal;
