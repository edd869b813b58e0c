//! Waiting without sleeping blindly: a question asked again until it is answered or a deadline passes.
//! A missed deadline names what was waited for.

use std::future::Future;
use std::time::Duration;

use ktr_room::SystemClock;
use ktr_room::port::Clock;
use tokio::time::Instant;

/// Asks every 50 ms until there is an answer.
pub(crate) async fn until<T, F: Future<Output = Option<T>>>(
    what: &str,
    secs: u64,
    mut ask: impl FnMut() -> F,
) -> T {
    let deadline = Instant::now() + Duration::from_secs(secs);
    loop {
        if let Some(answer) = ask().await {
            return answer;
        }
        assert!(Instant::now() < deadline, "{what}: not within {secs} s");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// The local clock.
pub(crate) fn clock_ms() -> u64 {
    SystemClock.local_ms()
}
