//! The collector of plain hits: it counts requests per release and bucket, and publishes each bucket once.
//! It knows no address, no name and no time finer than a bucket; what it counts is [`label::LABEL`].
//!
//! Read in this order: [`request`] says what a request asks, [`book`] what is counted, [`policy`] what is published when, as pure
//! functions; [`run`] puts them behind the ports of [`port`]; [`adapter`] holds HTTP and the chain (design: measurement, section 2).
//!
//! **Invariant:** the accept loop drops the address before anything else sees the connection, and no log line names more than the role,
//! a session's bucket, a transaction hash or a code.

use ktr_os::{entropy, file};

pub mod action;
pub mod adapter;
pub mod book;
mod clock;
pub mod config;
mod error;
pub mod init;
pub mod label;
pub mod limits;
pub mod policy;
pub mod port;
pub mod request;
pub mod run;
pub mod state_folder;
pub mod status;

pub use clock::SystemClock;
pub use error::{ChainError, CollectorError};
