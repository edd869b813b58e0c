//! What a check says when something is wrong: a rule by number and name, and the place where it was broken.
//! A finding never carries content: neither the value that broke the rule nor any part of it.
//!
//! | codes | about |
//! |---|---|
//! | 100 | bytes, sizes, archive, envelope |
//! | 200 | signature |
//! | 300 | ledger facts |
//! | 400 | canonical form |
//! | 500 | KTR profile |
//! | 600 | pattern |
//! | 700, 800 | Sigma, YARA |
//! | 900 | leak |
//! | 1000 | nomination form |
//! | 1100 | what the build changed or kept back: no refusal, a line of its report |

mod place;
pub mod rule;
#[cfg(test)]
mod tests;

pub use place::{Finding, Place};
pub use rule::Rule;
