//! What was done for a session, written before each outward step; see `entry.rs`.
//! It holds no plaintext and, once a session is done, nothing but its number and the receipt's hash.

mod absorb;
mod entry;
mod fact;
mod store;
#[cfg(test)]
mod tests;

pub use entry::{Bare, Dissolving, Joined, Journal, Pass, Phase, Post, ReportState, Scan, Sweep};
pub use fact::{Done, Fact};
pub use store::{Remnant, Store};
