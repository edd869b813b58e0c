//! The STIX 2.1 pattern language: a text is read into a tree, or refused. Linear in time, bounded in depth, it never panics.
//! Nothing is evaluated here: what the profile writes is one equality each, for which membership in a set is enough.
//!
//! The grammar is `STIXPattern.g4` of OASIS (cti-stix2-json-schemas); of two operators that meet, AND binds closer than OR, and OR closer
//! than FOLLOWEDBY. What the grammar leaves open is judged as the OASIS validator does (design: bundle, section 4).

mod digest;
mod parse;
mod scan;
#[cfg(test)]
mod tests;
mod token;
mod tree;

pub use tree::{
    Comparator, Comparison, Constraint, Literal, ObjectPath, Observation, Pattern, Qualifier, Step,
    Test,
};
