//! How often something took how long, in steps that are the same for everything.
//! Whole microseconds; no floating point.

use std::{fmt::Write, time::Duration};

use super::page::line;

/// The steps' upper ends in microseconds: from one call on a Unix socket to what an operator is woken for.
const STEPS_MICROS: [u64; 16] = [
    25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000,
    1_000_000, 5_000_000,
];

/// One histogram.
#[derive(Clone, Debug, Default)]
pub(super) struct Histogram {
    steps: [u64; STEPS_MICROS.len()],
    count: u64,
    sum: Duration,
}

impl Histogram {
    /// Counts one.
    pub(super) fn add(&mut self, took: Duration) {
        let micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        for (step, end) in self.steps.iter_mut().zip(STEPS_MICROS) {
            if micros <= end {
                *step = step.saturating_add(1);
            }
        }
        self.count = self.count.saturating_add(1);
        self.sum = self.sum.saturating_add(took);
    }

    /// Its lines. `label` is empty or `name="value"`.
    pub(super) fn write(&self, page: &mut String, name: &str, label: &str) {
        let comma = if label.is_empty() { "" } else { "," };
        for (step, end) in self.steps.iter().zip(STEPS_MICROS) {
            let end = seconds(Duration::from_micros(end));
            line(
                page,
                format_args!("{name}_bucket{{{label}{comma}le=\"{end}\"}} {step}"),
            );
        }
        line(
            page,
            format_args!("{name}_bucket{{{label}{comma}le=\"+Inf\"}} {}", self.count),
        );
        let braces = if label.is_empty() {
            String::new()
        } else {
            format!("{{{label}}}")
        };
        line(
            page,
            format_args!("{name}_sum{braces} {}", seconds(self.sum)),
        );
        line(page, format_args!("{name}_count{braces} {}", self.count));
    }
}

/// Seconds with six places, without the zeros at the end.
fn seconds(time: Duration) -> String {
    let mut text = time.as_secs().to_string();
    let places = format!("{:06}", time.subsec_micros());
    let places = places.trim_end_matches('0');
    if !places.is_empty() && write!(text, ".{places}").is_err() {
        tracing::debug!("memory refused a number");
    }
    text
}
