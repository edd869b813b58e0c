//! The verdict over a release: all of strict verification, with facts that the chain proved to this agent.
//! Nothing reaches `signed/` without it (design: bundle, section 7.3).

mod facts;
mod judge;
mod receipt;

pub use facts::{Proven, Trusted};
pub use judge::judge;
pub use receipt::receipt;
