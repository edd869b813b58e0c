//! A draft of a form from what members have: MISP events, STIX bundles, lists of values.
//! It fills `iocs` alone. What the case is, how grave, and who the victim is stays with the person: those keys are there and empty, so that an
//! unfinished draft is no form ([`crate::form::read()`] refuses it, with the path of the first key that is not filled).
//!
//! Nothing is dropped in silence: what is no IOC of the form is listed by kind and number ([`Draft::listed`]), what could be one and is refused
//! by place and rule ([`Draft::refused`]). Neither names a value.

#[cfg(test)]
mod corpus;
mod csv;
mod entry;
mod gather;
mod guess;
mod misp;
mod shape;
mod stix;
#[cfg(test)]
mod tests;

pub use gather::{Draft, Format, Wanted, read};
pub use shape::{FILL_IN, LOOK_AT};
