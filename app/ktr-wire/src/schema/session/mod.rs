//! Messages of sessions.
//! Rules are the core's.

mod command;
mod event;
mod message;
mod record;

pub(crate) use command::message;
pub(crate) use message::{
    Close, Confirmed, Dissolved, FileRoll, Joined, Named, OfCounty, Reschedule, Schedule, Seeded,
    Session, Timed, Witness,
};
