//! The same as `wait` for tests that run on tokio, whose clock it goes by.
//! Why it is no sleep that stands for an event is told there.

use std::time::Duration;

use tokio::time::{Instant, sleep};

/// Looks until there is something to see, for so many seconds at most.
///
/// # Panics
/// If there was nothing.
pub async fn until<T, F: Future<Output = Option<T>>>(
    what: &str,
    secs: u64,
    mut look: impl FnMut() -> F,
) -> T {
    let begun = Instant::now();
    loop {
        if let Some(found) = look().await {
            return found;
        }
        assert!(
            begun.elapsed() < Duration::from_secs(secs),
            "{what}: not within {secs} s"
        );
        sleep(PAUSE).await;
    }
}

/// Between two looks.
const PAUSE: Duration = Duration::from_millis(50);
