//! Words for what a report names, and the order in which people read it.
//! Nothing here comes from a form.

use std::collections::BTreeMap;

use super::{Action, Change, Detection, Found, Outcome, Report, Stage};
use crate::{
    limits,
    rules::{Origin, RuleKind},
    stix::Tlp,
};

/// Who judged an accepted rule, names and versions: our readers, and for YARA the engine beside them.
pub(super) fn judges(kind: RuleKind, engine: Option<&str>) -> Vec<String> {
    let (readers, engine): (&[&str], _) = match kind {
        RuleKind::Sigma => (&["rsigma 0.23.0", "sigma-rust 0.7.0"], None),
        RuleKind::Yara => (&["yara-x-parser 1.22.1"], engine),
    };
    let judges = readers.iter().copied().chain(engine);
    judges.map(str::to_owned).collect()
}

/// Changes of one rule, and what was done by it.
pub(super) type Group<'a> = ((Action, u16), Vec<&'a Change>);

/// What judged beside this program: the engine of YARA rules, and warninglists or that there were none.
pub(super) fn beside(report: &Report) -> Vec<String> {
    let engine = report.yara_engine.as_ref();
    let engine = engine.map(|engine| format!("YARA rules by {engine}"));
    let lists = report.warninglists.as_ref().map_or_else(
        || String::from("no warninglist"),
        |lists| {
            let count = counted(lists.lists, "warninglist");
            format!("{count}, sha-256 {}", lists.sha256)
        },
    );
    engine.into_iter().chain([lists]).collect()
}

/// Changes by rule, the gravest first.
pub(super) fn groups(changes: &[Change]) -> Vec<Group<'_>> {
    let mut groups: BTreeMap<(Action, u16), Vec<&Change>> = BTreeMap::new();
    for change in changes {
        let group = groups.entry((change.action, change.code)).or_default();
        group.push(change);
    }
    groups.into_iter().collect()
}

/// The first places of a group, and how many more there are.
pub(super) fn places<'a>(changes: &[&'a Change]) -> (Vec<&'a str>, usize) {
    let shown = changes.iter().take(limits::REPORT_PLACES_MAX);
    let shown: Vec<&str> = shown.map(|change| change.place.as_str()).collect();
    let more = changes.len().saturating_sub(shown.len());
    (shown, more)
}

/// The places of a group in one line.
pub(super) fn listed(changes: &[&Change]) -> String {
    let (shown, more) = places(changes);
    let at = shown.join(", ");
    match more {
        0 => at,
        more => format!("{at} and {more} more"),
    }
}

/// The first findings that stand, or that do not, and how many more there are.
pub(super) fn ruled(findings: &[Found], stands: bool) -> (Vec<&Found>, usize) {
    let all = || findings.iter().filter(|found| found.stands == stands);
    let shown: Vec<&Found> = all().take(limits::REPORT_FINDINGS_MAX).collect();
    let more = all().count().saturating_sub(shown.len());
    (shown, more)
}

/// The object of a finding: its id or, of an observable, its type; a warning is about an entry of a form.
pub(super) fn object(found: &Found) -> &str {
    let whole = if found.from.is_empty() {
        "the bundle as a whole"
    } else {
        "the form"
    };
    found.object.as_deref().or(found.kind).unwrap_or(whole)
}

/// A number and its noun.
pub(super) fn counted(number: usize, noun: &str) -> String {
    match number {
        1 => format!("1 {noun}"),
        _ => format!("{number} {noun}s"),
    }
}

/// What the build came to, in one sentence.
pub(super) fn summary(report: &Report) -> String {
    let objects = report.objects.values().copied();
    let objects = objects.fold(0, usize::saturating_add);
    let cases = counted(report.cases.len(), "case");
    let what = match objects {
        0 => format!("{cases}, no object was written"),
        _ => format!("{cases} and {}", counted(objects, "object")),
    };
    let stood = match report.stood() {
        0 => String::from("the board let nothing stand"),
        stood => format!("the board let {} stand", counted(stood, "finding")),
    };
    match (report.against().len(), report.outcome) {
        (0, Outcome::Built) => format!("{what}; nothing stops it, {stood}."),
        (stops, _) => format!("{what}; {} against it, {stood}.", counted(stops, "finding")),
    }
}

pub(super) const fn action(action: Action) -> &'static str {
    match action {
        Action::Refused => "refused",
        Action::Dropped => "dropped",
        Action::Masked => "masked",
        Action::Rewritten => "rewritten",
        Action::Noted => "noted",
    }
}

pub(super) const fn stage(stage: Stage) -> &'static str {
    match stage {
        Stage::InTheBundle => "in the bundle",
        Stage::Waiting => "fit, not released",
        Stage::Refused => "refused",
    }
}

pub(super) const fn outcome(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Built => "Built",
        Outcome::Refused => "Refused",
    }
}

pub(super) const fn tlp(tlp: Tlp) -> &'static str {
    match tlp {
        Tlp::Clear => "TLP:CLEAR",
        Tlp::Green => "TLP:GREEN",
        Tlp::Amber => "TLP:AMBER",
        Tlp::AmberStrict => "TLP:AMBER+STRICT",
    }
}

/// Language and provenance of a rule.
pub(super) fn kind(rule: &Detection) -> &'static str {
    match (rule.kind, rule.origin) {
        (RuleKind::Sigma, Origin::Own) => "Sigma, own",
        (RuleKind::Sigma, Origin::ThirdParty) => "Sigma, third-party",
        (RuleKind::Yara, Origin::Own) => "YARA, own",
        (RuleKind::Yara, Origin::ThirdParty) => "YARA, third-party",
    }
}

/// Who judged a rule, or that nobody accepted it.
pub(super) fn judged(rule: &Detection) -> String {
    if rule.judges.is_empty() {
        String::from("not accepted")
    } else {
        rule.judges.join(", ")
    }
}

#[cfg(test)]
mod tests {
    use super::judges;
    use crate::rules::RuleKind;

    #[test]
    fn the_judges_that_a_report_names_are_those_of_the_lock_file() {
        let lock = include_str!("../../../../Cargo.lock");
        let sigma = judges(RuleKind::Sigma, Some("an engine for YARA alone"));
        let yara = judges(RuleKind::Yara, None);
        for judge in sigma.iter().chain(&yara) {
            let (name, version) = judge.split_once(' ').unwrap();
            let crates = match name {
                "rsigma" => vec!["rsigma-parser", "rsigma-eval"],
                other => vec![other],
            };
            for name in crates {
                let entry = format!("name = \"{name}\"\nversion = \"{version}\"\n");
                assert!(lock.contains(&entry), "{name} {version}");
            }
        }
    }
}
