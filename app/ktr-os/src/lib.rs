//! What every program of the Relay asks of the operating system: whole files, the hour, random octets, free space, whom an alarm calls,
//! what a terminal may be shown, and, with the feature `pages`, what a shell and `man` are given of its command line.
//! It knows nothing of the Relay but its unit of time; what is in a file and what an hour means are the caller's.
//!
//! **Invariant:** a private file is 0600 from its first octet on, and after a crash it is the old one or the new one, whole.

pub mod alarm;
pub mod clock;
pub mod disk;
pub mod entropy;
mod error;
pub mod file;
mod finding;
mod harmless;
pub mod limits;
#[cfg(feature = "pages")]
pub mod pages;

pub use error::FileError;
pub use finding::{Finding, Verdict};
pub use harmless::harmless;
