//! `agent.toml`: the agent's configuration, with unknown keys refused and a sample that a test loads.
//! It names key files and never holds a secret; every host that is ever dialled stands in it.

mod file;
mod sample;
#[cfg(test)]
mod tests;
mod timing;

pub use file::{ChainTable, CollectorTable, Config, CountyTable, Measure};
pub use ktr_client::Base;
pub use sample::{Blanks, sample};
pub use timing::Timing;
