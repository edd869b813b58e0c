//! Sentences about octets and limits, from outside the crate: the in-process chain is the stage.
//! Recorded octets are the vectors' affair.
#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a test stops at what cannot be"
)]

mod bad_input;
mod genesis;
mod key;
mod limits;
mod packet;
mod records;
mod refusal;
mod wire;
