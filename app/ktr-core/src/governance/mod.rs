//! Governance: the network's counties, validators, parameters and role keys.
//! No command is in force yet; the numbers of all of them are reserved on the wire and answer as unknown.

mod command;
mod decide;
mod due;
mod event;
mod evolve;
mod rejection;
mod state;

#[cfg(test)]
mod tests;

pub use command::Command;
pub use event::Event;
pub use state::{Network, Parameters, State, Validator};
