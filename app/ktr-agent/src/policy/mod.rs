//! What to do next in a session's hour, as a pure function of the chain's hours, the progress so far and the time.
//! Nothing here asks a server or remembers anything.

mod hour;
#[cfg(test)]
mod tests;

pub use hour::{Hour, Progress, at_hand, fallback, next};
