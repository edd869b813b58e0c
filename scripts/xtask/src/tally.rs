//! Counts tests by kind from what `cargo test` prints. It runs nothing and judges nothing.

use std::collections::BTreeMap;
use std::fmt;

/// What sort of test a line of output is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    /// Beside the module, in `tests.rs`.
    Unit,
    /// Generated inputs: a test or its module is named after properties.
    Property,
    /// A sentence about the house, or a crate's own test from outside.
    Scenario,
    /// Recorded bytes.
    Vector,
    /// The real engine and the real homeserver.
    Net,
    /// An example in the documentation.
    Doc,
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unit => "unit",
            Self::Property => "property",
            Self::Scenario => "scenario",
            Self::Vector => "vector",
            Self::Net => "net",
            Self::Doc => "doc",
        })
    }
}

/// Tests that passed, by kind, those that were ignored, and what tests say they skipped (`SKIPPED 2: why`).
#[derive(Debug)]
pub(crate) struct Tally {
    target: Kind,
    passed: BTreeMap<Kind, u64>,
    failed: u64,
    ignored: u64,
    skipped: u64,
    /// A test whose outcome stands behind its own words.
    open: Option<String>,
}

impl Tally {
    /// Nothing counted yet.
    pub(crate) const fn new() -> Self {
        Self {
            target: Kind::Unit,
            passed: BTreeMap::new(),
            failed: 0,
            ignored: 0,
            skipped: 0,
            open: None,
        }
    }

    /// Takes in one line of output.
    pub(crate) fn line(&mut self, line: &str) {
        let line = line.trim();
        if let Some(target) = line.strip_prefix("Running ") {
            self.target = kind_of_target(target);
            self.open = None;
        } else if line.starts_with("Doc-tests ") {
            self.target = Kind::Doc;
        } else if let Some((name, words)) = line
            .strip_prefix("test ")
            .and_then(|rest| rest.split_once(" ..."))
        {
            self.open = None;
            let words = words.trim_start();
            if !self.count(name, words) {
                // In one thread and uncaught, a test's first words stand behind its name, and its outcome in a line of its own.
                self.open = Some(name.to_owned());
                self.hear(words);
            }
        } else if matches!(line, "ok" | "FAILED")
            && let Some(name) = self.open.take()
        {
            self.count(&name, line);
        } else {
            self.hear(line);
        }
    }

    /// What a test says.
    fn hear(&mut self, words: &str) {
        let Some(skipped) = words.strip_prefix("SKIPPED ") else {
            return;
        };
        let count = skipped
            .split([' ', ':'])
            .next()
            .and_then(|count| count.parse().ok());
        self.skipped = self.skipped.saturating_add(count.unwrap_or(1));
    }

    /// Tests ignored by an attribute.
    pub(crate) const fn ignored(&self) -> u64 {
        self.ignored
    }

    /// What tests said they skipped.
    pub(crate) const fn skipped(&self) -> u64 {
        self.skipped
    }

    /// Counts a test, unless what is said of it is no outcome.
    fn count(&mut self, name: &str, outcome: &str) -> bool {
        if outcome == "ok" {
            let kind = if name.contains("propert") {
                Kind::Property
            } else {
                self.target
            };
            let count = self.passed.entry(kind).or_default();
            *count = count.saturating_add(1);
        } else if outcome == "FAILED" {
            self.failed = self.failed.saturating_add(1);
        } else if outcome.starts_with("ignored") {
            self.ignored = self.ignored.saturating_add(1);
        } else {
            return false;
        }
        true
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let total = self
            .passed
            .values()
            .fold(0, |sum: u64, n| sum.saturating_add(*n));
        writeln!(
            f,
            "{total} passed, {} failed, {} skipped",
            self.failed,
            self.ignored.saturating_add(self.skipped)
        )?;
        let kinds: Vec<String> = self
            .passed
            .iter()
            .map(|(kind, n)| format!("{kind} {n}"))
            .collect();
        write!(f, "by kind: {}", kinds.join(", "))
    }
}

/// From `unittests src/lib.rs (.../ktr_core-0123)` or `it/main.rs (.../it-0123)`.
fn kind_of_target(text: &str) -> Kind {
    if text.starts_with("unittests ") {
        return Kind::Unit;
    }
    let file = text.rsplit('/').next().unwrap_or(text);
    let name = file.rsplit_once('-').map_or(file, |(name, _)| name);
    match name {
        "net" => Kind::Net,
        "vectors" => Kind::Vector,
        _ if name.contains("propert") => Kind::Property,
        _ => Kind::Scenario,
    }
}
