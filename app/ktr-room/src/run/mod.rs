//! The loop: look, decide, journal, perform, look again (design: room, section 7).
//! Rules are in `policy/`; here is only how an action is carried out.

mod choose;
mod dissolve;
mod inbox;
mod linger;
mod lookout;
mod perform;
mod report;
mod seed;
mod sidecar;
mod tell;
#[cfg(test)]
mod tests;
mod welcome;

pub use choose::{Choice, choose};
pub use inbox::Inbox;
pub use lookout::Lookout;
pub use report::dissolution;
pub use sidecar::{Ports, Sidecar, Site, run};
