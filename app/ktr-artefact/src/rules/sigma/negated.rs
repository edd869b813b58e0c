//! What a rule leaves out: in an own rule the likeliest place for a name of the victim's.
//! Negated selections may name no host, user, domain, address or mailbox, and only public paths; whole blocks of inner addresses are everybody's.

use rsigma_parser::{
    ConditionExpr, Detection, DetectionItem, Detections, SelectorPattern, SigmaString, SigmaValue,
    StringPart, detection_name_matches,
};

use super::{read::items, vendor};

/// Parts of field names that hold a host, a user, a domain, an address or a mailbox.
const NAMING: [&str; 14] = [
    "account",
    "address",
    "computer",
    "dns",
    "domain",
    "host",
    "ip",
    "mail",
    "recipient",
    "sender",
    "server",
    "sid",
    "user",
    "workstation",
];

/// Whole blocks of private, loopback and link-local addresses, and this host: the same in every network. A part of one is not here.
const BLOCKS: [&str; 16] = [
    "10.",
    "10.0.0.0/8",
    "127.",
    "127.0.0.0/8",
    "127.0.0.1",
    "169.254.",
    "169.254.0.0/16",
    "172.16.0.0/12",
    "192.168.",
    "192.168.0.0/16",
    "::1",
    "::1/128",
    "fc00::/7",
    "fd00::/8",
    "fe80::/10",
    "localhost",
];

/// Whether every negated selection is free of what could name the victim.
pub(super) fn is_anonymous(detections: &Detections) -> bool {
    let named = detections.named.iter();
    named
        .filter(|(name, _)| is_negated(name, detections))
        .all(|(_, detection)| !has_keywords(detection) && items(detection).into_iter().all(is_free))
}

fn is_negated(name: &str, detections: &Detections) -> bool {
    name.starts_with("filter")
        || detections
            .conditions
            .iter()
            .any(|condition| negates(condition, name, false))
}

fn negates(condition: &ConditionExpr, name: &str, under: bool) -> bool {
    match condition {
        ConditionExpr::And(parts) | ConditionExpr::Or(parts) => {
            parts.iter().any(|part| negates(part, name, under))
        }
        ConditionExpr::Not(part) => negates(part, name, true),
        ConditionExpr::Identifier(identifier) => under && identifier == name,
        ConditionExpr::Selector { pattern, .. } => {
            under
                && match pattern {
                    SelectorPattern::Them => true,
                    SelectorPattern::Pattern(pattern) => detection_name_matches(pattern, name),
                }
        }
    }
}

fn has_keywords(detection: &Detection) -> bool {
    match detection {
        Detection::Keywords(_) => true,
        Detection::AnyOf(parts) | Detection::And(parts) => parts.iter().any(has_keywords),
        Detection::AllOf(_) | Detection::ArrayMatch { .. } | Detection::Conditional { .. } => false,
    }
}

fn is_free(item: &DetectionItem) -> bool {
    let field = item.field.name.as_deref().unwrap_or_default();
    let names = names_somebody(field);
    item.values.iter().all(|value| match value {
        SigmaValue::String(text) => {
            let literal = literal(text);
            let is_block = BLOCKS.contains(&literal.to_lowercase().as_str());
            let nameless = !names || literal.is_empty();
            let public = !is_path(&literal) || vendor::is_public(&literal);
            is_block || (nameless && public)
        }
        SigmaValue::Integer(_) | SigmaValue::Float(_) => !names,
        SigmaValue::Bool(_) | SigmaValue::Null => true,
    })
}

/// Whether a field holds a name: words of the field name are compared, so that `Description` holds no `ip`.
fn names_somebody(field: &str) -> bool {
    let lower = field.to_lowercase();
    let short = ["ip", "sid"];
    NAMING.iter().any(|naming| {
        if short.contains(naming) {
            words(field).iter().any(|word| word == naming)
        } else {
            lower.contains(naming)
        }
    })
}

/// Words of `SourceIp`, `src_ip` and `c-ip`, in lower case.
fn words(field: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut after_lower = false;
    for c in field.chars() {
        if !c.is_alphanumeric() || (c.is_uppercase() && after_lower) {
            words.push(String::new());
        }
        after_lower = c.is_lowercase();
        if let Some(word) = words.last_mut().filter(|_| c.is_alphanumeric()) {
            word.extend(c.to_lowercase());
        }
    }
    words
}

fn literal(text: &SigmaString) -> String {
    let parts = text.parts.iter();
    parts
        .filter_map(|part| match part {
            StringPart::Plain(plain) => Some(plain.as_str()),
            StringPart::Special(_) => None,
        })
        .collect()
}

/// Whether a literal is a path or the name of a program.
fn is_path(literal: &str) -> bool {
    let lower = literal.to_lowercase();
    lower.contains(['\\', '/'])
        || [".exe", ".dll", ".sys"]
            .iter()
            .any(|end| lower.contains(end))
}
