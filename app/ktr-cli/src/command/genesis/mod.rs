//! The network's genesis: made from a description and key files, checked, shown.
//! The engine's file is complete; nothing has to be added by hand.

mod compose;
mod describe;
mod engine;
mod run;
mod tolerance;

pub(crate) use compose::{Composed, compose};
pub(crate) use describe::{AllianceText, Description, Site};
pub(crate) use run::{Genesis, run, write};
pub(crate) use tolerance::{refuse_halting, refuse_rule_of_one};
