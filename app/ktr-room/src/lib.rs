//! The sidecar of a county's homeserver: it makes, seeds and destroys the Matrix room of a session.
//! It decides nothing about *what* happens (the chain does), and it never holds consensus.
//!
//! Read in this order: [`policy`] says what to do next, as a pure function of [`plan::Plan`], [`seen::Seen`] and
//! [`journal::Journal`]; [`run`] journals, performs through the ports of [`port`], and looks again;
//! [`adapter`] holds the technologies behind those ports (design: room).
//!
//! **Invariant:** nothing here writes a Matrix ID, a room id, a media id, a token or a delay id into a log line.

use ktr_os::{entropy, file};

pub mod action;
pub mod adapter;
mod clock;
pub mod config;
pub mod doctor;
pub mod door;
mod error;
pub mod figures;
pub mod init;
pub mod journal;
pub mod limits;
pub mod matrix_id;
pub mod name;
pub mod plan;
pub mod policy;
pub mod port;
pub mod receipt;
pub mod report;
pub mod run;
pub mod seen;
mod setback;
pub mod standing;
pub mod start;
pub mod synapse;
pub mod timing;
pub mod trust;

pub use clock::SystemClock;
pub use error::{ChainError, CipherError, RoomError};
