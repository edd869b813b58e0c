//! What the loop needs from outside, as traits: chain, county, beacon and clock.
//! Technologies are in `adapter/`; tests put their own behind the same traits.

use std::future::Future;

use ktr_core::{
    State,
    id::{ReleaseId, SessionId, Sha256},
    time::Time,
};

use crate::{
    config::CountyTable,
    error::StepError,
    pass::Pass,
    post::{Fault, Media, Post},
    verdict::Proven,
};

/// The chain, as `ktr-client` follows it.
pub trait Chain: Send {
    /// Reads what is new; an answer without proof is no answer.
    fn advance(&mut self) -> impl Future<Output = Result<(), StepError>> + Send;

    /// The state after every proven event read so far.
    fn state(&self) -> &State;

    /// A release's record and its key's, each with its own proof.
    ///
    /// # Errors
    /// [`StepError::ChainSilent`] also where the chain proves that there is no such record.
    fn prove(&self, release: ReleaseId) -> impl Future<Output = Result<Proven, StepError>> + Send;
}

/// A county's servers: passes and homeserver.
pub trait County: Send + Sync {
    /// The sealed pass under a name.
    ///
    /// # Errors
    /// [`StepError::NoPass`] if there is none.
    fn pass(
        &self,
        at: &CountyTable,
        session: SessionId,
        name: &str,
    ) -> impl Future<Output = Result<Vec<u8>, StepError>> + Send;

    /// Joins the pass's room and gives its id; joining again is success.
    ///
    /// # Errors
    /// [`StepError::NotInvited`] as long as the county lets nobody or not this member in.
    fn join(
        &self,
        at: &CountyTable,
        pass: &Pass,
    ) -> impl Future<Output = Result<String, StepError>> + Send;

    /// Looks for posts after `since`, from the beginning without it.
    fn look(
        &self,
        at: &CountyTable,
        pass: &Pass,
        room: &str,
        since: Option<&str>,
    ) -> impl Future<Output = Result<Look, StepError>> + Send;

    /// Downloads a ciphertext of at most 20 MiB.
    fn download(
        &self,
        at: &CountyTable,
        pass: &Pass,
        media: &Media,
    ) -> impl Future<Output = Result<Vec<u8>, StepError>> + Send;

    /// Leaves the room.
    fn leave(
        &self,
        at: &CountyTable,
        pass: &Pass,
        room: &str,
    ) -> impl Future<Output = Result<(), StepError>> + Send;
}

/// What a look showed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Look {
    /// The posts, in order, and of those that are dropped unread why.
    pub posts: Vec<Result<Post, Fault>>,
    /// Where the next look goes on.
    pub next: String,
}

/// The collector.
pub trait Beacon: Send + Sync {
    /// Sends one plain hit; `true` if it was answered as it should.
    fn hit(&self, beacon: &Sha256) -> impl Future<Output = bool> + Send;
}

/// The local clock.
pub trait Clock: Send + Sync {
    /// Seconds since 1970.
    fn now(&self) -> Time;
}
