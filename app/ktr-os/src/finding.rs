//! What a program's `doctor` says about one thing: a verdict, what was seen, what to do.
//! It holds counts, ids, keys of the configuration; never a secret.

use std::{cmp::Reverse, fmt};

use serde::Serialize;

/// How a thing is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// As it must be.
    Good,
    /// It cannot be seen from here.
    Unverified,
    /// It works, and should not stay so.
    Weak,
    /// It must be mended.
    Wrong,
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Good => "good",
            Self::Unverified => "unverified",
            Self::Weak => "weak",
            Self::Wrong => "wrong",
        })
    }
}

/// What was found about one thing. Shown, it is one line of a table.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Finding {
    /// Which thing: stable, for programs.
    pub check: &'static str,
    /// How it is.
    pub verdict: Verdict,
    /// What was seen, and what to do.
    pub says: String,
}

impl Finding {
    /// What was found, in words.
    pub fn new(check: &'static str, verdict: Verdict, says: impl Into<String>) -> Self {
        Self {
            check,
            verdict,
            says: says.into(),
        }
    }

    /// Good with a word, or wrong with the error's.
    pub fn of<E: fmt::Display>(check: &'static str, result: Result<String, E>) -> Self {
        match result {
            Ok(says) => Self::new(check, Verdict::Good, says),
            Err(error) => Self::new(check, Verdict::Wrong, error.to_string()),
        }
    }

    /// Puts what must be mended first; what is equally bad stays in its order.
    pub fn worst_first(findings: &mut [Self]) {
        findings.sort_by_key(|found| Reverse(found.verdict));
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:<10} {:<14} {}", self.verdict, self.check, self.says)
    }
}
