//! The loop: look, decide, journal, perform, look again (design: room, section 7).
//! Rules are in `policy/`; here is only how an action is carried out.

mod arm;
mod choose;
mod dissolve;
mod inbox;
mod interval;
mod linger;
mod lookout;
mod order;
mod pass;
mod perform;
mod removal;
mod report;
mod seed;
mod sidecar;
mod stray;
mod tell;
#[cfg(test)]
mod tests;
mod timers;
mod welcome;

pub use choose::{Choice, choose};
pub use inbox::{Inbox, wipe_overdue};
pub use interval::{Call, Interval};
pub use lookout::Lookout;
pub use removal::forget_tokens;
pub use report::dissolution;
pub use sidecar::{Ended, Ports, Sidecar, Site, run};
