//! What is kept of a rule, and the text it is written in.
//! A key that is not named here does not leave the house.

use rsigma_parser::{Detection, DetectionItem, LogSource, SigmaRule, SigmaValue, emit_rule_yaml};
use sha2::{Digest, Sha256};

use super::read::read;
use crate::{
    finding::{Rule, rule},
    limits,
    rules::{Origin, provenance},
    text::{check_rule_title, is_clean, plain},
};

/// A cleaned rule and its text.
pub(super) struct Cleaned {
    pub(super) rule: SigmaRule,
    pub(super) text: String,
}

/// Keeps what may leave, writes it, reads it again and compares.
///
/// # Errors
/// [`rule::SIGMA_AUTHOR`], [`rule::SIGMA_ID`], [`rule::PATTERN_TOO_LONG`], [`rule::TEXT`], [`rule::SIGMA_CHANGED`]; for own rules also
/// what a title of class T may break; what [`read`] says of the written text.
pub(super) fn clean(parsed: &SigmaRule, origin: Origin, licence: &str) -> Result<Cleaned, Rule> {
    let mut kept = kept(parsed, licence);
    match origin {
        Origin::Own => {
            kept.title = plain(&kept.title);
            check_rule_title(&kept.title)?;
            kept.id = Some(fresh_id(&write(&kept)));
        }
        Origin::ThirdParty => {
            let author = parsed.author.as_deref().and_then(provenance::author);
            kept.author = Some(author.ok_or(rule::SIGMA_AUTHOR)?);
            kept.references.clone_from(&parsed.references);
            kept.id = Some(
                parsed
                    .id
                    .clone()
                    .filter(|id| provenance::is_uuid(id))
                    .ok_or(rule::SIGMA_ID)?,
            );
        }
    }
    let text = write(&kept);
    if text.len() > limits::PATTERN_MAX {
        return Err(rule::PATTERN_TOO_LONG);
    }
    if !is_clean(&text) || kept.title.contains('\n') {
        return Err(rule::TEXT);
    }
    let again = read(&text)?;
    if is_same(&kept, &again) && write(&again) == text {
        Ok(Cleaned { rule: again, text })
    } else {
        Err(rule::SIGMA_CHANGED)
    }
}

/// The rule as text, its strings in quotes wherever they would read as a number: of another base (`0x1410`), or no finite one (`.inf`, as
/// endings of files are). The library leaves those bare, and writes its own numbers in base ten.
fn write(rule: &SigmaRule) -> String {
    let mut text = String::new();
    for line in emit_rule_yaml(rule).lines() {
        let start = [": ", "- "]
            .into_iter()
            .filter_map(|mark| line.rfind(mark))
            .max();
        let (front, word) = line.split_at(start.map_or(line.len(), |at| at.saturating_add(2)));
        let number = ["0x", "0o", "0b", "."]
            .iter()
            .any(|start| word.starts_with(start));
        if number && word.chars().all(|c| c.is_ascii_alphanumeric() || c == '.') {
            text.extend([front, "'", word, "'\n"]);
        } else {
            text.extend([line, "\n"]);
        }
    }
    text
}

fn kept(parsed: &SigmaRule, licence: &str) -> SigmaRule {
    SigmaRule {
        title: parsed.title.trim().to_owned(),
        logsource: LogSource {
            category: parsed.logsource.category.clone(),
            product: parsed.logsource.product.clone(),
            service: parsed.logsource.service.clone(),
            ..LogSource::default()
        },
        detection: parsed.detection.clone(),
        sigma_version: None,
        id: None,
        name: None,
        related: Vec::new(),
        taxonomy: None,
        status: parsed.status,
        description: None,
        license: Some(licence.to_owned()),
        author: None,
        references: Vec::new(),
        date: None,
        modified: None,
        fields: Vec::new(),
        falsepositives: Vec::new(),
        level: parsed.level,
        tags: parsed
            .tags
            .iter()
            .filter(|tag| is_public(tag))
            .cloned()
            .collect(),
        scope: Vec::new(),
        custom_attributes: std::iter::empty().collect(),
    }
}

