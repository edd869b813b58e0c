//! Starts that fail, folders that the doctor looks at, a stop in the middle of a block, an engine that falls silent,
//! octets that no engine writes: the program from outside, with scripts for engines.
//! What a real engine does is `net.rs`'s.

#![expect(
    clippy::unwrap_used,
    clippy::arithmetic_side_effects,
    reason = "test code"
)]

mod behind;
mod county;
mod doctor;
mod engine;
mod failed;
mod folder;
mod frames;
mod older;
mod running;
mod stopped;
mod touched;
