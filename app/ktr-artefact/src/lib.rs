//! Artefacts of the Relay as values: nomination form, matrix, STIX profile, seal and envelope.
//! There is no I/O, no clock and no setting here: bytes, times, seeds and keys are arguments. What `OpenPGP` draws at random while it makes
//! keys, signatures and envelopes is drawn inside the library.
//!
//! | module | for |
//! |---|---|
//! | [`form`] | what a member writes about a case; its commitment and case file |
//! | [`draft`] | the start of a form, from MISP, STIX or a table |
//! | [`matrix`] | how grave a case is |
//! | [`ioc`], [`text`], [`rules`] | values, texts and detection rules, each with one constructor |
//! | [`pattern`] | the STIX pattern language |
//! | [`stix`] | the bundle: build and strict reader |
//! | [`report`] | what a build dropped, masked, refused and let stand, for people |
//! | [`envelope`], [`archive`] | the one encrypted form in which files travel, and the two files of a release as one |
//! | [`openpgp`] | keys, key bodies, transaction signatures |
//! | [`seal`] | the signature over a bundle and its strict verification |
//! | [`leak`] | whether finished bytes say a word of the victim's in any form |
//! | [`finding`] | what a check says; never content |
//! | [`alliance`] | `alliance.json` |
//! | [`canonical`] | RFC 8785 |
#![deny(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::wildcard_enum_match_arm,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic
)]

pub mod alliance;
pub mod archive;
pub mod canonical;
pub mod draft;
pub mod envelope;
pub mod finding;
pub mod form;
pub mod ioc;
pub mod leak;
pub mod limits;
pub mod matrix;
pub mod openpgp;
pub mod pattern;
pub mod report;
pub mod rules;
pub mod seal;
pub mod stix;
pub mod text;

mod day;
#[cfg(test)]
mod hostile;

pub use day::Day;
