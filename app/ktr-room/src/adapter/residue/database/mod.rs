//! The homeserver's database, behind one small port: what the sweep does to it and what the scan sees of it.
//! Which rows go, and what counts as residue, is decided by sweep and scan.

mod port;
mod postgres;
mod sqlite;

pub use port::Database;
use port::MINTED;
pub(super) use port::{Cleaned, Delete, Line, Parts, Value, Wipe};
pub(crate) use postgres::Health;
pub use postgres::Postgres;
pub use sqlite::Sqlite;
