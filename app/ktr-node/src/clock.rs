//! The one place of this program that reads the clock.
//! It serves the mempool's filter alone; consensus knows header times only.

use ktr_core::time::Time;

/// The system's time in whole seconds.
#[expect(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "the one reader of the clock in this program"
)]
pub(crate) fn now() -> Time {
    let since = std::time::SystemTime::now().duration_since(std::time::SystemTime::UNIX_EPOCH);
    Time(since.map_or(0, |since| since.as_secs()))
}
