//! How long a step took. The only reader of a clock in xtask; nothing is decided by what it says.

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
