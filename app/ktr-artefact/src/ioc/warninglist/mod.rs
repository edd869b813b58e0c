//! Lists of well-known benign values in `MISP`'s format, and which of them a value is on (design: bundle, section 3.3).
//! The lists come from outside at each build; none is shipped, and what the standards reserve is refused without them.

mod matcher;
mod range;
mod read;
#[cfg(test)]
mod tests;

pub use read::Warninglists;
