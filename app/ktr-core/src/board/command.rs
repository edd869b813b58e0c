//! What may be asked of the board's composition: nothing yet.
//! Votes are commands of nominations.

/// No board command is in force: this type has no value.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Command {}
