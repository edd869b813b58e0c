//! Ingestion: how often a release was taken up, as counts without identity.
//! Only the plain hit is in force: unauthenticated requests, from which no rate can be formed. RM-1's commands are read
//! and refused.

mod command;
mod decide;
mod due;
mod event;
mod evolve;
mod rejection;
mod rm1;
mod state;

#[cfg(test)]
mod tests;

pub use command::Command;
pub use event::Event;
pub use rejection::Rejection;
pub use rm1::{Figures, Rm1, Tickets, Window, WindowId};
pub use state::{Bucket, Ingestion, LABEL, Published, State};

pub(crate) use decide::decide;
pub(crate) use evolve::evolve;
