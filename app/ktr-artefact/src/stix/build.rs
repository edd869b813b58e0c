//! Builds a bundle from checked nominations: same inputs and seed, same bytes on every machine.
//! It asks no clock and draws nothing at random; it does not seal.

use std::collections::{BTreeMap, BTreeSet};

use ktr_core::id::{Commitment, ReleaseId, SessionId, Sha256};
use sha2::Digest;

use super::{
    Attempt, Beacon, BeaconScheme, BundleId, ChainId, Kind, Note, Object, ObjectId, Observable,
    ObservedData, PublicSectors, ReleaseHex, Seed, Sha256Hex, Tlp, Wording,
    attempt::{Judged, Origin, Traced},
    case::CaseWriter,
    constant::{NOTE_ABSTRACT, NOTE_CONTENT, extension, identity, marking, marking_id},
    observable::id_of,
    property::{PropertyExtension, SpecVersion},
};
use crate::{
    alliance::Alliance,
    day::Day,
    finding::{Finding, Place, Rule, rule},
    form::{Nomination, Reference, Token},
    ioc, leak, limits,
};

/// One cleared nomination.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Case {
    /// Its commitment, by which cases are ordered.
    pub commitment: Commitment,
    /// What is in it.
    pub nomination: Nomination,
}

/// All inputs of a build.
#[derive(Clone, Debug)]
pub struct Plan<'a> {
    /// Who builds.
    pub alliance: &'a Alliance,
    /// The chain on which the bundle will be sealed.
    pub chain: &'a ChainId,
    /// The session it is for.
    pub session: SessionId,
    /// The source of all ids.
    pub seed: Seed,
    /// D0.
    pub day: Day,
    /// Day of the previous session; of the first session, D0.
    pub previous: Day,
    /// Where a sector may be named.
    pub public_sectors: &'a PublicSectors,
    /// The cases, in any order.
    pub cases: &'a [Case],
}

/// A built bundle and what the ledger will keep of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Bundle {
    /// `bundle.json`.
    pub bytes: Vec<u8>,
    /// The STIX bundle's id.
    pub id: BundleId,
    /// The release's id.
    pub release: ReleaseId,
    /// SHA-256 of the bytes.
    pub sha256: Sha256,
    /// SHA-256 of the bundle's id.
    pub beacon: Sha256,
    /// The nominations in it, rising.
    pub nominations: Vec<Commitment>,
}

/// Builds, reads the result back with the strict reader, and looks in it for every victim's words before handing it out.
///
/// # Errors
/// [`rule::TOO_MANY_CASES`], [`rule::CASE_TWICE`], [`rule::DIGESTS_DISAGREE`], [`rule::TOO_MANY_OBJECTS`], [`rule::TOO_LARGE`], and whatever the
/// strict reader or the leak verifier finds.
pub fn build(plan: &Plan<'_>) -> Result<Bundle, Finding> {
    build_despite(plan, &|_| false)
}

/// As [`build`], but the board has seen some findings and lets them stand: what looks like an identifier was the attacker's. The same plan gives
/// the same numbers of objects, so a finding of one try names the same thing in the next.
///
/// # Errors
/// As [`build`]. A finding that is not for the board ([`leak::is_for_the_board`]) stops the build whoever lets it stand.
pub fn build_despite(
    plan: &Plan<'_>,
    stands: &dyn Fn(&Finding) -> bool,
) -> Result<Bundle, Finding> {
    attempt(plan, stands).bundle
}

/// As [`build_despite`], but says everything that was found and where each object comes from.
#[must_use]
pub fn attempt(plan: &Plan<'_>, stands: &dyn Fn(&Finding) -> bool) -> Attempt {
    let mut draft = Draft::new(plan);
    let searched = drafted(plan, &mut draft).and_then(|(cases, bytes)| {
        let judged = search(&bytes, &cases, stands)?;
        Ok((cases, bytes, judged))
    });
    let objects = draft.traced();
    let (cases, bytes, judged) = match searched {
        Ok(searched) => searched,
        Err(stop) => return Attempt::stopped(stop, objects),
    };
    let stop = judged.iter().find(|judged| !judged.stands);
    let bundle = match stop {
        Some(stop) => Err(stop.finding.clone()),
        None => Ok(bundle(plan, &cases, bytes)),
    };
    Attempt {
        bundle,
        judged,
        objects,
    }
}

fn bundle(plan: &Plan<'_>, cases: &[&Case], bytes: Vec<u8>) -> Bundle {
    let id = plan.seed.bundle_id();
    Bundle {
        sha256: Sha256(sha2::Sha256::digest(&bytes).into()),
        beacon: id.beacon(),
        release: plan.seed.release_id(),
        nominations: cases.iter().map(|case| case.commitment).collect(),
        bytes,
        id,
    }
}

