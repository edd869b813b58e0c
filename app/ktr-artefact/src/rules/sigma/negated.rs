//! What a rule leaves out: in an own rule the likeliest place for a name of the victim's.
//! Negated selections may name no host, user, domain, address or mailbox, and only public paths; whole blocks of inner addresses are everybody's.

use rsigma_parser::{
    ConditionExpr, Detection, DetectionItem, Detections, SelectorPattern, SigmaString, SigmaValue,
    StringPart, detection_name_matches,
};

use super::{read::items, vendor};

/// Parts of field names that hold a host, a user, a domain, an address or a mailbox.
const NAMING: [&str; 12] = [
    "account",
    "address",
    "computer",
    "dns",
    "domain",
    "host",
    "mail",
    "recipient",
    "sender",
    "server",
    "user",
    "workstation",
];

/// The same where they are words of their own, so that `Description` holds no `ip`.
const WORDS: [&str; 5] = ["addr", "ip", "sid", "srcaddr", "upn"];

/// Words that hold a name where nothing but [`NAMES`] follows: `DeviceName` and `src`, but no `DeviceAction` and no `SrcPort`.
const THINGS: [&str; 6] = ["client", "device", "dvc", "machine", "owner", "src"];

/// What of a thing names it.
const NAMES: [&str; 3] = ["id", "name", "names"];

/// Fields of who made a program: some house makes its own.
const MAKERS: [&str; 5] = ["company", "companyname", "publisher", "signature", "signer"];

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
    let is_maker = MAKERS.contains(&field.to_lowercase().as_str());
    let names = is_maker || names_somebody(field);
    item.values.iter().all(|value| match value {
        SigmaValue::String(text) => {
            let literal = literal(text);
            let is_block = BLOCKS.contains(&literal.to_lowercase().as_str());
            let known = is_maker && vendor::is_maker(&literal);
            let nameless = !names || literal.is_empty() || known;
            let public = !is_path(&literal) || vendor::is_public(&literal);
            is_block || (nameless && public)
        }
        SigmaValue::Integer(_) | SigmaValue::Float(_) => !names,
        SigmaValue::Bool(_) | SigmaValue::Null => true,
    })
}

/// Whether a field holds a name, by its parts and by its words.
fn names_somebody(field: &str) -> bool {
    let lower = field.to_lowercase();
    let words = words(field);
    NAMING.iter().any(|naming| lower.contains(naming))
        || words.iter().any(|word| WORDS.contains(&word.as_str()))
        || names_a_thing(&words)
}

/// Whether a word is a thing, alone or joined to what names it, and nothing else follows: `machinename`, `src`, `DeviceName`.
fn names_a_thing(words: &[String]) -> bool {
    let mut last = words.iter().rev().map(String::as_str);
    let Some(end) = last.by_ref().find(|word| !word.is_empty()) else {
        return false;
    };
    let joined = THINGS.iter().any(|thing| {
        end.strip_prefix(thing)
            .is_some_and(|rest| rest.is_empty() || NAMES.contains(&rest))
    });
    let before = last.find(|word| !word.is_empty());
    joined || (NAMES.contains(&end) && before.is_some_and(|word| THINGS.contains(&word)))
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