/// Whether a tag names a technique, tactic, group, software or CVE: anything else behind `attack.` is a house's own.
fn is_public(tag: &str) -> bool {
    if let Some(name) = tag.strip_prefix("attack.") {
        return TACTICS.contains(&name.replace('_', "-").as_str()) || is_numbered(name);
    }
    let Some(number) = tag.strip_prefix("cve.") else {
        return false;
    };
    number
        .split_once(['.', '-'])
        .is_some_and(|(year, rest)| is_number(year, 4, 4) && is_number(rest, 4, 7))
}

/// `t1059`, `t1059.001`, `g0007`, `s0002`.
fn is_numbered(name: &str) -> bool {
    let main = |number: &str| is_number(number, 4, 4);
    if let Some(number) = name.strip_prefix('t') {
        let (number, part) = number.split_once('.').unwrap_or((number, "000"));
        return main(number) && is_number(part, 3, 3);
    }
    name.strip_prefix(['g', 's']).is_some_and(main)
}

fn is_number(text: &str, min: usize, max: usize) -> bool {
    (min..=max).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit())
}

/// The tactics of ATT&CK for enterprises, with those that it has renamed.
const TACTICS: [&str; 16] = [
    "collection",
    "command-and-control",
    "credential-access",
    "defense-evasion",
    "defense-impairment",
    "discovery",
    "execution",
    "exfiltration",
    "impact",
    "initial-access",
    "lateral-movement",
    "persistence",
    "privilege-escalation",
    "reconnaissance",
    "resource-development",
    "stealth",
];

/// The id of an own rule: of the shape of a random UUID, from what the rule says and nothing else.
fn fresh_id(text: &str) -> String {
    let digest = Sha256::new()
        .chain_update(b"ktr/sigma-id/1\n")
        .chain_update(text.as_bytes())
        .finalize();
    let hex = hex::encode(digest);
    let part = |range: std::ops::Range<usize>| hex.get(range).unwrap_or_default();
    format!(
        "{}-{}-4{}-a{}-{}",
        part(0..8),
        part(8..12),
        part(13..16),
        part(17..20),
        part(20..32)
    )
}

/// Whether two rules say the same; how a string or a condition was spelled does not count.
fn is_same(kept: &SigmaRule, again: &SigmaRule) -> bool {
    let (ours, theirs) = (&kept.detection, &again.detection);
    let mut rest = again.clone();
    rest.detection.clone_from(ours);
    rest == *kept
        && ours.conditions == theirs.conditions
        && ours.named.len() == theirs.named.len()
        && ours.named.iter().all(|(name, detection)| {
            let other = theirs.named.get(name);
            other.is_some_and(|other| is_same_detection(detection, other))
        })
}

fn is_same_detection(one: &Detection, other: &Detection) -> bool {
    match (one, other) {
        (Detection::AllOf(one), Detection::AllOf(other)) => {
            each(one, other, |one: &DetectionItem, other| {
                one.field == other.field && each(&one.values, &other.values, is_same_value)
            })
        }
        (Detection::AnyOf(one), Detection::AnyOf(other)) => each(one, other, is_same_detection),
        (Detection::Keywords(one), Detection::Keywords(other)) => each(one, other, is_same_value),
        _ => false,
    }
}

fn is_same_value(one: &SigmaValue, other: &SigmaValue) -> bool {
    match (one, other) {
        (SigmaValue::String(one), SigmaValue::String(other)) => one.parts == other.parts,
        (one, other) => one == other,
    }
}

fn each<T>(one: &[T], other: &[T], same: impl Fn(&T, &T) -> bool) -> bool {
    one.len() == other.len() && one.iter().zip(other).all(|(one, other)| same(one, other))
}
