//! Tries the YARA rules of a form: whether each compiles, and fires on its sample before and after cleaning.
//! The engine is a port: this crate runs nothing.

use super::{Document, Nomination};
use crate::{
    finding::{Finding, Place, Rule, rule},
    rules::{RuleKind, sample},
};

/// What an engine answers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Answer {
    /// It does.
    Yes,
    /// It does not.
    No,
    /// Nothing came within the engine's time.
    Late,
}

/// What compiles and runs YARA.
pub trait Engine {
    /// Why it could not be asked.
    type Error;

    /// Whether this text compiles without a warning.
    ///
    /// # Errors
    /// If the engine cannot be asked.
    fn compiles(&self, text: &str) -> Result<Answer, Self::Error>;

    /// Whether a rule of this text reports a match of this sample.
    ///
    /// # Errors
    /// If the engine cannot be asked.
    fn fires(&self, text: &str, sample: &[u8]) -> Result<Answer, Self::Error>;
}

/// Tries every YARA rule of a form that was checked, as written and as it leaves.
///
/// The findings are [`rule::YARA_ENGINE`], [`rule::YARA_SILENT`], [`rule::YARA_LATE`] and [`rule::YARA_POSITIVE`], by the paths of the form; none
/// means that all fire.
///
/// # Errors
/// If the engine cannot be asked.
pub fn try_yara<E: Engine>(
    document: &Document,
    nomination: &Nomination,
    engine: &E,
) -> Result<Vec<Finding>, E::Error> {
    let mut findings = Vec::new();
    let pairs = document.rules.iter().zip(&nomination.rules);
    for (index, (entry, accepted)) in pairs.enumerate() {
        if entry.kind != RuleKind::Yara {
            continue;
        }
        if let Some(rule) = trial(engine, &entry.text, accepted.text(), &entry.positive)? {
            findings.push(rule.at(Place::path(format!("rules[{index}]"))));
        }
    }
    Ok(findings)
}

fn trial<E: Engine>(
    engine: &E,
    before: &str,
    after: &str,
    positive: &str,
) -> Result<Option<Rule>, E::Error> {
    let sample = match sample(positive) {
        Ok(sample) => sample,
        Err(rule) => return Ok(Some(rule)),
    };
    let said = |answer, otherwise| match answer {
        Answer::Yes => None,
        Answer::No => Some(otherwise),
        Answer::Late => Some(rule::YARA_LATE),
    };
    if let Some(rule) = said(engine.compiles(after)?, rule::YARA_ENGINE) {
        return Ok(Some(rule));
    }
    if let Some(rule) = said(engine.fires(before, &sample)?, rule::YARA_SILENT) {
        return Ok(Some(rule));
    }
    Ok(said(engine.fires(after, &sample)?, rule::YARA_SILENT))
}
