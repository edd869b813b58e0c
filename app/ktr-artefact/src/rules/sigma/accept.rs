//! When a Sigma rule of a form is accepted, and when a text in a bundle is one that was.
//! Both ways end in the same bytes: a text is read as accepted only if cleaning it changes nothing.

use rsigma_parser::SigmaRule;

use super::{
    clean::{Cleaned, clean},
    fire::Event,
    negated,
    read::read,
    share,
};
use crate::{
    finding::{Rule, rule},
    rules::{AcceptedRule, Origin, RuleKind, licence},
};

/// Accepts a rule of a form: cleaned, and firing on `positive` before and after.
///
/// # Errors
/// A rule of range 700, or one about the text that would leave.
pub(in crate::rules) fn accept(
    text: &str,
    origin: Origin,
    licence: &str,
    positive: &str,
) -> Result<AcceptedRule, Rule> {
    let event = Event::parse(positive)?;
    let parsed = read(text)?;
    let cleaned = judge(&parsed, origin, licence)?;
    if event.sets_off(&parsed, text) && event.sets_off(&cleaned.rule, &cleaned.text) {
        Ok(sigma(cleaned, licence))
    } else {
        Err(rule::SIGMA_SILENT)
    }
}

/// Reads a text that stands in a bundle; whether it fires was tried where its event was.
///
/// # Errors
/// As [`accept`], and [`rule::SIGMA_CHANGED`] if it is not as cleaning would leave it.
pub(in crate::rules) fn reread(text: &str) -> Result<AcceptedRule, Rule> {
    let parsed = read(text)?;
    let origin = match parsed.author {
        Some(_) => Origin::ThirdParty,
        None => Origin::Own,
    };
    let licence = parsed.license.clone().ok_or(rule::SIGMA_LICENCE)?;
    let cleaned = judge(&parsed, origin, &licence)?;
    if cleaned.text == text {
        Ok(sigma(cleaned, &licence))
    } else {
        Err(rule::SIGMA_CHANGED)
    }
}

/// Whether a negated selection of a text could name somebody; of a text that is no rule, nothing is known.
pub(in crate::rules) fn leaves_out_somebody(text: &str) -> bool {
    read(text).is_ok_and(|parsed| !negated::is_anonymous(&parsed.detection))
}

fn judge(parsed: &SigmaRule, origin: Origin, licence: &str) -> Result<Cleaned, Rule> {
    let stated = parsed.license.as_deref();
    if !licence::is_allowed(licence) || stated.is_some_and(|stated| stated != licence) {
        return Err(rule::SIGMA_LICENCE);
    }
    if origin == Origin::Own && !negated::is_anonymous(&parsed.detection) {
        return Err(rule::SIGMA_NEGATED);
    }
    // What is cleaned is short enough to be spelled out; what was written shows more, for a backslash that nobody escaped is one less then.
    let cleaned = clean(parsed, origin, licence)?;
    share::check(&parsed.detection)?;
    Ok(cleaned)
}

fn sigma(cleaned: Cleaned, licence: &str) -> AcceptedRule {
    AcceptedRule {
        kind: RuleKind::Sigma,
        text: cleaned.text,
        name: cleaned.rule.title,
        licence: licence.to_owned(),
        author: cleaned.rule.author,
    }
}
