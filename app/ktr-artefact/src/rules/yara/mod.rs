//! YARA rules: read by a library that knows the whole language, cleaned, and written anew (design: bundle, section 5.2).
//! Nothing is run here but by `engine`, which only the feature `yara` builds: whether a rule compiles and fires is for an engine to say.

mod accept;
mod clean;
#[cfg(test)]
mod corpus;
#[cfg(feature = "yara")]
pub mod engine;
#[cfg(all(test, feature = "yara"))]
mod engines;
mod host;
mod literal;
mod name;
mod nesting;
mod path;
mod person;
mod read;
mod slow;
mod spelled;
#[cfg(test)]
mod tests;
mod tree;
mod walk;
mod write;

pub use accept::sample;
pub(super) use accept::{accept, reread};
pub(super) use host::{hosts, is_folder};
pub(crate) use path::SOME_NAME;
