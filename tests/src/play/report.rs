//! What is left of a play: `month.json` for programs, one screen for people.
//! It judges nothing: an act says by itself whether it is ok.
#![expect(
    clippy::indexing_slicing,
    reason = "a JSON value answers null for what it has not"
)]

use std::{
    fmt::Write,
    fs,
    path::Path,
    time::{Duration, Instant},
};

use serde_json::{Value, json};

use super::{Act, Failure, Figures};

/// How one act went.
#[derive(Debug)]
enum Outcome {
    Ok(Figures),
    Failed(String),
    NotRun,
}

/// How all acts went.
#[derive(Debug, Default)]
pub struct Report {
    lines: Vec<(Act, Outcome, Duration)>,
}

impl Report {
    /// Plays these acts in their order; `tell` hears before each and after it. After a failed act no other is played, but each stands here.
    pub(crate) fn of(
        acts: impl IntoIterator<Item = Act>,
        mut tell: impl FnMut(Act, Option<&str>),
        mut perform: impl FnMut(Act) -> Result<Figures, Failure>,
    ) -> Self {
        let mut report = Self::default();
        for act in acts {
            if !report.is_ok() {
                report.not_run(act);
                continue;
            }
            tell(act, None);
            let (result, took) = timed(|| perform(act));
            report.played(act, result, took);
            tell(act, report.screen().lines().last());
        }
        report
    }

    /// Notes an act that was played.
    pub fn played(&mut self, act: Act, result: Result<Figures, Failure>, took: Duration) {
        let outcome =
            result.map_or_else(|failure| Outcome::Failed(failure.to_string()), Outcome::Ok);
        self.lines.push((act, outcome, took));
    }

    /// Notes an act that was not played because one before it failed.
    pub fn not_run(&mut self, act: Act) {
        self.lines.push((act, Outcome::NotRun, Duration::ZERO));
    }

    /// Whether every act noted here is ok.
    #[must_use]
    pub fn is_ok(&self) -> bool {
        self.lines
            .iter()
            .all(|(_, outcome, _)| matches!(outcome, Outcome::Ok(_)))
    }

    /// The JSON form: one object per act.
    #[must_use]
    pub fn json(&self) -> Value {
        let acts = self.lines.iter().map(|(act, outcome, took)| {
            let mut line = json!({
                "act": act.number(),
                "name": act.name(),
                "ok": matches!(outcome, Outcome::Ok(_)),
                "took_ms": u64::try_from(took.as_millis()).unwrap_or(u64::MAX),
            });
            match outcome {
                Outcome::Ok(figures) => line["figures"] = Value::Object(figures.clone()),
                Outcome::Failed(why) => line["error"] = json!(why),
                Outcome::NotRun => line["not_run"] = json!(true),
            }
            line
        });
        Value::Array(acts.collect())
    }

    /// Writes the JSON form to a file.
    ///
    /// # Errors
    /// [`Failure`] if the file cannot be written.
    pub fn write(&self, path: &Path) -> Result<(), Failure> {
        fs::write(path, format!("{:#}\n", self.json()))
            .map_err(|error| Failure::of(path.display(), error))
    }

    /// The screen for people.
    #[must_use]
    pub fn screen(&self) -> String {
        let mut screen = String::new();
        for (act, outcome, took) in &self.lines {
            let (mark, text) = match outcome {
                Outcome::Ok(figures) => ("ok", sentence(figures)),
                Outcome::Failed(why) => ("FAILED", why.clone()),
                Outcome::NotRun => ("not run", String::new()),
            };
            let seconds = took.as_millis() / 100;
            let (whole, tenth) = (seconds / 10, seconds % 10);
            let (number, name) = (act.number(), act.name());
            // Writing to a String cannot fail.
            if writeln!(
                screen,
                "{number:>3}  {name:<17} {mark:<9} {whole:>4}.{tenth} s  {text}"
            )
            .is_err()
            {
                break;
            }
        }
        screen
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the play tells how long an act took"
)]
fn timed<T>(perform: impl FnOnce() -> T) -> (T, Duration) {
    let start = Instant::now();
    let result = perform();
    (result, start.elapsed())
}

fn sentence(figures: &Figures) -> String {
    let parts = figures.iter().map(|(name, value)| {
        value.as_str().map_or_else(
            || format!("{name} {value}"),
            |text| format!("{name} {text}"),
        )
    });
    parts.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use serde_json::{Value, json};

    use super::{Act, Failure, Figures, Report};

    fn act(number: u8) -> Act {
        Act::new(number).expect("an act")
    }

    #[test]
    fn every_act_after_a_failed_one_stands_in_the_report_as_not_run() {
        let mut report = Report::default();
        let figures = Figures::from_iter([("seed".to_owned(), json!(5))]);
        report.played(act(1), Ok(figures), Duration::from_millis(1_234));
        report.played(act(2), Err(Failure::new("no")), Duration::ZERO);
        for number in 3..=10 {
            report.not_run(act(number));
        }
        assert!(!report.is_ok());
        let told = report.json();
        let acts = told.as_array().expect("one object per act");
        assert_eq!(acts.len(), 10);
        assert_eq!(acts[0]["figures"]["seed"], 5);
        assert_eq!(acts[0]["took_ms"], 1_234);
        assert_eq!(acts[1]["error"], "no");
        for later in &acts[2..] {
            assert_eq!(later["ok"], false);
            assert_eq!(later["not_run"], true);
            assert_eq!(later["figures"], Value::Null);
        }
        assert_eq!(report.screen().matches("not run").count(), 8);
    }
}
