//! Sigma rules: read by two libraries, cleaned, written anew, and tried on an event by both (design: bundle, section 5.1).
//! What is written is a function of what was read: no comment, order or spelling of the writer's is left.

mod accept;
mod clean;
#[cfg(test)]
mod corpus;
mod document;
mod fire;
mod negated;
mod read;
mod share;
#[cfg(test)]
mod tests;
mod vendor;

pub(super) use accept::{accept, leaves_out_somebody, reread};
