//! The system's clock behind the port of this program.
//! It neither corrects nor judges it: the policy does.

use crate::port::Clock;

/// The system's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn local_ms(&self) -> u64 {
        ktr_os::clock::now_ms()
    }
}
