//! Writes the objects of one case and its report.
//! Values that cases share are written once, elsewhere.

use std::collections::{BTreeMap, BTreeSet};

use ktr_core::id::Commitment;

use super::{
    AttackPattern, Equality, Indicator, Kind, Label, Malware, Object, ObjectId, PatternText,
    PatternType, Relation, Relationship, Report, ReportName, Vulnerability, Wording,
    build::{Case, Draft},
    constant::marking_id,
    property::{
        Cve, CveReference, KillChainPhase, LicenceReference, MitreAttack, PatternVersion, Spdx,
        SpecVersion, TechniqueReference, ThreatReport,
    },
};
use crate::{
    day::Day,
    finding::Rule,
    form::{CheckedIoc, IndicatorType, Link, Nomination, Reference, Tactic},
    rules::{AcceptedRule, RuleKind},
};

/// Confidence of a listed rule: probably true.
pub(super) const RULE_CONFIDENCE: u8 = 70;
/// Days that a rule is valid.
pub(super) const RULE_VALID_DAYS: u16 = 365;

/// One case in the making.
pub(super) struct CaseWriter<'d, 'p> {
    draft: &'d mut Draft<'p>,
    commitment: Commitment,
    marking: ObjectId,
    members: BTreeSet<ObjectId>,
    entries: BTreeMap<Reference, Vec<ObjectId>>,
}

impl<'d, 'p> CaseWriter<'d, 'p> {
    /// Writes a case and gives the id of its report.
    pub(super) fn write(draft: &'d mut Draft<'p>, case: &Case) -> Result<ObjectId, Rule> {
        let nomination = &case.nomination;
        let marking = marking_id(nomination.tlp)?;
        let mut case = Self {
            draft,
            commitment: case.commitment,
            marking,
            members: BTreeSet::new(),
            entries: BTreeMap::new(),
        };
        for (index, ioc) in nomination.iocs.iter().enumerate() {
            case.ioc(Reference::Ioc(index), ioc)?;
        }
        for (index, rule) in nomination.rules.iter().enumerate() {
            case.rule(Reference::Rule(index), rule);
        }
        case.context(nomination);
        for link in &nomination.links {
            case.link(link);
        }
        Ok(case.report(nomination))
    }

    /// An indicator per algorithm, each based on the one observation of the value.
    fn ioc(&mut self, entry: Reference, ioc: &CheckedIoc) -> Result<(), Rule> {
        let (observable, observed) = self.draft.observed(&ioc.value)?;
        self.trace(&observable, Some(entry));
        self.trace(&observed, Some(entry));
        self.members.extend([observable, observed.clone()]);
        for equality in Equality::of(&ioc.value) {
            let id = self.draft.next_id(Kind::Indicator);
            let mut indicator =
                self.indicator(id.clone(), self.draft.plan.day.plus(ioc.valid_days));
            indicator.name = Wording::indicator_name(&equality);
            indicator.description = Wording::indicator_description(ioc.credibility);
            indicator.indicator_types.clone_from(&ioc.indicator_types);
            indicator.pattern = PatternText::of(&equality);
            indicator.confidence = ioc.credibility.confidence();
            indicator.kill_chain_phases = ioc.tactic.map(|tactic| [phase(tactic)]);
            self.put(entry, Object::Indicator(indicator));
            self.relate(entry, Relation::BasedOn, id, observed.clone());
        }
        Ok(())
    }

    fn rule(&mut self, entry: Reference, rule: &AcceptedRule) {
        let id = self.draft.next_id(Kind::Indicator);
        let mut indicator = self.indicator(id, self.draft.plan.day.plus(RULE_VALID_DAYS));
        indicator.name = Wording::rule_name(rule);
        indicator.description = Wording::rule_description(rule);
        indicator.pattern = PatternText::of_rule(rule);
        (indicator.pattern_type, indicator.pattern_version) = match rule.kind() {
            RuleKind::Sigma => (PatternType::Sigma, PatternVersion::Sigma),
            RuleKind::Yara => (PatternType::Yara, PatternVersion::Yara),
        };
        let licence = LicenceReference {
            source_name: Spdx::Only,
            external_id: Wording::licence(rule),
        };
        indicator.external_references = Some([licence]);
        self.put(entry, Object::Indicator(indicator));
    }

    /// An indicator with what all have in common; the rest is overwritten by the two callers.
    fn indicator(&self, id: ObjectId, valid_until: Day) -> Indicator {
        let day = self.draft.plan.day;
        Indicator {
            kind: Kind::Indicator,
            spec_version: SpecVersion::Only,
            id,
            created: day,
            modified: day,
            created_by_ref: self.creator(),
            object_marking_refs: [self.marking.clone()],
            name: Wording::constant(""),
            description: Wording::constant(""),
            indicator_types: BTreeSet::from([IndicatorType::MaliciousActivity]),
            pattern: PatternText::empty(),
            pattern_type: PatternType::Stix,
            pattern_version: PatternVersion::Stix,
            valid_from: day,
            valid_until,
            confidence: RULE_CONFIDENCE,
            kill_chain_phases: None,
            external_references: None,
        }
    }

