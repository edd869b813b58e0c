//! The agent in a real room: one Synapse, one member, one post, from the pass to the leave.
//! The chain is a state made of records; `KTR_SYNAPSE_PYTHON` names the Python that has Synapse.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test that is told something impossible should stop at once"
)]

mod hour;
mod synapse;

/// The support of the tests on loopback.
#[path = "../it/support/mod.rs"]
#[expect(dead_code, reason = "the other tests use the rest of it")]
mod support;
