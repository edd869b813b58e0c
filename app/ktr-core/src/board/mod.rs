//! The board: three seats, each a key, for one term.
//! Appointment, recusal and rotation have reserved numbers only; the first term comes from genesis.

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
pub use state::{Holder, Seat, State, Term, TermStatus};

pub(crate) use due::due;
pub(crate) use evolve::evolve;
