//! The client against answers that a real network of four engines gave, replayed octet for octet, whole and tampered with.
//! No engine runs here; that the answers are still what engines give is shown by the net tests.

#![expect(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "test code: a broken expectation is a red test"
)]

mod consistency;
mod export;
mod node;
mod proof;
mod standing;
mod submission;
