//! The one place of this program that reads the clock.
//! It neither corrects nor judges it: the chain's time is the header's.

use ktr_core::time::Time;

/// Seconds since 1970, by this machine.
#[expect(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "the one reader of the clock in this program"
)]
pub(crate) fn now() -> Time {
    let since = std::time::SystemTime::now().duration_since(std::time::SystemTime::UNIX_EPOCH);
    Time(since.map_or(0, |since| since.as_secs()))
}
