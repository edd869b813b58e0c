//! Judges whether the objects of a bundle fit together: constants, creators, days, references, markings, indicators and their values.
//! What stands in reports and note is judged in `reports.rs`; single objects were judged when they were read.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Beacon, Contents, Equality, Indicator, Kind, Object, ObjectId, PatternType, Relation, Tlp,
    Wording,
    case::{RULE_CONFIDENCE, RULE_VALID_DAYS},
    constant::{extension, identity, marking, tlp_of},
    property::{LicenceReference, PatternVersion, Spdx},
    reports,
};
use crate::{
    alliance::Alliance,
    day::Day,
    finding::{Finding, Place, Rule, rule},
    form::{Credibility, IndicatorType},
    rules::{AcceptedRule, RuleKind},
};

/// What a checked bundle says of itself.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Checked {
    /// The beacon of its note.
    pub beacon: Beacon,
    /// D0.
    pub day: Day,
    /// How many cases it holds.
    pub cases: usize,
}

/// Checks the whole of KTR profile 1.
///
/// # Errors
/// The first finding of ranges 500 to 800.
pub fn check(contents: &Contents, alliance: &Alliance) -> Result<Checked, Finding> {
    let index = Index::of(contents);
    let checked = reports::check(&index, contents, alliance)?;
    constants(&index, alliance)?;
    for object in &contents.objects {
        common(object, alliance, checked.day)
            .and_then(|()| references(&index, object))
            .and_then(|()| specific(&index, object, checked.day))
            .map_err(|rule| rule.at(Place::object(object.id())))?;
    }
    observations(&index)?;
    Ok(checked)
}

/// The objects by id, and the relations and observations that lead to them.
pub(super) struct Index<'a> {
    pub(super) objects: BTreeMap<&'a ObjectId, &'a Object>,
    based_on: BTreeMap<&'a ObjectId, &'a ObjectId>,
}

impl<'a> Index<'a> {
    fn of(contents: &'a Contents) -> Self {
        let objects = contents
            .objects
            .iter()
            .map(|object| (object.id(), object))
            .collect();
        let based_on = contents
            .objects
            .iter()
            .filter_map(|object| match object {
                Object::Relationship(relation)
                    if relation.relationship_type == Relation::BasedOn =>
                {
                    Some((&relation.source_ref, &relation.target_ref))
                }
                Object::Relationship(_)
                | Object::AttackPattern(_)
                | Object::Extension(_)
                | Object::Identity(_)
                | Object::Indicator(_)
                | Object::Malware(_)
                | Object::Marking(_)
                | Object::Note(_)
                | Object::Observable(_)
                | Object::ObservedData(_)
                | Object::Report(_)
                | Object::Vulnerability(_) => None,
            })
            .collect();
        Self { objects, based_on }
    }

    pub(super) fn get(&self, id: &ObjectId) -> Option<&'a Object> {
        self.objects.get(id).copied()
    }
}

/// The Alliance and its extension are there, once and unchanged; the markings are OASIS's and all in use.
fn constants(index: &Index<'_>, alliance: &Alliance) -> Result<(), Finding> {
    let mut used = BTreeSet::new();
    let mut constants = 0_usize;
    for object in index.objects.values() {
        let place = || Place::object(object.id());
        used.extend(object.marking());
        let expected = match object {
            Object::Identity(_) => identity(alliance),
            Object::Extension(_) => extension(alliance),
            Object::Marking(found) => tlp_of(&found.id)
                .ok_or(rule::CONSTANT_CHANGED)
                .and_then(marking),
            Object::AttackPattern(_)
            | Object::Indicator(_)
            | Object::Malware(_)
            | Object::Note(_)
            | Object::Observable(_)
            | Object::ObservedData(_)
            | Object::Relationship(_)
            | Object::Report(_)
            | Object::Vulnerability(_) => continue,
        };
        let expected = expected.map_err(|rule| rule.at(place()))?;
        if expected != **object {
            return Err(rule::CONSTANT_CHANGED.at(place()));
        }
        constants = constants.saturating_add(usize::from(!matches!(object, Object::Marking(_))));
    }
    if constants != 2 {
        return Err(rule::EVERY_OBJECT_ONCE.at(Place::bundle()));
    }
    let unused = index
        .objects
        .keys()
        .find(|id| id.kind() == Kind::MarkingDefinition && !used.contains(*id));
    unused.map_or(Ok(()), |id| Err(rule::MARKING_UNUSED.at(Place::object(id))))
}

/// Creator and day; constants were compared whole.
fn common(object: &Object, alliance: &Alliance, day: Day) -> Result<(), Rule> {
    let Some((creator, created, modified)) = object.creation() else {
        return Ok(());
    };
    if *creator != alliance.identity_id {
        return Err(rule::FOREIGN_CREATOR);
    }
    let constant = matches!(object, Object::Identity(_) | Object::Extension(_));
    if constant || (created == day && modified == day) {
        Ok(())
    } else {
        Err(rule::INSTANT)
    }
}

fn references(index: &Index<'_>, object: &Object) -> Result<(), Rule> {
    if object.marking().is_some_and(|id| tlp_of(id).is_none()) {
        return Err(rule::MARKING);
    }
    let resolves = object
        .references()
        .into_iter()
        .chain(object.marking())
        .all(|id| index.get(id).is_some());
    if resolves {
        Ok(())
    } else {
        Err(rule::DANGLING_REFERENCE)
    }
}

