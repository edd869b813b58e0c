//! The table of a bench: what was measured, its bar, and whether it is kept.
//! Rows show on stderr as they come, so that somebody who waits sees something; a missed bar is said, and nothing fails for it.

#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::float_arithmetic,
    reason = "a measuring tool shows figures"
)]

use std::{fs, thread, time::Duration};

/// What was measured so far.
#[derive(Debug, Default)]
pub struct Table(Vec<[String; 4]>);

impl Table {
    /// A row whose bar is kept or missed.
    pub fn row(&mut self, what: &str, measured: &str, bar: &str, is_kept: bool) {
        let verdict = if is_kept { "kept" } else { "MISSED" };
        self.push([what, measured, bar, verdict].map(str::to_owned));
    }

    /// A row whose bar nobody could look at: it is not kept, and says what is missing.
    pub fn unmeasured(&mut self, what: &str, missing: &str, bar: &str) {
        self.row(what, &format!("not measured: {missing}"), bar, false);
    }

    /// A figure without a bar.
    pub fn figure(&mut self, what: &str, measured: &str) {
        self.push([what, measured, "-", "-"].map(str::to_owned));
    }

    fn push(&mut self, row: [String; 4]) {
        let [what, measured, bar, verdict] = &row;
        eprintln!("{what}: {measured} (bar: {bar}; {verdict})");
        self.0.push(row);
    }

    /// Prints all rows as one Markdown table, under a line that says what machine it was.
    pub fn print(&self) {
        let cores = thread::available_parallelism().map_or(0, usize::from);
        let memory = fs::read_to_string("/proc/meminfo").ok();
        let memory = memory.as_deref().and_then(|text| text.lines().next());
        let memory = memory.unwrap_or("MemTotal: unknown");
        println!("{cores} cores, {memory}");
        println!("| what | measured | bar | |\n|---|---|---|---|");
        for [what, measured, bar, verdict] in &self.0 {
            println!("| {what} | {measured} | {bar} | {verdict} |");
        }
    }
}

/// The duration below which `percent` of the measured ones lie; at least one was measured.
pub fn percentile(took: &mut [Duration], percent: usize) -> Duration {
    took.sort_unstable();
    let last = took.len().checked_sub(1).expect("something was measured");
    let index = took.len().saturating_mul(percent) / 100;
    took[index.min(last)]
}

/// How many times as long as `other` `one` took.
#[must_use]
pub fn ratio(one: Duration, other: Duration) -> f64 {
    one.as_secs_f64() / other.as_secs_f64()
}

/// How many a second.
#[must_use]
pub fn rate(count: u64, took: Duration) -> f64 {
    f64::from(u32::try_from(count).expect("fewer than 2^32 were measured")) / took.as_secs_f64()
}

#[test]
fn a_bar_that_nobody_could_look_at_is_missed() {
    let mut table = Table::default();
    table.row("one", "3 s", "< 4 s", true);
    table.unmeasured("two", "no peer", "≥ 0.9 x");
    let rows = [
        ["one", "3 s", "< 4 s", "kept"],
        ["two", "not measured: no peer", "≥ 0.9 x", "MISSED"],
    ];
    assert_eq!(table.0, rows);
}
