//! The shipped alarms and the dashboard: every figure in them is one that a program shows, every alarm leads to a page of the book, and
//! promtool finds the rules sound. That a real engine shows the names that are taken for its own is a sentence of the net tests.

#![expect(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "test code"
)]

mod alarms;
mod dashboard;
mod query;
mod shipped;
