//! JSON of records, events, headers and proofs, as programs read it: lower-case hex, seconds, names in lower case.
//! Nothing is signed or hashed in this form.

mod dissolved;
mod event;
mod governance;
mod proof;
mod record;
mod word;

pub(crate) use dissolved::{dissolved, read_dissolved};
pub(crate) use event::{event_line, recorded};
pub(crate) use proof::{header, opening};
pub(crate) use record::{key, record};
pub(crate) use word::{nomination_status, role, session_status, severity, veto};
