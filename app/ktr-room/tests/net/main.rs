//! The sidecar against a real homeserver: one Synapse per test, small T, polls with deadlines.
//! A missing Synapse fails these tests; they never skip.
#![expect(
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "test code: a broken expectation is a red test"
)]

mod contract;
mod crash;
mod destruction;
mod doors;
mod early;
mod exact;
mod hour;
mod judges;
mod nets;
mod per_session;
mod postgres;
mod program;
mod silence;
mod support;
mod terminator;
mod witness;
#[path = "../world/sealed.rs"]
#[expect(dead_code, reason = "the tests of the release use the rest of it")]
mod world;
