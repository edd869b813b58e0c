//! Proofs that stand without trusting a node: that an event is in the log, that a record is so or absent, that a header was committed.
//! No I/O, clock or async; what is trusted (chain id and validators) is an argument.
//!
//! | module | proves |
//! |---|---|
//! | [`log`] | RFC 6962: this leaf is at this place in the log of this size and root |
//! | [`state`] | ics23: this record has this value, or there is none |
//! | [`commit`] | more than two thirds of the voting power signed this header |
//!
//! The three meet in the app hash: [`ktr_wire::digest::app_hash`] over log size, log root and state root stands in the header of the
//! **next** height.
#![deny(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::wildcard_enum_match_arm,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic
)]

pub mod commit;
pub mod log;
pub mod state;
