//! What the agent does in a session's hour, one step at a time.
//! Which step is next is the policy's affair.

/// One step.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Action {
    /// Nothing to do at this tick.
    Wait,
    /// Ask for the pass.
    FetchPass,
    /// Join the room.
    Join,
    /// Look for posts.
    Look,
    /// Leave the room.
    Leave,
    /// The hour is over.
    Finish,
}
