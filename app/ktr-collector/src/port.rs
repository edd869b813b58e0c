//! What the loop needs from outside, as traits: chain and clock.
//! Technologies are in `adapter/`; tests put their own behind the same traits.

use std::future::Future;

use ktr_core::{State, id::Sha256, time::Time};

use crate::{action::Publication, error::ChainError};

/// The chain, as `ktr-client` follows it.
pub trait Chain: Send {
    /// Reads what is new; an answer without proof is no answer.
    fn advance(&mut self) -> impl Future<Output = Result<(), ChainError>> + Send;

    /// The state after every proven event read so far.
    fn state(&self) -> &State;

    /// Publishes one bucket and waits until it is in a block; "already reported" is success, "too early" is tried anew with a new nonce.
    fn publish(
        &self,
        publication: &Publication,
    ) -> impl Future<Output = Result<Published, ChainError>> + Send;
}

/// What became of a publication.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Published {
    /// In a block, by this transaction.
    Now(Sha256),
    /// The chain has this bucket already.
    Before,
    /// Not yet: the chain's time lags, or no block came in time. Asked again later.
    NotYet,
}

/// The local clock.
pub trait Clock: Send + Sync {
    /// Seconds since 1970.
    fn now(&self) -> Time;
}
