//! The report as a value, as programs read it in JSON.
//! How it is gathered stands in `gather.rs`, how people read it in `text.rs` and `html.rs`.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::{
    canonical,
    finding::{Finding, Rule, rule},
    rules::{Origin, RuleKind},
    stix::Tlp,
};

/// What a build did with the cases of a session.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Report {
    /// Version of this form: 1.
    pub version: u32,
    /// Whether there is a bundle.
    pub outcome: Outcome,
    /// The session.
    pub session: u32,
    /// The release's id, 32 hexadecimal digits.
    pub release: String,
    /// The chain.
    pub chain: String,
    /// D0.
    pub day: String,
    /// SHA-256 of `bundle.json`, if it was built.
    pub sha256: Option<String>,
    /// Octets of `bundle.json`, if it was built.
    pub octets: Option<usize>,
    /// The engine that judged YARA rules, name and version; nothing without such rules.
    pub yara_engine: Option<String>,
    /// The lists of well-known benign values that were asked; nothing if none were.
    pub warninglists: Option<Lists>,
    /// Objects of the bundle by type, those that every bundle has included.
    pub objects: BTreeMap<&'static str, usize>,
    /// The cases, rising by commitment.
    pub cases: Vec<Case>,
    /// What was found on warninglists, in the order of the cases, then in the finished bytes, in the order of the objects.
    pub findings: Vec<Found>,
    /// The rules that are named above, by number.
    pub meanings: BTreeMap<u16, Meaning>,
}

/// A set of warninglists.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Lists {
    /// How many.
    pub lists: usize,
    /// SHA-256 over all of them.
    pub sha256: String,
}

/// Whether there is a bundle.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// It was built.
    Built,
    /// Something stopped it.
    Refused,
}

/// What became of one case.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Case {
    /// Its commitment, 64 hexadecimal digits.
    pub commitment: String,
    /// How far it came.
    pub stage: Stage,
    /// Level of the matrix, if the form could be judged.
    pub level: Option<&'static str>,
    /// How far it may travel.
    pub tlp: Tlp,
    /// Indicators in the form.
    pub iocs: usize,
    /// Words in the victim's dictionary.
    pub words: usize,
    /// Objects of the bundle that come from it, by type; a value that cases share counts in each.
    pub objects: BTreeMap<&'static str, usize>,
    /// Its detection rules, in the order of the form.
    pub rules: Vec<Detection>,
    /// What was refused, changed or kept back, in the order of the form.
    pub changes: Vec<Change>,
}

/// How far a case came.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stage {
    /// Its objects are in the bundle.
    InTheBundle,
    /// It was fit, but there is no bundle.
    Waiting,
    /// Its form was refused.
    Refused,
}

/// One detection rule.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Detection {
    /// Its path in the form.
    pub place: String,
    /// Its language.
    pub kind: RuleKind,
    /// Who wrote it.
    pub origin: Origin,
    /// Who judged it, names and versions; empty if it was refused.
    pub judges: Vec<String>,
    /// Its indicator, if it is in the bundle.
    pub object: Option<String>,
}

/// What was done with an entry.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Action {
    /// The case cannot leave with it.
    Refused,
    /// It leaves, and the board should know.
    Noted,
    /// It was left out.
    Dropped,
    /// Something that says nothing stands in its place.
    Masked,
    /// It says the same in other words.
    Rewritten,
}

impl Action {
    /// What was done where a line names `rule`: a finding of a form refuses.
    pub(super) fn of(rule: Rule) -> Self {
        match rule {
            rule::KEPT_AT_HOME
            | rule::QUERY_CUT
            | rule::RULE_PART_DROPPED
            | rule::RULE_TAGS_DROPPED => Self::Dropped,
            rule::RULE_ID_MASKED | rule::YARA_NAME_MASKED => Self::Masked,
            rule::VALUE_REWRITTEN | rule::RULE_REWRITTEN | rule::YARA_REWRITTEN => Self::Rewritten,
            rule::SEEN_BY_ONE => Self::Noted,
            _ => Self::Refused,
        }
    }
}

/// One line about an entry of a form.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Change {
    /// What was done.
    pub action: Action,
    /// By which rule.
    pub code: u16,
    /// Where in the form.
    pub place: String,
    /// The objects that the entry became.
    pub objects: Vec<String>,
}

/// One finding about an indicator or in the finished bytes.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Found {
    /// Whether the board lets it stand; otherwise it stops the build.
    pub stands: bool,
    /// By which rule.
    pub code: u16,
    /// As the build names it, for `--stand`.
    pub finding: String,
    /// Where, as the build names it: an object by its number.
    pub place: String,
    /// The object's type, if it is in one.
    pub kind: Option<&'static str>,
    /// The object's id, unless it is an observable: such an id is a digest of the value, which can be guessed.
    pub object: Option<String>,
    /// Which entries of which cases the object comes from.
    pub from: Vec<Source>,
}

/// An entry of a case.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Source {
    /// The case's commitment.
    pub case: String,
    /// The entry's path; `case` for what the case's report says.
    pub place: String,
}

/// A rule in words.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub struct Meaning {
    /// Its name.
    pub name: &'static str,
    /// What it means.
    pub meaning: &'static str,
}

impl Report {
    /// The report for programs: canonical JSON (RFC 8785).
    ///
    /// # Errors
    /// None in practice; a rule of range 400 if the value has no JSON form.
    pub fn to_json(&self) -> Result<Vec<u8>, Rule> {
        canonical::to_bytes(self)
    }

    /// What stops the build, a line each: findings of forms first, then those of the finished bytes.
    #[must_use]
    pub fn against(&self) -> Vec<String> {
        let refused = self.cases.iter().flat_map(|case| {
            let changes = case.changes.iter();
            let refused = changes.filter(|change| change.action == Action::Refused);
            refused.map(|change| {
                let name = self.meanings.get(&change.code);
                let name = name.map_or("", |meaning| meaning.name);
                let (code, place) = (change.code, &change.place);
                format!("{code} {name} at {place} of case {}", case.commitment)
            })
        });
        let found = self.findings.iter().filter(|found| !found.stands);
        refused
            .chain(found.map(|found| found.finding.clone()))
            .collect()
    }

    /// What the board let stand.
    #[must_use]
    pub fn stood(&self) -> usize {
        self.findings.iter().filter(|found| found.stands).count()
    }
}

impl Change {
    /// A line about `finding`, whose entry became `objects`.
    pub(super) fn of(finding: &Finding, objects: Vec<String>) -> Self {
        Self {
            action: Action::of(finding.rule),
            code: finding.rule.code(),
            place: finding.place.to_string(),
            objects,
        }
    }
}
