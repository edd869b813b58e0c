//! Gathers the report from the forms, what was said of them, and the build.
//! It asks nobody and judges nothing: what is in it was decided before.

use std::collections::BTreeMap;

use ktr_core::id::{Commitment, ReleaseId, SessionId};

use super::{
    Case, Change, Detection, Found, Lists, Meaning, Outcome, Report, Source, Stage, change,
    wording::judges,
};
use crate::{
    day::Day,
    finding::{Finding, Place, rule},
    form::{Document, Nomination, Reference},
    ioc::Warninglists,
    matrix::level_name,
    stix::{Attempt, Bundle, ChainId, Judged, PublicSectors},
};

/// One form and what the checks said of it.
#[derive(Clone, Copy, Debug)]
pub struct Form<'a> {
    /// Which nomination.
    pub commitment: Commitment,
    /// As it was written.
    pub document: &'a Document,
    /// The nomination, or all findings.
    pub checked: Result<&'a Nomination, &'a [Finding]>,
    /// What [`crate::form::warnings`] and [`crate::form::filters`] said of it, and what the board.
    pub warnings: &'a [Judged],
}

/// What a report is gathered from.
#[derive(Clone, Copy, Debug)]
pub struct Inputs<'a> {
    /// The session.
    pub session: SessionId,
    /// The release's id.
    pub release: ReleaseId,
    /// The chain.
    pub chain: &'a ChainId,
    /// D0.
    pub day: Day,
    /// Where a sector may be named.
    pub public_sectors: &'a PublicSectors,
    /// The forms, in any order.
    pub forms: &'a [Form<'a>],
    /// The engine that judged YARA rules, if there were any.
    pub engine: Option<&'a str>,
    /// The warninglists that were asked.
    pub warninglists: Option<&'a Warninglists>,
    /// The build; nothing if a form was refused, so that it was not tried.
    pub attempt: Option<&'a Attempt>,
}

impl Inputs<'_> {
    /// The bundle, unless something is against it.
    fn bundle(&self) -> Option<&Bundle> {
        let mut warnings = self.forms.iter().flat_map(|form| form.warnings);
        if warnings.any(|warning| !warning.stands) {
            return None;
        }
        self.attempt?.bundle.as_ref().ok()
    }
}

impl Report {
    /// Gathers a report.
    #[must_use]
    pub fn of(inputs: &Inputs<'_>) -> Self {
        let bundle = inputs.bundle();
        let mut forms: Vec<&Form<'_>> = inputs.forms.iter().collect();
        forms.sort_by_key(|form| form.commitment);
        let became = Became::of(inputs.attempt);
        let mut found: Vec<Found> = forms.iter().flat_map(|form| warned(form)).collect();
        found.extend(inputs.attempt.iter().flat_map(|attempt| findings(attempt)));
        let cases = forms.into_iter();
        let mut report = Self {
            version: 1,
            outcome: bundle.map_or(Outcome::Refused, |_bundle| Outcome::Built),
            session: inputs.session.0,
            release: inputs.release.to_string(),
            chain: inputs.chain.as_str().to_owned(),
            day: day(inputs.day),
            sha256: bundle.map(|bundle| bundle.sha256.to_string()),
            octets: bundle.map(|bundle| bundle.bytes.len()),
            yara_engine: inputs.engine.map(str::to_owned),
            warninglists: inputs.warninglists.map(|lists| Lists {
                lists: lists.count(),
                sha256: lists.sha256().to_string(),
            }),
            objects: became.all,
            cases: cases
                .map(|form| case(inputs, form, &became.of_cases))
                .collect(),
            findings: found,
            meanings: BTreeMap::new(),
        };
        report.meanings = meanings(&report);
        report
    }
}

/// The date alone.
fn day(day: Day) -> String {
    let instant = day.to_string();
    let date = instant.split_once('T').map(|(date, _)| date.to_owned());
    date.unwrap_or(instant)
}

/// Ids of the objects that an entry became.
type Entries = BTreeMap<(Commitment, Reference), Vec<String>>;

/// Which objects came of which case.
struct Became {
    all: BTreeMap<&'static str, usize>,
    of_cases: OfCases,
}

#[derive(Default)]
struct OfCases {
    kinds: BTreeMap<Commitment, BTreeMap<&'static str, usize>>,
    entries: Entries,
}

impl Became {
    fn of(attempt: Option<&Attempt>) -> Self {
        let mut became = Self {
            all: BTreeMap::new(),
            of_cases: OfCases::default(),
        };
        for traced in attempt.iter().flat_map(|attempt| &attempt.objects) {
            let kind = traced.id.kind();
            count(&mut became.all, kind.as_str());
            let mut last = None;
            for origin in &traced.origins {
                if last.replace(origin.case) != Some(origin.case) {
                    let kinds = became.of_cases.kinds.entry(origin.case).or_default();
                    count(kinds, kind.as_str());
                }
                if let Some(entry) = origin.entry.filter(|entry| entry.kind() == kind) {
                    let entries = &mut became.of_cases.entries;
                    let ids = entries.entry((origin.case, entry)).or_default();
                    ids.push(traced.id.to_string());
                }
            }
        }
        became
    }
}

