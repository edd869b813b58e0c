//! Fuzzing of every decoder with cargo-fuzz, one target per file of `tests/fuzz/targets`.
//! What a target asserts stands in the target; this runs them, for as long as asked.

mod run;
mod seed;

pub(crate) use run::{Effort, run};
