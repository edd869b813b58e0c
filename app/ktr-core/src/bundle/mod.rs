//! Releases: the hash of what the Alliance hands out at a session, and which nominations are in it.
//! **What does the chain store of a bundle?** [`Release`], and nothing else of it: no content, no rule name, no list of recipients.
//! What was retracted stays sealed: its cases are not free again, and a correction is another session's release.

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
pub use rejection::Rejection;
pub use state::{Release, Retraction, RetractionReason, State};

pub(crate) use decide::decide;
pub(crate) use evolve::evolve;
