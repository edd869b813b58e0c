//! The seal: a detached `OpenPGP` signature over exactly the bytes of `bundle.json`, and its strict verification.
//! Bytes, certificate, ledger facts and times are arguments; no clock is asked, so a verdict is the same in 2020, now and in 2040.
//!
//! **Law:** what we accept, gpgv and sqv accept; what either refuses, we refuse.

mod facts;
mod make;
mod step;
#[cfg(test)]
mod tests;
mod verify;

pub use facts::Facts;
pub use make::{Names, make, normalise};
pub use verify::{STEPS, Verified, verify, verify_intended};
