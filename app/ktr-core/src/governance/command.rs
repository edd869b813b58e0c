//! What counties may ask of the network: nothing yet.
//! Proposals, approvals and their effects have reserved numbers only.

/// No governance command is in force: this type has no value.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Command {}
