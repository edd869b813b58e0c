//! The node's own figures in the text form of Prometheus (version 0.0.4), and the small server that shows them.
//! Counts, sizes and times only: labels are methods, codes, families and kinds of roles, never members, releases or sessions.
//!
//! | file | what |
//! |---|---|
//! | `histogram.rs` | how long something took, in fixed steps |
//! | `meter.rs` | what is counted while the node runs |
//! | `page.rs` | the names, and the page |
//! | `server.rs` | one thread that answers `GET /metrics` |

mod histogram;
mod meter;
mod page;
mod server;

#[cfg(test)]
mod tests;

pub(crate) use meter::Meter;
pub(crate) use page::page;
pub use page::{Gauges, NAMES, Rooms};
pub(crate) use server::serve;
