//! Holds something until a time has come: nominations wait like that for the weekly batch, so that the minute of sending tells nothing.
//! What is held, and whether the time fits it, is the caller's affair.

use std::time::Duration;

use indicatif::ProgressBar;
use ktr_core::time::{Secs, Time};

use crate::clock;
use crate::limits::HOLD_LOOK_SECS;
use crate::output;
use crate::when;

/// Time as holding needs it: read, and let pass.
pub(crate) trait Clock {
    /// Seconds since 1970.
    fn now(&self) -> Time;
    /// Lets about this much time pass.
    fn pause(&self, length: Secs);
}

/// This machine's clock. It is read again after each short pause: a machine that slept in between is late by no more than that.
#[derive(Debug)]
pub(crate) struct Wall(ProgressBar);

impl Wall {
    /// Shows on stderr what it waits for.
    pub(crate) fn until(at: Time) -> Self {
        let text = format!("held until {}; nothing is sent before", when::show(at));
        Self(output::waiting(&text))
    }
}

impl Drop for Wall {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}

impl Clock for Wall {
    fn now(&self) -> Time {
        clock::now()
    }

    fn pause(&self, length: Secs) {
        std::thread::sleep(Duration::from_secs(length.0));
    }
}

/// Returns when `at` has come, and not before.
pub(crate) fn hold(clock: &impl Clock, at: Time) {
    loop {
        let left = at.0.saturating_sub(clock.now().0);
        if left == 0 {
            return;
        }
        clock.pause(Secs(left.min(HOLD_LOOK_SECS)));
    }
}
