//! Governance: the network's counties, validators, parameters and role keys, and what the counties resolve together.
//! A majority of the counties enacts a proposal, in `decide.rs`; what that brings about is in `effect.rs`.
//!
//! **A mandate** is the last enacted act, and names exactly one command of another subject: `mandate.rs`.

mod command;
mod decide;
mod due;
mod effect;
mod event;
mod evolve;
mod mandate;
mod misbehaviour;
mod proposal;
mod rejection;
mod resolved;
mod state;
mod tolerance;

#[cfg(test)]
mod border_tests;
#[cfg(test)]
mod host_tests;
#[cfg(test)]
mod mandate_tests;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod tolerance_tests;

pub use command::Command;
pub use event::Event;
pub use misbehaviour::Misbehaviour;
pub use proposal::{Host, Proposal, Status, Subject};
pub use rejection::Rejection;
pub use resolved::{Federation, NextHost, Resolved, Upgrade};
pub use state::{Network, Parameters, State, Validator};
pub use tolerance::Tolerance;

pub(crate) use decide::decide;
pub(crate) use due::due;
pub(crate) use evolve::evolve;
pub(crate) use mandate::judge;
