//! The one place of the programs that reads the system's clock.
//! It neither corrects nor judges it: the chain's time is the header's, and who needs a better one compares.

use std::time::Duration;

use ktr_core::time::Time;

/// Whole seconds since 1970; 0 on a machine whose clock stands before that.
#[must_use]
pub fn now() -> Time {
    Time(since_1970().as_secs())
}

/// Milliseconds since 1970; 0 on a machine whose clock stands before that.
#[must_use]
pub fn now_ms() -> u64 {
    u64::try_from(since_1970().as_millis()).unwrap_or(u64::MAX)
}

#[expect(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "the one reader of the clock in all programs"
)]
fn since_1970() -> Duration {
    let since = std::time::SystemTime::now().duration_since(std::time::SystemTime::UNIX_EPOCH);
    since.unwrap_or(Duration::ZERO)
}
