//! How long a step took, and which day it is. The only reader of a clock in xtask; it decides nothing but the seed of a night.

/// A running stop-watch.
#[derive(Debug)]
pub(crate) struct Watch(std::time::Instant);

impl Watch {
    /// Starts now.
    #[expect(
        clippy::disallowed_methods,
        reason = "the one clock of this program, for display only"
    )]
    pub(crate) fn start() -> Self {
        Self(std::time::Instant::now())
    }

    /// Whole seconds since the start.
    pub(crate) fn secs(&self) -> u64 {
        self.0.elapsed().as_secs()
    }
}

/// Days since 1970 in UTC: a seed that is another each night, and that a log's date tells as well.
#[expect(
    clippy::disallowed_methods,
    reason = "a night chooses its seed by its date, and prints it"
)]
pub(crate) fn day() -> u32 {
    let since = std::time::UNIX_EPOCH.elapsed().unwrap_or_default();
    u32::try_from(since.as_secs().div_euclid(86_400)).unwrap_or_default()
}
