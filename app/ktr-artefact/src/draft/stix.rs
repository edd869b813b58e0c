//! STIX 2.1 bundles: indicators whose pattern is one equality, or a list of equalities joined by OR, which is split.
//! Everything else is counted by type: observations and identities may be the victim's.

use std::collections::BTreeSet;

use serde::{Deserialize, de::IgnoredAny};

use super::{
    entry::Offer,
    gather::{Taker, json},
};
use crate::{
    finding::{Finding, Place, rule},
    form::IndicatorType,
    ioc::Type,
    limits,
    pattern::{
        Comparator, Comparison, Constraint, Literal, ObjectPath, Observation, Pattern, Step, Test,
    },
};

#[derive(Deserialize)]
struct Bundle {
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    objects: Vec<Object>,
}

#[derive(Deserialize)]
struct Object {
    #[serde(rename = "type")]
    kind: String,
    pattern: Option<String>,
    pattern_type: Option<String>,
    confidence: Option<u8>,
    #[serde(default)]
    revoked: bool,
    #[serde(default)]
    indicator_types: Vec<String>,
    kill_chain_phases: Option<Vec<IgnoredAny>>,
}

/// Reads a bundle.
///
/// # Errors
/// [`rule::NOT_JSON`], [`rule::DRAFT_SHAPE`].
pub(super) fn read(text: &str, taker: &mut Taker) -> Result<(), Finding> {
    let bundle: Bundle = json(text)?;
    if bundle.kind != "bundle" {
        return Err(rule::DRAFT_SHAPE.at(Place::named("type")));
    }
    for (index, object) in bundle.objects.iter().enumerate() {
        if object.kind == "indicator" {
            indicator(object, &format!("objects[{index}]"), taker);
        } else {
            taker.list_named("object", &object.kind);
        }
    }
    Ok(())
}

fn indicator(object: &Object, place: &str, taker: &mut Taker) {
    let language = object.pattern_type.as_deref().unwrap_or("stix");
    if object.revoked {
        return taker.list("indicator that is revoked");
    }
    if language != "stix" {
        return taker.list_named("indicator, pattern in", language);
    }
    let text = object.pattern.as_deref().unwrap_or_default();
    let read = if text.len() > limits::PATTERN_MAX {
        Err(rule::PATTERN_TOO_LONG)
    } else {
        Pattern::parse(text)
    };
    let Ok(pattern) = read else {
        return taker.list("indicator, pattern that cannot be read");
    };
    let mut tests = Vec::new();
    if !alternatives(pattern.observation(), &mut tests) {
        return taker.list("indicator, pattern of more than equalities joined by OR");
    }
    let phases = object.kill_chain_phases.as_ref().map_or(0, Vec::len);
    taker.list_all("phase of a kill chain", phases);
    for test in tests {
        match equality(test) {
            Some((kind, value)) => taker.take(
                &Offer {
                    kind,
                    value,
                    credibility: object.confidence.map(credibility),
                    indicator_types: indicator_types(&object.indicator_types),
                },
                place,
            ),
            None => taker.list_named("equality about", test.path.object_type),
        }
    }
}

/// The tests of which any one suffices; false if the pattern says more than that.
fn alternatives<'a>(observation: &'a Observation<'a>, tests: &mut Vec<&'a Test<'a>>) -> bool {
    match observation {
        Observation::Or(parts) => parts.iter().all(|part| alternatives(part, tests)),
        Observation::Group(inner, qualifiers) => {
            qualifiers.is_empty() && alternatives(inner, tests)
        }
        Observation::Simple(comparison, qualifiers) => {
            qualifiers.is_empty() && compared(comparison, tests)
        }
        Observation::And(_) | Observation::FollowedBy(_) => false,
    }
}

fn compared<'a>(comparison: &'a Comparison<'a>, tests: &mut Vec<&'a Test<'a>>) -> bool {
    match comparison {
        Comparison::Or(parts) => parts.iter().all(|part| compared(part, tests)),
        Comparison::Test(test) => {
            let equal = matches!(
                test.constraint,
                Constraint::Compare(Comparator::Equal, Literal::Text(_))
            );
            tests.push(test);
            equal && !test.negated
        }
        Comparison::And(_) => false,
    }
}

/// Type and value of an equality that the form has a type for.
fn equality<'a>(test: &'a Test<'a>) -> Option<(Type, &'a str)> {
    let Constraint::Compare(Comparator::Equal, Literal::Text(value)) = &test.constraint else {
        return None;
    };
    Some((kind(&test.path)?, value))
}

fn kind(path: &ObjectPath<'_>) -> Option<Type> {
    let keys: Option<Vec<&str>> = path
        .steps
        .iter()
        .map(|step| match step {
            Step::Key(key) => Some(key.as_ref()),
            Step::Index(_) | Step::Any => None,
        })
        .collect();
    match (path.object_type, keys?.as_slice()) {
        ("ipv4-addr", ["value"]) => Some(Type::Ipv4),
        ("ipv6-addr", ["value"]) => Some(Type::Ipv6),
        ("domain-name", ["value"]) => Some(Type::Domain),
        ("url", ["value"]) => Some(Type::Url),
        ("email-addr", ["value"]) => Some(Type::Email),
        ("file", ["name"]) => Some(Type::Filename),
        ("file", ["hashes", name]) if is_digest(name) => Some(Type::Hash),
        ("x509-certificate", ["hashes", name]) if is_digest(name) => Some(Type::Certificate),
        ("mutex", ["name"]) => Some(Type::Mutex),
        ("windows-registry-key", ["key"]) => Some(Type::Regkey),
        _ => None,
    }
}

/// An algorithm of the form; fuzzy hashes and those of parts are none.
fn is_digest(name: &str) -> bool {
    let plain: String = name.chars().filter(|c| *c != '-').collect();
    ["md5", "sha1", "sha256", "sha512"].contains(&plain.to_ascii_lowercase().as_str())
}

/// The inverse of STIX's scale (STIX 2.1, appendix A).
const fn credibility(confidence: u8) -> u8 {
    match confidence {
        80.. => 1,
        60..80 => 2,
        40..60 => 3,
        20..40 => 4,
        0..20 => 5,
    }
}

/// Those of the form's vocabulary; nothing if none is.
fn indicator_types(names: &[String]) -> Option<BTreeSet<IndicatorType>> {
    let types: BTreeSet<IndicatorType> = names
        .iter()
        .filter_map(|name| {
            let name = serde::de::value::StrDeserializer::<serde::de::value::Error>::new(name);
            IndicatorType::deserialize(name).ok()
        })
        .collect();
    Some(types).filter(|types| !types.is_empty())
}
