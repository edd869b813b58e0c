//! The one place of this program that reads the clock.
//! It neither corrects nor judges it: hours of sessions and header times are compared with it.

use ktr_core::time::Time;

use crate::port::Clock;

/// The system's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(
        clippy::disallowed_methods,
        clippy::disallowed_types,
        reason = "the one reader of the clock in this program"
    )]
    fn now(&self) -> Time {
        let since = std::time::SystemTime::now().duration_since(std::time::SystemTime::UNIX_EPOCH);
        Time(since.map_or(0, |since| since.as_secs()))
    }
}
