//! Hosts of shares in what a rule looks for: no selection may name one, negated or not (design: bundle, section 6.1).
//! No wildcard is put in the place of the host: a selection would then look for something else than its writer did.

use rsigma_parser::{
    Detection, DetectionItem, Detections, Modifier, SigmaString, SigmaValue, SpecialChar,
    StringPart,
};

use crate::{
    finding::{Rule, rule},
    rules::yara::{hosts, is_folder},
};

/// Checks that no value names the host of a share.
///
/// # Errors
/// [`rule::SIGMA_SHARE`]; [`rule::SIGMA_REGEX`] for an expression whose counts spell more than is looked at.
pub(super) fn check(detections: &Detections) -> Result<(), Rule> {
    detections.named.values().try_for_each(check_detection)
}

fn check_detection(detection: &Detection) -> Result<(), Rule> {
    match detection {
        Detection::AllOf(items) => items.iter().try_for_each(check_item),
        Detection::AnyOf(parts) | Detection::And(parts) => {
            parts.iter().try_for_each(check_detection)
        }
        Detection::Keywords(values) => values.iter().try_for_each(check_value),
        Detection::ArrayMatch { body, .. } => check_detection(body),
        Detection::Conditional { named, .. } => named.values().try_for_each(check_detection),
    }
}

fn check_item(item: &DetectionItem) -> Result<(), Rule> {
    if !item.field.has_modifier(Modifier::Re) {
        return item.values.iter().try_for_each(check_value);
    }
    item.values.iter().try_for_each(|value| match value {
        SigmaValue::String(text) => check_expression(&text.original),
        SigmaValue::Integer(_) | SigmaValue::Float(_) | SigmaValue::Bool(_) | SigmaValue::Null => {
            Ok(())
        }
    })
}

/// A value is read as Sigma means it, where `\\\\` is two backslashes, and as it is written: many forget to escape. There a folder may be meant,
/// whose backslash alone was escaped.
fn check_value(value: &SigmaValue) -> Result<(), Rule> {
    match value {
        SigmaValue::String(text) => {
            check_expression(&meant(text))?;
            let written = regex::escape(&text.original);
            let names = hosts_of(&written)?;
            refuse(names.into_iter().any(|name| !is_folder(name)))
        }
        SigmaValue::Integer(_) | SigmaValue::Float(_) | SigmaValue::Bool(_) | SigmaValue::Null => {
            Ok(())
        }
    }
}

/// An expression for what a value means.
fn meant(text: &SigmaString) -> String {
    let parts = text.parts.iter();
    parts
        .map(|part| match part {
            StringPart::Plain(plain) => regex::escape(plain),
            StringPart::Special(SpecialChar::WildcardMulti) => String::from(".*"),
            StringPart::Special(SpecialChar::WildcardSingle) => String::from("."),
        })
        .collect()
}

fn check_expression(expression: &str) -> Result<(), Rule> {
    refuse(!hosts_of(expression)?.is_empty())
}

const fn refuse(names_a_host: bool) -> Result<(), Rule> {
    if names_a_host {
        Err(rule::SIGMA_SHARE)
    } else {
        Ok(())
    }
}

/// The names of hosts as an expression writes them.
fn hosts_of(expression: &str) -> Result<Vec<&str>, Rule> {
    // The only errors are of what is no expression, which was asked before, and of counts that spell too much.
    let places = hosts(expression).map_err(|_rule| rule::SIGMA_REGEX)?;
    let names = places.into_iter();
    Ok(names
        .map(|place| expression.get(place).unwrap_or_default())
        .collect())
}
