//! The program as others call it: exit codes, files, and signatures that GnuPG and `sq` make.
//! No node runs here; what a chain answers is shown by the net tests.

#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::expect_used,
    reason = "test code: a broken expectation is a red test"
)]

mod check;
mod draft;
mod export;
mod foreign;
mod genesis;
mod genesis_check;
mod governance;
mod log;
mod pages;
mod run;
mod usage;
#[cfg(feature = "yara")]
mod yara_x;
