//! Any object of the profile: read by type, written canonically, asked for what all objects have.
//! Whether objects fit together is judged in `profile.rs`.

use serde::{Deserialize, Serialize};

use super::{
    AttackPattern, ExtensionDefinition, Identity, Indicator, Kind, Malware, MarkingDefinition,
    Note, ObjectId, Observable, ObservedData, Relationship, Report, Vulnerability,
};
use crate::{
    canonical,
    day::Day,
    finding::{Rule, rule},
};

/// Any object of the profile.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[serde(untagged)]
pub enum Object {
    /// An ATT&CK technique.
    AttackPattern(AttackPattern),
    /// The beacon's extension.
    Extension(ExtensionDefinition),
    /// The Alliance.
    Identity(Identity),
    /// One equality or rule.
    Indicator(Indicator),
    /// A malware family.
    Malware(Malware),
    /// A TLP 2.0 object.
    Marking(MarkingDefinition),
    /// The beacon's carrier.
    Note(Note),
    /// One of the nine observables.
    Observable(Observable),
    /// That an observable was seen.
    ObservedData(ObservedData),
    /// How two objects are related.
    Relationship(Relationship),
    /// One case.
    Report(Report),
    /// A CVE.
    Vulnerability(Vulnerability),
}

#[derive(Deserialize)]
struct Peek {
    #[serde(rename = "type")]
    kind: String,
}

impl Object {
    /// Reads one object from its canonical text. Nothing is dropped: writing it again must give the same text.
    ///
    /// # Errors
    /// [`rule::UNKNOWN_TYPE`], [`rule::SHAPE`], [`rule::ID`].
    pub fn parse(text: &str) -> Result<Self, Rule> {
        let peek: Peek = serde_json::from_str(text).map_err(|_error| rule::SHAPE)?;
        let kind = Kind::of_name(&peek.kind).ok_or(rule::UNKNOWN_TYPE)?;
        let object = Self::of_kind(kind, text)?;
        if object.id().kind() != kind {
            return Err(rule::ID);
        }
        if object.to_canonical()? == text.as_bytes() {
            Ok(object)
        } else {
            Err(rule::SHAPE)
        }
    }

    /// Its canonical bytes.
    ///
    /// # Errors
    /// None in practice; [`rule::NOT_JSON`] if the value has no JSON form.
    pub fn to_canonical(&self) -> Result<Vec<u8>, Rule> {
        canonical::to_bytes(self)
    }

    fn of_kind(kind: Kind, text: &str) -> Result<Self, Rule> {
        match kind {
            Kind::AttackPattern => typed(text).map(Self::AttackPattern),
            Kind::ExtensionDefinition => typed(text).map(Self::Extension),
            Kind::Identity => typed(text).map(Self::Identity),
            Kind::Indicator => typed(text).map(Self::Indicator),
            Kind::Malware => typed(text).map(Self::Malware),
            Kind::MarkingDefinition => typed(text).map(Self::Marking),
            Kind::Note => typed(text).map(Self::Note),
            Kind::ObservedData => typed(text).map(Self::ObservedData),
            Kind::Relationship => typed(text).map(Self::Relationship),
            Kind::Report => typed(text).map(Self::Report),
            Kind::Vulnerability => typed(text).map(Self::Vulnerability),
            Kind::DomainName
            | Kind::EmailAddr
            | Kind::File
            | Kind::Ipv4Addr
            | Kind::Ipv6Addr
            | Kind::Mutex
            | Kind::Url
            | Kind::WindowsRegistryKey
            | Kind::X509Certificate => typed(text).map(Self::Observable),
        }
    }

    /// Its id.
    #[must_use]
    pub const fn id(&self) -> &ObjectId {
        match self {
            Self::AttackPattern(object) => &object.id,
            Self::Extension(object) => &object.id,
            Self::Identity(object) => &object.id,
            Self::Indicator(object) => &object.id,
            Self::Malware(object) => &object.id,
            Self::Marking(object) => &object.id,
            Self::Note(object) => &object.id,
            Self::Observable(object) => object.id(),
            Self::ObservedData(object) => &object.id,
            Self::Relationship(object) => &object.id,
            Self::Report(object) => &object.id,
            Self::Vulnerability(object) => &object.id,
        }
    }

    /// Its TLP; markings have none.
    #[must_use]
    pub const fn marking(&self) -> Option<&ObjectId> {
        let [marking] = match self {
            Self::AttackPattern(object) => &object.object_marking_refs,
            Self::Extension(object) => &object.object_marking_refs,
            Self::Identity(object) => &object.object_marking_refs,
            Self::Indicator(object) => &object.object_marking_refs,
            Self::Malware(object) => &object.object_marking_refs,
            Self::Marking(_) => return None,
            Self::Note(object) => &object.object_marking_refs,
            Self::Observable(object) => object.marking(),
            Self::ObservedData(object) => &object.object_marking_refs,
            Self::Relationship(object) => &object.object_marking_refs,
            Self::Report(object) => &object.object_marking_refs,
            Self::Vulnerability(object) => &object.object_marking_refs,
        };
        Some(marking)
    }

    /// Creator, created and modified; markings and observables have none.
    #[must_use]
    pub const fn creation(&self) -> Option<(&ObjectId, Day, Day)> {
        match self {
            Self::AttackPattern(o) => Some((&o.created_by_ref, o.created, o.modified)),
            Self::Extension(o) => Some((&o.created_by_ref, o.created, o.modified)),
            Self::Identity(o) => Some((&o.created_by_ref, o.created, o.modified)),
            Self::Indicator(o) => Some((&o.created_by_ref, o.created, o.modified)),
            Self::Malware(o) => Some((&o.created_by_ref, o.created, o.modified)),
            Self::Marking(_) | Self::Observable(_) => None,
            Self::Note(o) => Some((&o.created_by_ref, o.created, o.modified)),
            Self::ObservedData(o) => Some((&o.created_by_ref, o.created, o.modified)),
            Self::Relationship(o) => Some((&o.created_by_ref, o.created, o.modified)),
            Self::Report(o) => Some((&o.created_by_ref, o.created, o.modified)),
            Self::Vulnerability(o) => Some((&o.created_by_ref, o.created, o.modified)),
        }
    }

    /// What it refers to beside creator and marking.
    #[must_use]
    pub fn references(&self) -> Vec<&ObjectId> {
        match self {
            Self::Note(object) => object.object_refs.iter().collect(),
            Self::ObservedData(object) => object.object_refs.iter().collect(),
            Self::Relationship(object) => vec![&object.source_ref, &object.target_ref],
            Self::Report(object) => object.object_refs.iter().collect(),
            Self::AttackPattern(_)
            | Self::Extension(_)
            | Self::Identity(_)
            | Self::Indicator(_)
            | Self::Malware(_)
            | Self::Marking(_)
            | Self::Observable(_)
            | Self::Vulnerability(_) => Vec::new(),
        }
    }
}

fn typed<'a, T: Deserialize<'a>>(text: &'a str) -> Result<T, Rule> {
    serde_json::from_str(text).map_err(|_error| rule::SHAPE)
}
