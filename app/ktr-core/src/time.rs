//! Time as consensus sees it: whole seconds of the block header, UTC.
//! There is no clock here and no calendar; both live in the shells.

use core::fmt;

/// Seconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Time(pub u64);

/// A length of time in whole seconds.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Secs(pub u64);

impl Time {
    /// The instant `secs` later; saturates at the end of time.
    #[must_use]
    pub const fn plus(self, secs: Secs) -> Self {
        Self(self.0.saturating_add(secs.0))
    }

    /// The instant `secs` earlier; saturates at the epoch.
    #[must_use]
    pub const fn minus(self, secs: Secs) -> Self {
        Self(self.0.saturating_sub(secs.0))
    }

    /// How long ago `earlier` was; zero if it lies ahead.
    #[must_use]
    pub const fn since(self, earlier: Self) -> Secs {
        Secs(self.0.saturating_sub(earlier.0))
    }
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
