//! The plain hit: one anonymous request after an observed ingestion, if the member chose so (design: measurement, section 2).
//! `off` is no packet at all, and what was marked under `off` is never sent later.

mod ledger;
mod plan;
#[cfg(test)]
mod tests;

pub use ledger::{Mark, Tries, marks, tries, write_mark, write_tries};
pub use plan::{Step, next_try, step};
