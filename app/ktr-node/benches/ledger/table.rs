//! The table: what was measured, its bar, and whether it is kept.
//! Rows show on stderr as they come, so that somebody who waits sees something.

use std::{fs, thread, time::Duration};

/// What was measured so far.
#[derive(Default)]
pub(crate) struct Table(Vec<[String; 4]>);

impl Table {
    /// A row whose bar is kept or missed.
    pub(crate) fn row(&mut self, what: &str, measured: &str, bar: &str, is_kept: bool) {
        let verdict = if is_kept { "kept" } else { "MISSED" };
        self.push([what, measured, bar, verdict].map(str::to_owned));
    }

    /// A figure without a bar.
    pub(crate) fn figure(&mut self, what: &str, measured: &str) {
        self.push([what, measured, "-", "-"].map(str::to_owned));
    }

    fn push(&mut self, row: [String; 4]) {
        eprintln!("{}: {} (bar: {}; {})", row[0], row[1], row[2], row[3]);
        self.0.push(row);
    }

    pub(crate) fn print(&self) {
        let cores = thread::available_parallelism().map_or(0, usize::from);
        let memory = fs::read_to_string("/proc/meminfo").unwrap_or_default();
        let memory = memory.lines().next().unwrap_or("MemTotal: unknown");
        println!("{cores} cores, {memory}");
        println!("| what | measured | bar | |\n|---|---|---|---|");
        for [what, measured, bar, verdict] in &self.0 {
            println!("| {what} | {measured} | {bar} | {verdict} |");
        }
    }
}

/// The duration below which `percent` of the measured ones lie.
pub(crate) fn percentile(took: &mut [Duration], percent: usize) -> Duration {
    took.sort_unstable();
    let index = took.len() * percent / 100;
    took[index.min(took.len() - 1)]
}

pub(crate) fn ratio(one: Duration, other: Duration) -> f64 {
    one.as_secs_f64() / other.as_secs_f64()
}

/// How many a second.
pub(crate) fn rate(count: u64, took: Duration) -> f64 {
    f64::from(u32::try_from(count).unwrap()) / took.as_secs_f64()
}
