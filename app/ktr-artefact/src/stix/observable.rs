//! The nine observables: one value each, an id that follows from it, one TLP, nothing else.
//! That a value was seen is another object.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Kind, ObjectId, property::SpecVersion};
use crate::{
    canonical,
    finding::{Rule, rule},
    ioc::{self, Digests},
};

/// One observable. Its id always follows from its value.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(try_from = "Properties", into = "Properties")]
pub struct Observable {
    id: ObjectId,
    marking: [ObjectId; 1],
    value: ioc::Value,
}

impl Observable {
    /// The observable of a value under a marking.
    ///
    /// # Errors
    /// None in practice; a rule of range 400 if the value has no JSON form.
    pub fn of(value: ioc::Value, marking: ObjectId) -> Result<Self, Rule> {
        Ok(Self {
            id: id_of(&value)?,
            marking: [marking],
            value,
        })
    }

    /// Its id.
    #[must_use]
    pub const fn id(&self) -> &ObjectId {
        &self.id
    }

    /// Its TLP.
    #[must_use]
    pub const fn marking(&self) -> &[ObjectId; 1] {
        &self.marking
    }

    /// Its value.
    #[must_use]
    pub const fn value(&self) -> &ioc::Value {
        &self.value
    }
}

/// The object type of a value.
pub(super) const fn kind_of(value: &ioc::Value) -> Kind {
    match value {
        ioc::Value::Ipv4(_) => Kind::Ipv4Addr,
        ioc::Value::Ipv6(_) => Kind::Ipv6Addr,
        ioc::Value::Domain(_) => Kind::DomainName,
        ioc::Value::Url(_) => Kind::Url,
        ioc::Value::Email(_) => Kind::EmailAddr,
        ioc::Value::Hash(_) | ioc::Value::Filename(_) => Kind::File,
        ioc::Value::Mutex(_) => Kind::Mutex,
        ioc::Value::Regkey(_) => Kind::WindowsRegistryKey,
        ioc::Value::Certificate(_) => Kind::X509Certificate,
    }
}

/// The id that a value gives: of several digests only the first contributes (STIX 2.1, section 2.9).
pub(super) fn id_of(value: &ioc::Value) -> Result<ObjectId, Rule> {
    let kind = kind_of(value);
    let contributing = match value {
        ioc::Value::Hash(digests) | ioc::Value::Certificate(digests) => {
            let (name, digest) = digests.first().ok_or(rule::IOC_HASH)?;
            let hashes = BTreeMap::from([(name.as_str(), digest.as_str())]);
            canonical::to_bytes(&BTreeMap::from([("hashes", hashes)]))?
        }
        ioc::Value::Ipv4(_)
        | ioc::Value::Ipv6(_)
        | ioc::Value::Domain(_)
        | ioc::Value::Url(_)
        | ioc::Value::Email(_)
        | ioc::Value::Filename(_)
        | ioc::Value::Mutex(_)
        | ioc::Value::Regkey(_) => {
            canonical::to_bytes(&BTreeMap::from([(property(kind), value.text())]))?
        }
    };
    Ok(ObjectId::of_observable(kind, &contributing))
}

const fn property(kind: Kind) -> &'static str {
    match kind {
        Kind::File | Kind::Mutex => "name",
        Kind::WindowsRegistryKey => "key",
        Kind::AttackPattern
        | Kind::DomainName
        | Kind::EmailAddr
        | Kind::ExtensionDefinition
        | Kind::Identity
        | Kind::Indicator
        | Kind::Ipv4Addr
        | Kind::Ipv6Addr
        | Kind::Malware
        | Kind::MarkingDefinition
        | Kind::Note
        | Kind::ObservedData
        | Kind::Relationship
        | Kind::Report
        | Kind::Url
        | Kind::Vulnerability
        | Kind::X509Certificate => "value",
    }
}

/// The properties as they stand in JSON.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Properties {
    #[serde(rename = "type")]
    kind: Kind,
    spec_version: SpecVersion,
    id: ObjectId,
    object_marking_refs: [ObjectId; 1],
    #[serde(skip_serializing_if = "Option::is_none", default)]
    value: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    key: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    hashes: Option<Digests>,
}

impl From<Observable> for Properties {
    fn from(observable: Observable) -> Self {
        let kind = kind_of(&observable.value);
        let mut properties = Self {
            kind,
            spec_version: SpecVersion::Only,
            id: observable.id,
            object_marking_refs: observable.marking,
            value: None,
            name: None,
            key: None,
            hashes: None,
        };
        let text = observable.value.text();
        match observable.value {
            ioc::Value::Hash(digests) | ioc::Value::Certificate(digests) => {
                properties.hashes = Some(digests);
            }
            ioc::Value::Filename(_) | ioc::Value::Mutex(_) => properties.name = Some(text),
            ioc::Value::Regkey(_) => properties.key = Some(text),
            ioc::Value::Ipv4(_)
            | ioc::Value::Ipv6(_)
            | ioc::Value::Domain(_)
            | ioc::Value::Url(_)
            | ioc::Value::Email(_) => properties.value = Some(text),
        }
        properties
    }
}

impl TryFrom<Properties> for Observable {
    type Error = Rule;

    fn try_from(found: Properties) -> Result<Self, Rule> {
        let [marking] = found.object_marking_refs;
        let single = [found.value, found.name, found.key].into_iter().flatten();
        let value = match (
            found.kind,
            found.hashes,
            single.collect::<Vec<_>>().as_slice(),
        ) {
            (Kind::File, Some(digests), []) => ioc::Value::Hash(digests),
            (Kind::X509Certificate, Some(digests), []) => ioc::Value::Certificate(digests),
            (kind, None, [text]) => {
                let value = ioc::Value::parse(type_of(kind)?, text)?;
                if value.text() == *text {
                    value
                } else {
                    return Err(rule::PATTERN_VALUE);
                }
            }
            (_, _, _) => return Err(rule::SHAPE),
        };
        if id_of(&value)? == found.id {
            Self::of(value, marking)
        } else {
            Err(rule::OBSERVABLE_ID)
        }
    }
}

fn type_of(kind: Kind) -> Result<ioc::Type, Rule> {
    match kind {
        Kind::Ipv4Addr => Ok(ioc::Type::Ipv4),
        Kind::Ipv6Addr => Ok(ioc::Type::Ipv6),
        Kind::DomainName => Ok(ioc::Type::Domain),
        Kind::Url => Ok(ioc::Type::Url),
        Kind::EmailAddr => Ok(ioc::Type::Email),
        Kind::File => Ok(ioc::Type::Filename),
        Kind::Mutex => Ok(ioc::Type::Mutex),
        Kind::WindowsRegistryKey => Ok(ioc::Type::Regkey),
        Kind::AttackPattern
        | Kind::ExtensionDefinition
        | Kind::Identity
        | Kind::Indicator
        | Kind::Malware
        | Kind::MarkingDefinition
        | Kind::Note
        | Kind::ObservedData
        | Kind::Relationship
        | Kind::Report
        | Kind::Vulnerability
        | Kind::X509Certificate => Err(rule::SHAPE),
    }
}
