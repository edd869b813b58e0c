//! Starts that fail, and folders that the doctor looks at: the program from outside, with scripts for engines.
//! What a real engine does is `net.rs`'s.

#![expect(
    clippy::unwrap_used,
    clippy::arithmetic_side_effects,
    reason = "test code"
)]

mod doctor;
mod failed;
mod folder;
