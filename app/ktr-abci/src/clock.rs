//! The one reader of the clock in this crate: how long a call took.
//! It knows no date, and nothing it measures reaches an application.

use std::time::{Duration, Instant};

/// A running measurement of one call.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Stopwatch(Instant);

impl Stopwatch {
    #[expect(
        clippy::disallowed_methods,
        reason = "this file is the crate's reader of the clock"
    )]
    pub(crate) fn start() -> Self {
        Self(Instant::now())
    }

    pub(crate) fn elapsed(self) -> Duration {
        self.0.elapsed()
    }
}
