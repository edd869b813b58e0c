//! Membership: organisations and the keys they act and receive with.
//! A member is a random id and key material; no name ever comes here.
//!
//! ```text
//! Active ◄──► Suspended      neither nominates nor receives
//!    └───────────┴── Left    for good
//! ```

mod command;
mod decide;
mod due;
mod event;
mod evolve;
mod rejection;
mod state;

#[cfg(test)]
mod tests;

pub use command::{Command, Proof};
pub use event::Event;
pub use rejection::Rejection;
pub use state::{Member, Standing, State};

pub(crate) use decide::decide;
pub(crate) use due::due;
pub(crate) use evolve::evolve;
