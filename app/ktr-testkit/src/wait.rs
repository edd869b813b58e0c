//! Waiting for what another process or thread does, by looking for it again and again.
//!
//! This is no sleep that stands for an event. Such a sleep guesses how long something takes, and what follows rests on the guess: on a slow
//! machine it is wrong, on a fast one it is lost time. Here what follows rests on the thing itself, which was seen; the pause between
//! two looks only leaves the processor to whoever is waited for, and the bound only ends a test that waits in vain. It is therefore
//! generous, and no bar: that something is quick enough is for a bench to say.

use std::{
    thread,
    time::{Duration, Instant},
};

/// Looks until there is something to see, for so many seconds at most.
///
/// # Panics
/// If there was nothing.
#[expect(clippy::panic, reason = "a test stops here")]
pub fn until<T>(what: &str, secs: u64, look: impl FnMut() -> Option<T>) -> T {
    seen(secs, look).unwrap_or_else(|| panic!("{what}: not within {secs} s"))
}

/// The same for whoever has more to say if there was nothing.
#[expect(
    clippy::disallowed_methods,
    reason = "how long a test waits in vain is of no program's time"
)]
pub fn seen<T>(secs: u64, mut look: impl FnMut() -> Option<T>) -> Option<T> {
    let begun = Instant::now();
    loop {
        if let Some(found) = look() {
            return Some(found);
        }
        if begun.elapsed() >= Duration::from_secs(secs) {
            return None;
        }
        thread::sleep(PAUSE);
    }
}

/// Between two looks.
const PAUSE: Duration = Duration::from_millis(20);