/// The cases in order, and the bytes as the strict reader accepts them.
fn drafted<'a>(
    plan: &Plan<'a>,
    draft: &mut Draft<'_>,
) -> Result<(Vec<&'a Case>, Vec<u8>), Finding> {
    let at_bundle = |rule: Rule| rule.at(Place::bundle());
    let cases = ordered(plan.cases).map_err(at_bundle)?;
    draft.share(&cases).map_err(at_bundle)?;
    let mut reports = Vec::new();
    for case in &cases {
        reports.push(CaseWriter::write(draft, case).map_err(at_bundle)?);
    }
    draft.shared().map_err(at_bundle)?;
    draft.note(reports, &cases).map_err(at_bundle)?;
    draft.constants().map_err(at_bundle)?;
    let bytes = write(&plan.seed.bundle_id(), &draft.objects).map_err(at_bundle)?;
    super::check(&super::read(&bytes)?, plan.alliance)?;
    Ok((cases, bytes))
}

/// Looks for the words of all victims, as many at once as a dictionary holds, and for what looks like an identifier; each finding once.
fn search(
    bytes: &[u8],
    cases: &[&Case],
    stands: &dyn Fn(&Finding) -> bool,
) -> Result<Vec<Judged>, Finding> {
    let tokens: Vec<Token<'_>> = cases
        .iter()
        .flat_map(|case| case.nomination.tokens.each())
        .collect();
    let mut seen = BTreeSet::new();
    let mut judged = Vec::new();
    for part in tokens.chunks(limits::TOKENS_MAX) {
        let (mut words, mut patterns) = (Vec::new(), Vec::new());
        for token in part {
            match token {
                Token::Word(word) => words.push(*word),
                Token::Pattern(pattern) => patterns.push(*pattern),
            }
        }
        let dictionary = leak::Dictionary::of(&words, &patterns)?;
        for finding in leak::check(bytes, &dictionary) {
            if seen.insert((finding.rule, finding.place.clone())) {
                let stands = leak::is_for_the_board(finding.rule) && stands(&finding);
                judged.push(Judged { finding, stands });
            }
        }
    }
    Ok(judged)
}

fn ordered(cases: &[Case]) -> Result<Vec<&Case>, Rule> {
    if !(1..=limits::CASES_MAX).contains(&cases.len()) {
        return Err(rule::TOO_MANY_CASES);
    }
    let by_commitment: BTreeMap<Commitment, &Case> =
        cases.iter().map(|case| (case.commitment, case)).collect();
    if by_commitment.len() == cases.len() {
        Ok(by_commitment.into_values().collect())
    } else {
        Err(rule::CASE_TWICE)
    }
}

/// `{"id":"…","objects":[` … `],"type":"bundle"}`, objects rising by id.
fn write(id: &BundleId, objects: &BTreeMap<ObjectId, Object>) -> Result<Vec<u8>, Rule> {
    if objects.len() > limits::OBJECTS_MAX {
        return Err(rule::TOO_MANY_OBJECTS);
    }
    let mut bytes = format!("{{\"id\":\"{id}\",\"objects\":[").into_bytes();
    for (index, object) in objects.values().enumerate() {
        if index > 0 {
            bytes.push(b',');
        }
        bytes.extend(object.to_canonical()?);
    }
    bytes.extend(b"],\"type\":\"bundle\"}");
    if bytes.len() <= limits::BUILT_MAX {
        Ok(bytes)
    } else {
        Err(rule::TOO_LARGE)
    }
}

/// A value that one or more cases saw.
struct SharedValue {
    value: ioc::Value,
    tlp: Tlp,
    observed: ObjectId,
}

/// A bundle in the making.
pub(super) struct Draft<'a> {
    pub(super) plan: &'a Plan<'a>,
    counters: BTreeMap<Kind, u32>,
    shared: BTreeMap<ObjectId, SharedValue>,
    objects: BTreeMap<ObjectId, Object>,
    origins: BTreeMap<ObjectId, BTreeSet<Origin>>,
}

impl<'a> Draft<'a> {
    const fn new(plan: &'a Plan<'a>) -> Self {
        Self {
            plan,
            counters: BTreeMap::new(),
            shared: BTreeMap::new(),
            objects: BTreeMap::new(),
            origins: BTreeMap::new(),
        }
    }

    /// Notes where an object comes from.
    pub(super) fn trace(&mut self, id: &ObjectId, case: Commitment, entry: Option<Reference>) {
        let origins = self.origins.entry(id.clone()).or_default();
        origins.insert(Origin { case, entry });
    }

    /// The objects so far, in the bundle's order.
    fn traced(mut self) -> Vec<Traced> {
        let ids = std::mem::take(&mut self.objects).into_keys();
        ids.map(|id| Traced {
            origins: self.origins.remove(&id).unwrap_or_default(),
            id,
        })
        .collect()
    }

