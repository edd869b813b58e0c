//! Reads a rule with both readers and refuses what steers an engine, needs a setting, or is not of the specification.
//! Nothing is changed here.

use regex::RegexBuilder;
use rsigma_parser::{Detection, DetectionItem, Modifier, SigmaRule, SigmaValue, parse_sigma_yaml};

use super::document;
use crate::{
    finding::{Rule, rule},
    limits,
};

/// Top-level keys of `SigmaHQ`'s own bookkeeping. They mean nothing to an engine and are left out.
const BOOKKEEPING: [&str; 2] = ["regression_tests_path", "simulation"];

/// Reads one rule.
///
/// # Errors
/// [`rule::SIGMA_YAML`], [`rule::SIGMA_SYNTAX`], [`rule::SIGMA_KIND`], [`rule::SIGMA_ATTRIBUTE`], [`rule::SIGMA_DIALECT`],
/// [`rule::SIGMA_EXPAND`], [`rule::SIGMA_REGEX`], [`rule::SIGMA_SECOND_READER`].
pub(super) fn read(text: &str) -> Result<SigmaRule, Rule> {
    document::check(text)?;
    let collection = parse_sigma_yaml(text).map_err(|_error| rule::SIGMA_SYNTAX)?;
    if !collection.correlations.is_empty() || !collection.filters.is_empty() {
        return Err(rule::SIGMA_KIND);
    }
    if collection.has_errors() {
        return Err(rule::SIGMA_SYNTAX);
    }
    let [parsed]: [SigmaRule; 1] = collection
        .rules
        .try_into()
        .map_err(|_rules| rule::SIGMA_SYNTAX)?;
    let mut attributes = parsed.custom_attributes.keys();
    if attributes.any(|key| !BOOKKEEPING.contains(&key.as_str())) {
        return Err(rule::SIGMA_ATTRIBUTE);
    }
    check_dialect(&parsed)?;
    for item in parsed.detection.named.values().flat_map(items) {
        check_item(item)?;
    }
    sigma_rust::rule_from_yaml(text).map_err(|_error| rule::SIGMA_SECOND_READER)?;
    Ok(parsed)
}

/// Every item of a detection, at any depth.
pub(super) fn items(detection: &Detection) -> Vec<&DetectionItem> {
    match detection {
        Detection::AllOf(items) => items.iter().collect(),
        Detection::AnyOf(parts) | Detection::And(parts) => parts.iter().flat_map(items).collect(),
        Detection::ArrayMatch { body, .. } => items(body),
        Detection::Conditional { named, .. } => named.values().flat_map(items).collect(),
        Detection::Keywords(_) => Vec::new(),
    }
}

fn check_dialect(parsed: &SigmaRule) -> Result<(), Rule> {
    let foreign = parsed.sigma_version.is_some()
        || parsed.detection.timeframe.is_some()
        || parsed.detection.conditions.is_empty()
        || parsed
            .taxonomy
            .as_deref()
            .is_some_and(|name| name != "sigma")
        || !parsed.detection.named.values().all(is_plain);
    if foreign {
        Err(rule::SIGMA_DIALECT)
    } else {
        Ok(())
    }
}

fn is_plain(detection: &Detection) -> bool {
    match detection {
        Detection::AllOf(_) | Detection::Keywords(_) => true,
        Detection::AnyOf(parts) => parts.iter().all(is_plain),
        Detection::ArrayMatch { .. } | Detection::And(_) | Detection::Conditional { .. } => false,
    }
}

fn check_item(item: &DetectionItem) -> Result<(), Rule> {
    if item.field.has_modifier(Modifier::Expand) {
        return Err(rule::SIGMA_EXPAND);
    }
    if !item.field.has_modifier(Modifier::Re) {
        return Ok(());
    }
    let compiles = item.values.iter().all(|value| {
        let mut regex = RegexBuilder::new(&pattern(value));
        regex.size_limit(limits::REGEX_MAX).build().is_ok()
    });
    if compiles {
        Ok(())
    } else {
        Err(rule::SIGMA_REGEX)
    }
}

fn pattern(value: &SigmaValue) -> String {
    match value {
        SigmaValue::String(text) => text.original.clone(),
        SigmaValue::Integer(_) | SigmaValue::Float(_) | SigmaValue::Bool(_) | SigmaValue::Null => {
            value.to_string()
        }
    }
}
