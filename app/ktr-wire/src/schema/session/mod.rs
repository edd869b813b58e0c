//! Messages of sessions.
//! Rules are the core's.

mod command;
mod message;
mod record;

pub(crate) use command::message;
pub(crate) use message::{
    Close, Dissolved, Joined, Named, Opened, Overdue, Schedule, Seeded, Session,
};
