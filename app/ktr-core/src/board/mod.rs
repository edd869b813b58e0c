//! The board: three seats, each a key, for one term.
//!
//! A seat votes with its holder's key. Its deputy votes in the holder's place on a nomination from which the seat is recused, and on every
//! nomination once the seat is vacant: never both, because a seat has one vote however it is signed.
//! Keys are made anew for every term, so that nothing on the chain joins two terms of one person. Passkeys have a reserved number only.

mod command;
mod decide;
mod due;
mod event;
mod evolve;
mod rejection;
mod state;

#[cfg(test)]
mod tests;

pub use command::{Appointee, Command, Pair};
pub use event::Event;
pub use rejection::Rejection;
pub use state::{Holder, Seat, State, Term, TermStatus, Voter};

pub(crate) use decide::decide;
pub(crate) use due::due;
pub(crate) use evolve::evolve;
