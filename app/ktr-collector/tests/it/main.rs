//! The collector from outside: over loopback, and from start to stop and kill.
//! Rules by themselves are tested beside their modules.

#![expect(
    clippy::expect_used,
    clippy::arithmetic_side_effects,
    reason = "a test that is told something impossible should stop at once"
)]

mod http;
mod life;
mod program;
mod support;
