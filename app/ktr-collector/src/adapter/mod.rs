//! The technologies behind the ports: HTTP in, the chain out.
//! What is counted and what is published is decided elsewhere.

pub mod alarm;
pub mod http;

mod chain;

pub use chain::{RelayChain, trust};
