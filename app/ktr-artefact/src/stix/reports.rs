//! Judges reports and note: one report per case, nothing outside all reports, every marking the strictest of the reports an object stands in.
//! Single objects are judged in `profile.rs`.

use std::collections::{BTreeMap, BTreeSet};

use ktr_core::id::SessionId;

use super::{
    Beacon, Checked, Contents, Label, Note, Object, ObjectId, Report, Sha256Hex, Tlp, Wording,
    constant::{NOTE_ABSTRACT, NOTE_CONTENT, tlp_of},
    profile::{Index, strictest},
};
use crate::{
    alliance::Alliance,
    day::Day,
    finding::{Finding, Place, Rule, rule},
    limits,
};

pub(super) fn check(
    index: &Index<'_>,
    contents: &Contents,
    alliance: &Alliance,
) -> Result<Checked, Finding> {
    let at_bundle = |rule: Rule| rule.at(Place::bundle());
    let reports: Vec<&Report> = contents.objects.iter().filter_map(as_report).collect();
    let first = reports
        .first()
        .ok_or_else(|| at_bundle(rule::TOO_MANY_CASES))?;
    if reports.len() > limits::CASES_MAX {
        return Err(at_bundle(rule::TOO_MANY_CASES));
    }
    let day = first.published;
    let beacon = note(contents, &reports, alliance).map_err(at_bundle)?;
    if beacon.bundle_id_sha256 != Sha256Hex::of(&contents.id.beacon()) {
        return Err(at_bundle(rule::BEACON_ID));
    }
    for report in &reports {
        self::report(index, report, day, beacon.session())
            .map_err(|rule| rule.at(Place::object(&report.id)))?;
    }
    memberships(contents, &reports)?;
    Ok(Checked {
        beacon,
        day,
        cases: reports.len(),
    })
}

fn report(index: &Index<'_>, report: &Report, day: Day, session: SessionId) -> Result<(), Rule> {
    if report.published != day {
        return Err(rule::INSTANT);
    }
    if report.name.session() != Some(session)
        || report
            .description
            .as_ref()
            .is_some_and(|text| text.as_str().is_empty())
    {
        return Err(rule::TEMPLATE);
    }
    let rising = report.object_refs.is_sorted_by(|a, b| a < b);
    if !rising || report.object_refs.is_empty() {
        return Err(rule::REPORT_REFERENCES);
    }
    for id in &report.object_refs {
        match index.get(id) {
            None => return Err(rule::DANGLING_REFERENCE),
            Some(
                Object::Report(_)
                | Object::Note(_)
                | Object::Identity(_)
                | Object::Extension(_)
                | Object::Marking(_),
            ) => return Err(rule::REFERENCE_KIND),
            Some(
                Object::AttackPattern(_)
                | Object::Indicator(_)
                | Object::Malware(_)
                | Object::Observable(_)
                | Object::ObservedData(_)
                | Object::Relationship(_)
                | Object::Vulnerability(_),
            ) => {}
        }
    }
    labels(&report.labels)
}

/// Class and type, severity and matrix once each, a sector at most once, rising.
fn labels(labels: &[Label]) -> Result<(), Rule> {
    let keys: Vec<&str> = labels.iter().map(Label::key).collect();
    let sorted = labels.is_sorted_by(|a, b| a < b);
    let known = [
        &["ktr:matrix", "ktr:severity", "rsit"][..],
        &["ktr:matrix", "ktr:sector", "ktr:severity", "rsit"],
    ];
    if sorted && known.contains(&keys.as_slice()) {
        Ok(())
    } else {
        Err(rule::LABELS)
    }
}

/// Exactly one note, over all reports, with one beacon under the Alliance's extension.
fn note(contents: &Contents, reports: &[&Report], alliance: &Alliance) -> Result<Beacon, Rule> {
    let mut notes = contents.objects.iter().filter_map(as_note);
    let (Some(note), None) = (notes.next(), notes.next()) else {
        return Err(rule::NOTE);
    };
    let ids: Vec<&ObjectId> = reports.iter().map(|report| &report.id).collect();
    if !note.object_refs.iter().eq(ids) {
        return Err(rule::NOTE);
    }
    let worded = note.r#abstract == Wording::constant(NOTE_ABSTRACT)
        && note.content == Wording::constant(NOTE_CONTENT);
    if !worded {
        return Err(rule::TEMPLATE);
    }
    let mut extensions = note.extensions.iter();
    match (extensions.next(), extensions.next()) {
        (Some((id, beacon)), None) if *id == alliance.extension_id => Ok(beacon.clone()),
        (_, _) => Err(rule::NOTE),
    }
}

/// Nothing but constants and the note outside all reports; the marking of each object is the strictest of its reports.
fn memberships(contents: &Contents, reports: &[&Report]) -> Result<(), Finding> {
    let mut stands_in: BTreeMap<&ObjectId, BTreeSet<Tlp>> = BTreeMap::new();
    let mut all = BTreeSet::new();
    for report in reports {
        let [marking] = &report.object_marking_refs;
        let tlp = tlp_of(marking).ok_or_else(|| rule::MARKING.at(Place::object(&report.id)))?;
        all.insert(tlp);
        for id in &report.object_refs {
            stands_in.entry(id).or_default().insert(tlp);
        }
    }
    for object in &contents.objects {
        let expected = match object {
            Object::Report(_) | Object::Marking(_) | Object::Identity(_) | Object::Extension(_) => {
                continue;
            }
            Object::Note(_) => strictest(all.iter().copied()),
            Object::AttackPattern(_)
            | Object::Indicator(_)
            | Object::Malware(_)
            | Object::Observable(_)
            | Object::ObservedData(_)
            | Object::Relationship(_)
            | Object::Vulnerability(_) => match stands_in.get(object.id()) {
                Some(markings) => strictest(markings.iter().copied()),
                None => return Err(rule::OUTSIDE_ALL_REPORTS.at(Place::object(object.id()))),
            },
        };
        if object.marking().and_then(tlp_of) != Some(expected) {
            return Err(rule::MARKING.at(Place::object(object.id())));
        }
    }
    Ok(())
}

fn as_report(object: &Object) -> Option<&Report> {
    if let Object::Report(report) = object {
        Some(report)
    } else {
        None
    }
}

fn as_note(object: &Object) -> Option<&Note> {
    if let Object::Note(note) = object {
        Some(note)
    } else {
        None
    }
}
