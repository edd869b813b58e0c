//! The member's side of the Relay: it fetches a session's release from the county's room, verifies it and files it.
//! It publishes nothing, trusts no server and dials no host that its configuration does not name.
//!
//! Read in this order: [`policy`] says what to do next, as a pure function; [`run`] does it through the ports of [`port`]; [`pass`]
//! and [`post`] read what the county lays out; [`verdict`] judges a release by proven facts; [`filing`] writes what passed;
//! [`measure`] counts an observed ingestion, if the member chose so; [`adapter`] holds the technologies (design: room, sections 3-5;
//! bundle, section 7.3; measurement, section 2).
//!
//! **Invariant:** a release is in `signed/` whole and verified, or not at all; log lines carry ids and codes only.

use ktr_os::{entropy, file};

pub mod action;
pub mod adapter;
mod clock;
pub mod config;
mod error;
pub mod filing;
pub mod init;
pub mod limits;
pub mod mark;
pub mod measure;
pub mod pass;
pub mod policy;
pub mod port;
pub mod post;
pub mod run;
pub mod standing;
pub mod verdict;

pub use clock::SystemClock;
pub use error::{AgentError, StepError};
