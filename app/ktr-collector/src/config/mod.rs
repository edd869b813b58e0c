//! `collector.toml`: the collector's configuration, with unknown keys refused and a sample that a test loads.
//! It names the key file and never holds a secret.

mod file;
mod sample;
#[cfg(test)]
mod tests;
mod timing;

pub use file::{ChainTable, Config, Role};
pub use sample::{Blanks, sample};
pub use timing::Timing;