fn count(counts: &mut BTreeMap<&'static str, usize>, name: &'static str) {
    let counted = counts.entry(name).or_default();
    *counted = counted.saturating_add(1);
}

fn case(inputs: &Inputs<'_>, form: &Form<'_>, became: &OfCases) -> Case {
    let built = inputs.bundle().is_some();
    let (stage, said) = match form.checked {
        Err(findings) => (Stage::Refused, findings.to_vec()),
        Ok(nomination) => {
            let sector_named = inputs
                .public_sectors
                .holds(&nomination.country, nomination.sector);
            let stage = if built {
                Stage::InTheBundle
            } else {
                Stage::Waiting
            };
            (
                stage,
                change::changes(form.document, nomination, sector_named),
            )
        }
    };
    let ids = |entry| {
        became
            .entries
            .get(&(form.commitment, entry))
            .cloned()
            .unwrap_or_default()
    };
    let changes = said.iter().map(|finding| {
        Change::of(
            finding,
            entry_of(&finding.place).map(ids).unwrap_or_default(),
        )
    });
    let lists = form.document.victim.lists();
    Case {
        commitment: form.commitment.to_string(),
        stage,
        level: form
            .checked
            .ok()
            .map(|nomination| level_name(nomination.verdict.level)),
        tlp: form.document.case.tlp,
        iocs: form.document.iocs.len(),
        words: lists
            .iter()
            .map(|(_, words)| words.len())
            .fold(0, usize::saturating_add),
        objects: became
            .kinds
            .get(&form.commitment)
            .cloned()
            .unwrap_or_default(),
        rules: rules(form, inputs.engine, &ids),
        changes: changes.collect(),
    }
}

fn rules(
    form: &Form<'_>,
    engine: Option<&str>,
    ids: &dyn Fn(Reference) -> Vec<String>,
) -> Vec<Detection> {
    let rules = form.document.rules.iter().enumerate();
    rules
        .map(|(index, entry)| {
            let reference = Reference::Rule(index);
            let accepted = form.checked.is_ok();
            Detection {
                place: reference.path(),
                kind: entry.kind,
                origin: entry.origin,
                judges: if accepted {
                    judges(entry.kind, engine)
                } else {
                    Vec::new()
                },
                object: ids(reference).pop(),
            }
        })
        .collect()
}

/// The entry that a path of a form begins with.
fn entry_of(place: &Place) -> Option<Reference> {
    let path = place.to_string();
    let (list, rest) = path.split_once('[')?;
    let number: usize = rest.split_once(']')?.0.parse().ok()?;
    match list {
        "iocs" => Some(Reference::Ioc(number)),
        "rules" => Some(Reference::Rule(number)),
        "context.malware" => Some(Reference::Malware(number)),
        "context.techniques" => Some(Reference::Technique(number)),
        "context.cves" => Some(Reference::Cve(number)),
        _ => None,
    }
}

/// What the board is asked about a form as it was written. The place of such a finding begins with the case, which stands beside it here.
fn warned(form: &Form<'_>) -> Vec<Found> {
    let case = form.commitment.to_string();
    let warnings = form.warnings.iter();
    warnings
        .map(|judged| {
            let place = judged.finding.place.to_string();
            let place = place.split_once('/').map_or("", |(_, place)| place);
            let entry = place.split_once('/').map_or(place, |(entry, _)| entry);
            Found {
                stands: judged.stands,
                code: judged.finding.rule.code(),
                finding: judged.finding.to_string(),
                place: place.to_owned(),
                kind: None,
                object: None,
                from: vec![Source {
                    case: case.clone(),
                    place: entry.to_owned(),
                }],
            }
        })
        .collect()
}

fn findings(attempt: &Attempt) -> Vec<Found> {
    attempt
        .judged
        .iter()
        .map(|judged| found(attempt, judged))
        .collect()
}

fn found(attempt: &Attempt, judged: &Judged) -> Found {
    let traced = attempt.object(&judged.finding);
    let origins = traced.into_iter().flat_map(|traced| &traced.origins);
    let from = origins.map(|origin| Source {
        case: origin.case.to_string(),
        place: origin
            .entry
            .map_or_else(|| String::from("case"), Reference::path),
    });
    Found {
        stands: judged.stands,
        code: judged.finding.rule.code(),
        finding: judged.finding.to_string(),
        place: judged.finding.place.to_string(),
        kind: traced.map(|traced| traced.id.kind().as_str()),
        object: traced
            .filter(|traced| !traced.id.kind().is_observable())
            .map(|traced| traced.id.to_string()),
        from: from.collect(),
    }
}

fn meanings(report: &Report) -> BTreeMap<u16, Meaning> {
    let changes = report.cases.iter().flat_map(|case| &case.changes);
    let mut used: Vec<u16> = changes.map(|change| change.code).collect();
    used.extend(report.findings.iter().map(|found| found.code));
    let rules = rule::ALL.iter().filter(|rule| used.contains(&rule.code()));
    let meaning = |rule: &crate::finding::Rule| Meaning {
        name: rule.name(),
        meaning: rule.meaning(),
    };
    rules.map(|rule| (rule.code(), meaning(rule))).collect()
}
