//! Sessions: the monthly hour, from its announcement to the counties' reports that nothing is left.
//!
//! ```text
//! Scheduled ──► Opened ──► Closed ─┐
//!  │  └────────────┴───────────────┴── `dissolves_at` ──► ended (by `due`), reports of destruction, overdue counties
//!  └► Cancelled                                               └► witnessed by the other counties: confirmed, or unwitnessed
//! ```
//! **What happens at sixteen hundred hours?** `due.rs`: the session ends by time alone; the rooms go by their sidecars' own clocks.

mod command;
mod decide;
mod due;
mod event;
mod evolve;
mod rejection;
mod report;
mod state;

#[cfg(test)]
mod superseded_tests;
#[cfg(test)]
mod tests;

pub use command::Command;
pub use event::Event;
pub use rejection::Rejection;
pub use report::{Cause, Dissolved, Engine, Flags, Seeded, ServerVersion, Testimony};
pub use state::{Hours, LanguageTag, Reports, Session, State, Status};

pub(crate) use decide::decide;
pub(crate) use due::due;
pub(crate) use evolve::evolve;
