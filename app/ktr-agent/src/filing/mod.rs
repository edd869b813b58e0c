//! The folders of a member: `signed/` for what passed, `quarantine/` for what did not.
//! A release becomes visible whole, by one rename, or not at all.

mod quarantine;
mod signed;

pub use quarantine::{Verdict, put_aside, release_from, verdicts};
pub use signed::{file, has, list};