    /// The next id of a type: the index is global, so that it tells nothing of cases.
    pub(super) fn next_id(&mut self, kind: Kind) -> ObjectId {
        let counter = self.counters.entry(kind).or_insert(0);
        let index = *counter;
        *counter = counter.saturating_add(1);
        self.plan.seed.object_id(kind, index)
    }

    pub(super) fn put(&mut self, object: Object) {
        self.objects.insert(object.id().clone(), object);
    }

    /// Observable and observed data of a value that [`Self::share`] has seen.
    pub(super) fn observed(&self, value: &ioc::Value) -> Result<(ObjectId, ObjectId), Rule> {
        let id = id_of(value)?;
        let shared = self.shared.get(&id).ok_or(rule::DANGLING_REFERENCE)?;
        Ok((id, shared.observed.clone()))
    }

    /// Gathers all values first: a shared object gets the stricter marking of its cases.
    fn share(&mut self, cases: &[&Case]) -> Result<(), Rule> {
        for case in cases {
            for ioc in &case.nomination.iocs {
                self.take(&ioc.value, case.nomination.tlp)?;
            }
        }
        Ok(())
    }

    fn take(&mut self, value: &ioc::Value, tlp: Tlp) -> Result<(), Rule> {
        let id = id_of(value)?;
        let merged = match self.shared.get(&id) {
            Some(known) => SharedValue {
                value: merged(&known.value, value)?,
                tlp: known.tlp.max(tlp),
                observed: known.observed.clone(),
            },
            None => SharedValue {
                value: value.clone(),
                tlp,
                observed: self.next_id(Kind::ObservedData),
            },
        };
        self.shared.insert(id, merged);
        Ok(())
    }

    fn shared(&mut self) -> Result<(), Rule> {
        for (id, shared) in std::mem::take(&mut self.shared) {
            let marking = marking_id(shared.tlp)?;
            self.put(Object::Observable(Observable::of(
                shared.value,
                marking.clone(),
            )?));
            self.put(Object::ObservedData(ObservedData {
                kind: Kind::ObservedData,
                spec_version: SpecVersion::Only,
                id: shared.observed,
                created: self.plan.day,
                modified: self.plan.day,
                created_by_ref: self.plan.alliance.identity_id.clone(),
                object_marking_refs: [marking],
                first_observed: self.plan.previous,
                last_observed: self.plan.day,
                number_observed: 1,
                object_refs: [id],
            }));
        }
        Ok(())
    }

    fn note(&mut self, mut reports: Vec<ObjectId>, cases: &[&Case]) -> Result<(), Rule> {
        reports.sort();
        let strictest = cases
            .iter()
            .map(|case| case.nomination.tlp)
            .max()
            .unwrap_or(Tlp::Clear);
        let beacon = Beacon {
            extension_type: PropertyExtension::Only,
            scheme: BeaconScheme::Hit1,
            session: self.plan.session.0,
            chain_id: self.plan.chain.clone(),
            release_id: ReleaseHex::of(&self.plan.seed.release_id()),
            bundle_id_sha256: Sha256Hex::of(&self.plan.seed.bundle_id().beacon()),
        };
        let note = Note {
            kind: Kind::Note,
            spec_version: SpecVersion::Only,
            id: self.next_id(Kind::Note),
            created: self.plan.day,
            modified: self.plan.day,
            created_by_ref: self.plan.alliance.identity_id.clone(),
            object_marking_refs: [marking_id(strictest)?],
            r#abstract: Wording::constant(NOTE_ABSTRACT),
            content: Wording::constant(NOTE_CONTENT),
            object_refs: reports,
            extensions: BTreeMap::from([(self.plan.alliance.extension_id.clone(), beacon)]),
        };
        self.put(Object::Note(note));
        Ok(())
    }

    /// The Alliance, its extension, and the markings in use.
    fn constants(&mut self) -> Result<(), Rule> {
        self.put(identity(self.plan.alliance)?);
        self.put(extension(self.plan.alliance)?);
        let used: BTreeSet<ObjectId> = self
            .objects
            .values()
            .filter_map(Object::marking)
            .cloned()
            .collect();
        for tlp in Tlp::ALL {
            if used.contains(&marking_id(tlp)?) {
                self.put(marking(tlp)?);
            }
        }
        Ok(())
    }
}

/// One value for one observable: digests are joined, all else is equal already.
fn merged(known: &ioc::Value, value: &ioc::Value) -> Result<ioc::Value, Rule> {
    match (known, value) {
        (ioc::Value::Hash(a), ioc::Value::Hash(b)) => a.merged(b).map(ioc::Value::Hash),
        (ioc::Value::Certificate(a), ioc::Value::Certificate(b)) => {
            a.merged(b).map(ioc::Value::Certificate)
        }
        (_, _) => (known == value).then(|| known.clone()),
    }
    .ok_or(rule::DIGESTS_DISAGREE)
}
