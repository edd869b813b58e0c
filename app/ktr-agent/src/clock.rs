//! The system's clock behind the port of this program.
//! It neither corrects nor judges it: hours of sessions and header times are compared with it.

use ktr_core::time::Time;

use crate::port::Clock;

/// The system's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Time {
        ktr_os::clock::now()
    }
}