/// What only one type has.
fn specific(index: &Index<'_>, object: &Object, day: Day) -> Result<(), Rule> {
    match object {
        Object::Indicator(indicator) => self::indicator(index, indicator, day),
        Object::ObservedData(observed) => {
            let [observable] = &observed.object_refs;
            if !observable.kind().is_observable() {
                return Err(rule::REFERENCE_KIND);
            }
            let days = observed.last_observed == day && observed.first_observed <= day;
            if observed.number_observed != 1 {
                return Err(rule::SHAPE);
            }
            if days { Ok(()) } else { Err(rule::INSTANT) }
        }
        Object::Relationship(relation) => {
            let kinds = (relation.source_ref.kind(), relation.target_ref.kind());
            let allowed = relation.relationship_type.allows(kinds.0, kinds.1);
            if allowed {
                Ok(())
            } else {
                Err(rule::REFERENCE_KIND)
            }
        }
        Object::Malware(malware) if malware.is_family && !malware.malware_types.is_empty() => {
            Ok(())
        }
        Object::Malware(_) => Err(rule::SHAPE),
        Object::AttackPattern(pattern) => {
            let [reference] = &pattern.external_references;
            let fits = pattern.name == Wording::technique(&reference.external_id);
            if fits { Ok(()) } else { Err(rule::TEMPLATE) }
        }
        Object::Vulnerability(vulnerability) => {
            let [reference] = &vulnerability.external_references;
            if vulnerability.name == reference.external_id {
                Ok(())
            } else {
                Err(rule::TEMPLATE)
            }
        }
        Object::Extension(_)
        | Object::Identity(_)
        | Object::Marking(_)
        | Object::Note(_)
        | Object::Observable(_)
        | Object::Report(_) => Ok(()),
    }
}

fn indicator(index: &Index<'_>, indicator: &Indicator, day: Day) -> Result<(), Rule> {
    if indicator.indicator_types.is_empty() {
        return Err(rule::SHAPE);
    }
    if indicator.valid_from != day {
        return Err(rule::INSTANT);
    }
    match indicator.pattern_type {
        PatternType::Stix => equality(index, indicator),
        PatternType::Sigma => rule_text(indicator, RuleKind::Sigma, PatternVersion::Sigma),
        PatternType::Yara => rule_text(indicator, RuleKind::Yara, PatternVersion::Yara),
    }
}

/// One equality, named after its value, based on the observation of that value.
fn equality(index: &Index<'_>, indicator: &Indicator) -> Result<(), Rule> {
    let equality = Equality::parse(indicator.pattern.as_str())?;
    let credibility = (1..=5)
        .filter_map(|step| Credibility::try_from(step).ok())
        .find(|step| step.confidence() == indicator.confidence)
        .ok_or(rule::CREDIBILITY)?;
    let worded = indicator.pattern_version == PatternVersion::Stix
        && indicator.external_references.is_none()
        && indicator.name == Wording::indicator_name(&equality)
        && indicator.description == Wording::indicator_description(credibility);
    if !worded {
        return Err(rule::TEMPLATE);
    }
    let most = indicator
        .valid_from
        .plus(equality.value().kind().valid_days_max());
    if indicator.valid_until <= indicator.valid_from || indicator.valid_until > most {
        return Err(rule::INSTANT);
    }
    let observed = index
        .based_on
        .get(&indicator.id)
        .and_then(|id| index.get(id))
        .ok_or(rule::BASED_ON)?;
    let [seen] = match observed {
        Object::ObservedData(observed) => &observed.object_refs,
        Object::AttackPattern(_)
        | Object::Extension(_)
        | Object::Identity(_)
        | Object::Indicator(_)
        | Object::Malware(_)
        | Object::Marking(_)
        | Object::Note(_)
        | Object::Observable(_)
        | Object::Relationship(_)
        | Object::Report(_)
        | Object::Vulnerability(_) => return Err(rule::BASED_ON),
    };
    match index.get(seen) {
        Some(Object::Observable(observable))
            if Equality::of(observable.value()).contains(&equality) =>
        {
            Ok(())
        }
        Some(_) | None => Err(rule::BASED_ON),
    }
}

/// A text as cleaning leaves it, with the name, author and licence that it states.
fn rule_text(indicator: &Indicator, kind: RuleKind, version: PatternVersion) -> Result<(), Rule> {
    let accepted = AcceptedRule::parse(kind, indicator.pattern.as_str())?;
    let licence = LicenceReference {
        source_name: Spdx::Only,
        external_id: Wording::licence(&accepted),
    };
    let worded = indicator.pattern_version == version
        && indicator.name == Wording::rule_name(&accepted)
        && indicator.description == Wording::rule_description(&accepted)
        && indicator.external_references == Some([licence])
        && indicator.indicator_types == BTreeSet::from([IndicatorType::MaliciousActivity])
        && indicator.confidence == RULE_CONFIDENCE
        && indicator.kill_chain_phases.is_none();
    if !worded {
        return Err(rule::TEMPLATE);
    }
    let ends = indicator.valid_from.plus(RULE_VALID_DAYS);
    if indicator.valid_until == ends {
        Ok(())
    } else {
        Err(rule::INSTANT)
    }
}

/// Every observable is observed exactly once.
fn observations(index: &Index<'_>) -> Result<(), Finding> {
    let mut seen = BTreeSet::new();
    for object in index.objects.values() {
        if let Object::ObservedData(observed) = object {
            let [observable] = &observed.object_refs;
            if !seen.insert(observable) {
                return Err(rule::OBSERVED_ONCE.at(Place::object(observable)));
            }
        }
    }
    let unseen = index
        .objects
        .keys()
        .find(|id| id.kind().is_observable() && !seen.contains(*id));
    unseen.map_or(Ok(()), |id| Err(rule::OBSERVED_ONCE.at(Place::object(id))))
}

/// The strictest of some markings.
pub(super) fn strictest(markings: impl Iterator<Item = Tlp>) -> Tlp {
    markings.max().unwrap_or(Tlp::Clear)
}
