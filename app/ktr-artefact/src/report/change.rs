//! What the sanitiser did to a form that it let pass: each change with its rule and its place in the form.
//! It compares what was written with what leaves, and keeps neither.

use rsigma_parser::{SigmaRule, parse_sigma_yaml};

use crate::{
    finding::{Finding, Place, Rule, rule},
    form::{CheckedIoc, Document, Ioc, Nomination, RuleEntry},
    ioc::Type,
    rules::{AcceptedRule, RuleKind, SOME_NAME},
};

/// Whether a rule has a part.
type Has = fn(&SigmaRule) -> bool;

/// Parts of a Sigma rule by key; those that cleaning always keeps are not here.
const PARTS: [(&str, Has); 14] = [
    ("name", |rule| rule.name.is_some()),
    ("description", |rule| rule.description.is_some()),
    ("author", |rule| rule.author.is_some()),
    ("references", |rule| !rule.references.is_empty()),
    ("date", |rule| rule.date.is_some()),
    ("modified", |rule| rule.modified.is_some()),
    ("related", |rule| !rule.related.is_empty()),
    ("taxonomy", |rule| rule.taxonomy.is_some()),
    ("fields", |rule| !rule.fields.is_empty()),
    ("falsepositives", |rule| !rule.falsepositives.is_empty()),
    ("scope", |rule| !rule.scope.is_empty()),
    ("logsource.definition", |rule| {
        rule.logsource.definition.is_some()
    }),
    ("logsource", |rule| !rule.logsource.custom.is_empty()),
    ("bookkeeping", |rule| !rule.custom_attributes.is_empty()),
];

/// Every change, in the order of the form; `sector_named` if the case's report names the victim's sector.
pub(super) fn changes(
    document: &Document,
    nomination: &Nomination,
    sector_named: bool,
) -> Vec<Finding> {
    let mut changes = kept_at_home(sector_named);
    texts(document, nomination, &mut changes);
    let iocs = document.iocs.iter().zip(&nomination.iocs);
    for (index, (written, checked)) in iocs.enumerate() {
        ioc(&format!("iocs[{index}]"), written, checked, &mut changes);
    }
    let rules = document.rules.iter().zip(&nomination.rules);
    for (index, (written, accepted)) in rules.enumerate() {
        detection(&format!("rules[{index}]"), written, accepted, &mut changes);
    }
    changes
}

fn say(changes: &mut Vec<Finding>, rule: Rule, path: String) {
    changes.push(rule.at(Place::path(path)));
}

fn kept_at_home(sector_named: bool) -> Vec<Finding> {
    let mut changes = Vec::new();
    if !sector_named {
        say(
            &mut changes,
            rule::KEPT_AT_HOME,
            String::from("case.sector"),
        );
    }
    for path in [
        "case.country",
        "case.constraints",
        "classification",
        "victim",
    ] {
        say(&mut changes, rule::KEPT_AT_HOME, String::from(path));
    }
    changes
}

/// Texts whose marks gave way to plain ones.
fn texts(document: &Document, nomination: &Nomination, changes: &mut Vec<Finding>) {
    let case = &document.case;
    if case.title != nomination.title.as_str() {
        say(changes, rule::VALUE_REWRITTEN, String::from("case.title"));
    }
    if case.narrative != nomination.narrative.as_str() {
        say(
            changes,
            rule::VALUE_REWRITTEN,
            String::from("case.narrative"),
        );
    }
    let names = document.context.malware.iter().zip(&nomination.malware);
    for (index, (written, kept)) in names.enumerate() {
        if written.name != kept.name.as_str() {
            let path = format!("context.malware[{index}].name");
            say(changes, rule::VALUE_REWRITTEN, path);
        }
    }
}

fn ioc(path: &str, written: &Ioc, checked: &CheckedIoc, changes: &mut Vec<Finding>) {
    let normal = checked.value.text();
    let value = || format!("{path}.value");
    let has = |text: &str| text.contains(['?', '#']);
    if written.kind == Type::Url && has(&written.value) && !has(&normal) {
        say(changes, rule::QUERY_CUT, value());
    } else if written.value != normal {
        say(changes, rule::VALUE_REWRITTEN, value());
    }
    if checked.victim_unique {
        say(changes, rule::SEEN_BY_ONE, value());
    }
}

fn detection(path: &str, written: &RuleEntry, accepted: &AcceptedRule, changes: &mut Vec<Finding>) {
    say(changes, rule::KEPT_AT_HOME, format!("{path}.positive"));
    if accepted.text() == written.text {
        return;
    }
    match accepted.kind() {
        RuleKind::Sigma => sigma_rule(path, written, accepted, changes),
        RuleKind::Yara => yara_rule(path, written, accepted, changes),
    }
}

fn yara_rule(path: &str, written: &RuleEntry, accepted: &AcceptedRule, changes: &mut Vec<Finding>) {
    let place = format!("{path}.text");
    let masks = |text: &str| text.matches(SOME_NAME).count();
    if masks(accepted.text()) > masks(&written.text) {
        say(changes, rule::YARA_NAME_MASKED, place.clone());
    }
    say(changes, rule::YARA_REWRITTEN, place);
}

fn sigma_rule(
    path: &str,
    written: &RuleEntry,
    accepted: &AcceptedRule,
    changes: &mut Vec<Finding>,
) {
    say(changes, rule::RULE_REWRITTEN, format!("{path}.text"));
    let (Some(before), Some(after)) = (sigma(&written.text), sigma(accepted.text())) else {
        return;
    };
    for (key, has) in PARTS {
        if has(&before) && !has(&after) {
            say(
                changes,
                rule::RULE_PART_DROPPED,
                format!("{path}.text.{key}"),
            );
        }
    }
    if before.tags.len() != after.tags.len() {
        say(
            changes,
            rule::RULE_TAGS_DROPPED,
            format!("{path}.text.tags"),
        );
    }
    if before.id.is_some() && before.id != after.id {
        say(changes, rule::RULE_ID_MASKED, format!("{path}.text.id"));
    }
}

/// The rule of a text that was accepted: it is one, and both readers know it.
fn sigma(text: &str) -> Option<SigmaRule> {
    parse_sigma_yaml(text).ok()?.rules.pop()
}
