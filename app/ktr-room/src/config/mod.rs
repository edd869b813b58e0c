//! `room.toml`: the sidecar's configuration, with unknown keys refused and a sample that a test loads.
//! It names secret files and never holds a secret.

mod file;
mod postgres;
mod sample;
#[cfg(test)]
mod tests;

pub use file::{ChainTable, Config, CountyTable, HomeserverTable, ListenTable, PassTable, Profile};
pub use postgres::PostgresTable;
pub use sample::{Blanks, sample};
