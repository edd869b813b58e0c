//! Governance: the network's counties, validators, parameters and role keys, and what the counties resolve together.
//! **A mandate** is an enacted proposal of exactly one command of another subject: `mandate.rs`.

mod command;
mod decide;
mod due;
mod event;
mod evolve;
mod mandate;
mod proposal;
mod rejection;
mod state;

#[cfg(test)]
mod tests;

pub use command::Command;
pub use event::Event;
pub use proposal::{Proposal, Status, Subject};
pub use rejection::Rejection;
pub use state::{Network, Parameters, State, Validator};

pub(crate) use mandate::judge;
