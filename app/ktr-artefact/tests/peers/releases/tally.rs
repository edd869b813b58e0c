//! What one judge said of many: how many it accepted, and why it refused the first of the rest.
//! It judges nothing.

use std::fmt;

/// Refusals that are told in words.
const TOLD: usize = 3;

/// A judge and what it said so far.
pub(crate) struct Tally {
    judge: String,
    of: &'static str,
    asked: usize,
    refused: usize,
    reasons: Vec<String>,
}

impl Tally {
    /// A judge by name and version, and what it is asked about.
    pub(crate) fn new(judge: &str, version: &str, of: &'static str) -> Self {
        Self {
            judge: format!("{judge} | {version}"),
            of,
            asked: 0,
            refused: 0,
            reasons: Vec::new(),
        }
    }

    /// Takes in one verdict; a refusal says why.
    pub(crate) fn take(&mut self, verdict: Result<(), String>) {
        self.asked = self.asked.saturating_add(1);
        if let Err(why) = verdict {
            self.refused = self.refused.saturating_add(1);
            if self.reasons.len() < TOLD {
                self.reasons.push(format!("{}: {why}", self.judge));
            }
        }
    }

    /// The same for a judge that only says whether.
    pub(crate) fn hold(&mut self, is_accepted: bool, why: impl FnOnce() -> String) {
        self.take(is_accepted.then_some(()).ok_or_else(why));
    }

    /// The refusals of all, as far as they are told.
    pub(crate) fn refusals(tallies: &[Self]) -> Vec<&String> {
        tallies.iter().flat_map(|tally| &tally.reasons).collect()
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let accepted = self.asked.saturating_sub(self.refused);
        write!(
            f,
            "| {} | accepted {accepted} of {} {} |",
            self.judge, self.asked, self.of
        )
    }
}
