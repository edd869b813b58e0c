//! Nominations: a case proposed for sharing, and what the board said of it.
//!
//! ```text
//!            three approvals ──► Cleared ──► sealed in a release (see `bundle`)
//! Open ──┬── one veto ─────────► Vetoed, at once, however many seats approved before: the case is diverted
//!        ├── withdrawn ────────► Withdrawn
//!        └── silence ──────────► Lapsed at `decide_by`: silence is not approval
//! ```
//! The chain knows a salted commitment and a severity; the case itself never comes here.
//! **Where is the rule that one veto is enough?** In `decide.rs`, function `vote`.

mod command;
mod decide;
mod due;
mod event;
mod evolve;
mod rejection;
mod state;

#[cfg(test)]
mod tests;

pub use command::{Command, Verdict};
pub use event::Event;
pub use rejection::Rejection;
pub use state::{Nomination, Severity, State, Status, VetoCategory};

pub(crate) use decide::decide;
pub(crate) use due::due;
pub(crate) use evolve::evolve;
