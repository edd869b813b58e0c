//! When a YARA text of a form is accepted, and when a text in a bundle is one that was.
//! Both ways end in the same bytes: a text is read as accepted only if cleaning it changes nothing.

use base64::{Engine, engine::general_purpose::STANDARD};

use super::{
    clean::{clean, values},
    read::read,
    tree::Tree,
};
use crate::{
    finding::{Rule, rule},
    rules::{AcceptedRule, Origin, RuleKind, licence},
};

/// Accepts a text of a form; whether it fires on `positive` is for an engine to say.
///
/// # Errors
/// A rule of range 800, or one about the text that would leave.
pub(in crate::rules) fn accept(
    text: &str,
    origin: Origin,
    licence: &str,
    positive: &str,
) -> Result<AcceptedRule, Rule> {
    sample(positive)?;
    judge(&read(text)?, origin, licence)
}

/// Reads a text that stands in a bundle.
///
/// # Errors
/// As [`accept`], and [`rule::YARA_CHANGED`] if it is not as cleaning would leave it.
pub(in crate::rules) fn reread(text: &str) -> Result<AcceptedRule, Rule> {
    let parsed = read(text)?;
    let origin = if parsed
        .rules
        .iter()
        .any(|rule| values(rule, "author").next().is_some())
    {
        Origin::ThirdParty
    } else {
        Origin::Own
    };
    let mut stated = parsed.rules.iter().flat_map(|rule| values(rule, "license"));
    let licence = stated.next().ok_or(rule::YARA_LICENCE)?.to_owned();
    let accepted = judge(&parsed, origin, &licence)?;
    if accepted.text() == text {
        Ok(accepted)
    } else {
        Err(rule::YARA_CHANGED)
    }
}

/// The sample of a positive: octets in base64, since a form is text.
///
/// # Errors
/// [`rule::YARA_POSITIVE`].
pub fn sample(positive: &str) -> Result<Vec<u8>, Rule> {
    match STANDARD.decode(positive) {
        Ok(octets) if !octets.is_empty() => Ok(octets),
        Ok(_) | Err(_) => Err(rule::YARA_POSITIVE),
    }
}

fn judge(parsed: &Tree, origin: Origin, licence: &str) -> Result<AcceptedRule, Rule> {
    let mut stated = parsed.rules.iter().flat_map(|rule| {
        ["license", "licence"]
            .into_iter()
            .flat_map(|key| values(rule, key))
    });
    if !licence::is_allowed(licence) || stated.any(|stated| !licence::names(stated, licence)) {
        return Err(rule::YARA_LICENCE);
    }
    let cleaned = clean(parsed, origin, licence)?;
    Ok(AcceptedRule {
        kind: RuleKind::Yara,
        text: cleaned.text,
        name: cleaned.name,
        licence: licence.to_owned(),
        author: cleaned.author,
    })
}
