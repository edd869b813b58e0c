//! Sentences about what a real engine answered, recorded: its commits and proofs, before our check and before another.
//! Proofs over logs of our own making are judged beside their modules.
#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a test stops at what cannot be"
)]

mod engine;
mod refusal;
mod second_judge;