    fn context(&mut self, nomination: &Nomination) {
        let day = self.draft.plan.day;
        for (index, malware) in nomination.malware.iter().enumerate() {
            let object = Object::Malware(Malware {
                kind: Kind::Malware,
                spec_version: SpecVersion::Only,
                id: self.draft.next_id(Kind::Malware),
                created: day,
                modified: day,
                created_by_ref: self.creator(),
                object_marking_refs: [self.marking.clone()],
                name: malware.name.clone(),
                is_family: true,
                malware_types: malware.types.clone(),
            });
            self.put(Reference::Malware(index), object);
        }
        for (index, technique) in nomination.techniques.iter().enumerate() {
            let reference = TechniqueReference {
                source_name: MitreAttack::Only,
                external_id: technique.id.clone(),
            };
            let object = Object::AttackPattern(AttackPattern {
                kind: Kind::AttackPattern,
                spec_version: SpecVersion::Only,
                id: self.draft.next_id(Kind::AttackPattern),
                created: day,
                modified: day,
                created_by_ref: self.creator(),
                object_marking_refs: [self.marking.clone()],
                name: Wording::technique(&technique.id),
                external_references: [reference],
                kill_chain_phases: [phase(technique.tactic)],
            });
            self.put(Reference::Technique(index), object);
        }
        for (index, cve) in nomination.cves.iter().enumerate() {
            let reference = CveReference {
                source_name: Cve::Only,
                external_id: cve.clone(),
            };
            let object = Object::Vulnerability(Vulnerability {
                kind: Kind::Vulnerability,
                spec_version: SpecVersion::Only,
                id: self.draft.next_id(Kind::Vulnerability),
                created: day,
                modified: day,
                created_by_ref: self.creator(),
                object_marking_refs: [self.marking.clone()],
                name: cve.clone(),
                external_references: [reference],
            });
            self.put(Reference::Cve(index), object);
        }
    }

    fn link(&mut self, link: &Link) {
        let of = |reference| self.entries.get(&reference).cloned().into_iter().flatten();
        let targets: Vec<ObjectId> = of(link.target).collect();
        let sources: Vec<ObjectId> = of(link.source).collect();
        for source in sources {
            for target in &targets {
                self.relate(link.source, link.relation, source.clone(), target.clone());
            }
        }
    }

    fn relate(&mut self, entry: Reference, relation: Relation, source: ObjectId, target: ObjectId) {
        let day = self.draft.plan.day;
        let relationship = Relationship {
            kind: Kind::Relationship,
            spec_version: SpecVersion::Only,
            id: self.draft.next_id(Kind::Relationship),
            created: day,
            modified: day,
            created_by_ref: self.creator(),
            object_marking_refs: [self.marking.clone()],
            relationship_type: relation,
            source_ref: source,
            target_ref: target,
        };
        self.trace(&relationship.id, Some(entry));
        self.members.insert(relationship.id.clone());
        self.draft.put(Object::Relationship(relationship));
    }

    fn report(mut self, nomination: &Nomination) -> ObjectId {
        let plan = self.draft.plan;
        let is_public = plan
            .public_sectors
            .holds(&nomination.country, nomination.sector);
        let sector = is_public.then_some(nomination.sector);
        let narrative = Some(nomination.narrative.clone()).filter(|text| !text.as_str().is_empty());
        let id = self.draft.next_id(Kind::Report);
        self.trace(&id, None);
        self.draft.put(Object::Report(Report {
            kind: Kind::Report,
            spec_version: SpecVersion::Only,
            id: id.clone(),
            created: plan.day,
            modified: plan.day,
            created_by_ref: plan.alliance.identity_id.clone(),
            object_marking_refs: [self.marking],
            name: ReportName::of(plan.session, &nomination.title),
            description: narrative,
            report_types: [ThreatReport::Only],
            published: plan.day,
            labels: Label::of(&nomination.verdict, sector),
            lang: nomination.lang.clone(),
            object_refs: self.members.into_iter().collect(),
        }));
        id
    }

    fn creator(&self) -> ObjectId {
        self.draft.plan.alliance.identity_id.clone()
    }

    fn trace(&mut self, id: &ObjectId, entry: Option<Reference>) {
        self.draft.trace(id, self.commitment, entry);
    }

    fn put(&mut self, entry: Reference, object: Object) {
        self.trace(object.id(), Some(entry));
        self.members.insert(object.id().clone());
        self.entries
            .entry(entry)
            .or_default()
            .push(object.id().clone());
        self.draft.put(object);
    }
}

const fn phase(tactic: Tactic) -> KillChainPhase {
    KillChainPhase {
        kill_chain_name: MitreAttack::Only,
        phase_name: tactic,
    }
}
