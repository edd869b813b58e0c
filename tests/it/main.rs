//! Scenarios of the Relay, named as sentences, on the in-process chain.
//! Real engines and homeservers are met in the net tests.
#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a test stops at what cannot be"
)]

mod bad_input;
mod engine;
mod limits;
mod records;
mod second_judge;
mod wire;
