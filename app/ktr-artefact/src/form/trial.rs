//! Tries the YARA rules of a form: whether each compiles, and fires on its sample before and after cleaning.
//! The engine is a port: this crate runs nothing.

use super::{Document, Nomination};
use crate::{
    finding::{Finding, Place, Rule, rule},
    rules::{RuleKind, sample},
};

/// What compiles and runs YARA.
pub trait Engine {
    /// Why it could not be asked.
    type Error;

    /// Whether this text compiles without a warning.
    ///
    /// # Errors
    /// If the engine cannot be asked.
    fn compiles(&self, text: &str) -> Result<bool, Self::Error>;

    /// Whether a rule of this text reports a match of this sample.
    ///
    /// # Errors
    /// If the engine cannot be asked.
    fn fires(&self, text: &str, sample: &[u8]) -> Result<bool, Self::Error>;
}

/// Tries every YARA rule of a form that was checked, as written and as it leaves.
///
/// The findings are [`rule::YARA_ENGINE`], [`rule::YARA_SILENT`] and [`rule::YARA_POSITIVE`], by the paths of the form; none means that all fire.
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
    if !engine.compiles(after)? {
        return Ok(Some(rule::YARA_ENGINE));
    }
    let fires = engine.fires(before, &sample)? && engine.fires(after, &sample)?;
    Ok((!fires).then_some(rule::YARA_SILENT))
}
