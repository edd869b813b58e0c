//! Messages of the board.
//! Rules are the core's.

mod command;
mod message;
mod record;

pub(crate) use command::message;
pub(crate) use message::{
    Appoint, Appointed, Holder, Recuse, Recused, RotateKey, Seat, SeatKeyRotated, Term, TermPassed,
    Vacate,
};
