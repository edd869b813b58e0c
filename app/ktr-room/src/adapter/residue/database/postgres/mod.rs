//! PostgreSQL: a cluster of its own on this machine, read through one connection and, octet by octet, in its data folder.
//! It is asked over a socket or the loopback, without TLS; nothing here starts, stops or configures it.
//!
//! | file | what |
//! |---|---|
//! | `cluster.rs` | the connection, and what a scan sees through it |
//! | `clean.rs` | the deletes, the rewriting of all tables, the write-ahead log's end |
//! | `wal.rs` | how old the pages of the write-ahead log are |
//! | `password.rs` | one entry of a password file |
//! | `health.rs` | what the doctor asks it |

mod clean;
mod cluster;
mod health;
mod password;
#[cfg(test)]
mod tests;
mod wal;

pub use cluster::Postgres;
pub(crate) use health::Health;
