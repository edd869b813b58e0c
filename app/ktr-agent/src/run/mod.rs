//! The loop: follow the chain, go through each session's hour, send the hits that are due, until SIGTERM.
//! What is next is the policy's affair; here it is done, and tried again at the next tick where it failed.

mod agent;
mod hit;
mod receive;
mod start;
mod visit;
mod voice;

pub use agent::{Agent, Ports, Site, run};
pub use start::start;
