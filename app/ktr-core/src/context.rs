//! What the rules may know of the outside world, as arguments.
//! Anything else that a rule needs travels in the command.

use crate::{
    id::{Fingerprint, Height, ProposalId, Sha256},
    time::Time,
};

/// The facts of a block.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct BlockContext {
    /// Its height.
    pub height: Height,
    /// Its header time.
    pub time: Time,
}

/// The facts of one transaction in a block.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Context {
    /// The block it stands in.
    pub block: BlockContext,
    /// The key whose signature held.
    pub signer: Fingerprint,
    /// What the command says that it rests on; see [`crate::governance::State::mandate`].
    pub mandate: Option<Mandate>,
}

/// A mandate that a command claims.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Mandate {
    /// The proposal on which it rests.
    pub proposal: ProposalId,
    /// The digest of the command's octets, by which the proposal must name it.
    pub command: Sha256,
}
