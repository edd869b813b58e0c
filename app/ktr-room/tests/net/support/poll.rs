//! How these tests wait, by looking until something is seen, and the clock by which they look.
//! Why that is no sleep that stands for an event is told where it is made.

use ktr_room::SystemClock;
use ktr_room::port::Clock;

pub(crate) use ktr_testkit::wait_async::until;

/// The local clock.
pub(crate) fn clock_ms() -> u64 {
    SystemClock.local_ms()
}
