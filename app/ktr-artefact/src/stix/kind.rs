//! The twenty object types of the profile and the relations between them.
//! Which properties each may have stands in `object.rs`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// An object type.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// Attack pattern.
    AttackPattern,
    /// Domain name, an observable.
    DomainName,
    /// Mail address, an observable.
    EmailAddr,
    /// Extension definition.
    ExtensionDefinition,
    /// File, an observable.
    File,
    /// Identity.
    Identity,
    /// Indicator.
    Indicator,
    /// IPv4 address, an observable.
    #[serde(rename = "ipv4-addr")]
    Ipv4Addr,
    /// IPv6 address, an observable.
    #[serde(rename = "ipv6-addr")]
    Ipv6Addr,
    /// Malware.
    Malware,
    /// Marking definition.
    MarkingDefinition,
    /// Mutex, an observable.
    Mutex,
    /// Note.
    Note,
    /// Observed data.
    ObservedData,
    /// Relationship.
    Relationship,
    /// Report.
    Report,
    /// URL, an observable.
    Url,
    /// Vulnerability.
    Vulnerability,
    /// Registry key, an observable.
    WindowsRegistryKey,
    /// Certificate, an observable.
    X509Certificate,
}

impl Kind {
    /// Every type.
    pub const ALL: [Self; 20] = [
        Self::AttackPattern,
        Self::DomainName,
        Self::EmailAddr,
        Self::ExtensionDefinition,
        Self::File,
        Self::Identity,
        Self::Indicator,
        Self::Ipv4Addr,
        Self::Ipv6Addr,
        Self::Malware,
        Self::MarkingDefinition,
        Self::Mutex,
        Self::Note,
        Self::ObservedData,
        Self::Relationship,
        Self::Report,
        Self::Url,
        Self::Vulnerability,
        Self::WindowsRegistryKey,
        Self::X509Certificate,
    ];

    /// Its name in STIX.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AttackPattern => "attack-pattern",
            Self::DomainName => "domain-name",
            Self::EmailAddr => "email-addr",
            Self::ExtensionDefinition => "extension-definition",
            Self::File => "file",
            Self::Identity => "identity",
            Self::Indicator => "indicator",
            Self::Ipv4Addr => "ipv4-addr",
            Self::Ipv6Addr => "ipv6-addr",
            Self::Malware => "malware",
            Self::MarkingDefinition => "marking-definition",
            Self::Mutex => "mutex",
            Self::Note => "note",
            Self::ObservedData => "observed-data",
            Self::Relationship => "relationship",
            Self::Report => "report",
            Self::Url => "url",
            Self::Vulnerability => "vulnerability",
            Self::WindowsRegistryKey => "windows-registry-key",
            Self::X509Certificate => "x509-certificate",
        }
    }

    /// The type with this name.
    #[must_use]
    pub fn of_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
    }

    /// Whether it is one of the nine observables, whose ids follow from their values.
    #[must_use]
    pub const fn is_observable(self) -> bool {
        matches!(
            self,
            Self::DomainName
                | Self::EmailAddr
                | Self::File
                | Self::Ipv4Addr
                | Self::Ipv6Addr
                | Self::Mutex
                | Self::Url
                | Self::WindowsRegistryKey
                | Self::X509Certificate
        )
    }
}

/// How two objects are related. A form may state all but `based-on`, which the build adds.
#[derive(
    Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Relation {
    /// Indicator based on observed data.
    BasedOn,
    /// Malware exploits a vulnerability.
    Exploits,
    /// Indicator indicates malware or an attack pattern.
    Indicates,
    /// Attack pattern targets a vulnerability.
    Targets,
    /// Malware uses an attack pattern.
    Uses,
}

impl Relation {
    /// Whether the profile allows this relation between objects of these types.
    #[must_use]
    pub fn allows(self, source: Kind, target: Kind) -> bool {
        match self {
            Self::BasedOn => (source, target) == (Kind::Indicator, Kind::ObservedData),
            Self::Exploits => (source, target) == (Kind::Malware, Kind::Vulnerability),
            Self::Indicates => {
                source == Kind::Indicator && matches!(target, Kind::Malware | Kind::AttackPattern)
            }
            Self::Targets => (source, target) == (Kind::AttackPattern, Kind::Vulnerability),
            Self::Uses => (source, target) == (Kind::Malware, Kind::AttackPattern),
        }
    }
}
