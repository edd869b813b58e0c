//! The log of every sidecar in this binary, kept in memory so that a test can search it for what it must not hold.
//! Nothing is printed.

use std::io;
use std::sync::{Mutex, Once};

static BEGIN: Once = Once::new();
static LINES: Mutex<Vec<u8>> = Mutex::new(Vec::new());

struct Lines;

#[expect(
    clippy::unwrap_in_result,
    reason = "a poisoned lock is a red test already"
)]
impl io::Write for Lines {
    fn write(&mut self, octets: &[u8]) -> io::Result<usize> {
        LINES.lock().expect("lock").extend_from_slice(octets);
        Ok(octets.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Begins to keep the log; once for the binary.
pub(crate) fn begin() {
    BEGIN.call_once(|| {
        let subscriber = tracing_subscriber::fmt()
            .with_env_filter(tracing_subscriber::EnvFilter::new("off,ktr_room=trace"))
            .with_writer(|| Lines)
            .with_ansi(false)
            .finish();
        tracing::subscriber::set_global_default(subscriber).expect("the first and only one");
    });
}

/// Everything logged so far.
pub(crate) fn so_far() -> String {
    String::from_utf8(LINES.lock().expect("lock").clone()).expect("utf-8")
}

/// What was logged of the last scans: which tables had hits, too.
pub(crate) fn scans() -> String {
    let all = so_far();
    let told = all.lines().filter(|line| line.contains("scanned"));
    told.collect::<Vec<_>>().join("\n")
}
