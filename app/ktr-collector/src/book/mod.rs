//! The book of counts: five saturating numbers per release, each with a flag, and one for unknown hashes.
//! It holds no time of a hit, no order and no sender; when it is written to disk is decided elsewhere.

mod cell;
mod counts;
mod record;
mod tally;
#[cfg(test)]
pub(crate) mod tests;

pub use cell::Cell;
pub use counts::{Book, LastRun};
pub use record::{Damaged, Record, RecordedRelease};
pub use tally::Tally;
