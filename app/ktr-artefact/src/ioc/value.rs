//! An IOC of a form: its type and its value in normal form.
//! How it becomes pattern and observable is the profile's affair.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    Digests, DomainValue, FileName, Ipv4Value, Ipv6Value, MailValue, MutexName, RegistryKey,
    UrlValue,
};
use crate::finding::Rule;

/// The types of the table in bundle.md, section 3.3.
#[derive(
    Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Type {
    /// IPv4 address.
    Ipv4,
    /// IPv6 address.
    Ipv6,
    /// Domain.
    Domain,
    /// URL.
    Url,
    /// Mail address of a sender.
    Email,
    /// Hashes of one file: one to four, with a blank between them.
    Hash,
    /// Name of a file.
    Filename,
    /// Name of a mutex.
    Mutex,
    /// Registry key.
    Regkey,
    /// Hashes of one certificate: one to three, with a blank between them.
    Certificate,
}

impl Type {
    /// How many days an IOC of this type may be valid.
    #[must_use]
    pub const fn valid_days_max(self) -> u16 {
        match self {
            Self::Ipv4 | Self::Ipv6 => 30,
            Self::Url => 60,
            Self::Domain | Self::Email => 90,
            Self::Filename | Self::Mutex | Self::Regkey => 180,
            Self::Hash | Self::Certificate => 365,
        }
    }
}

/// A value in normal form.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Value {
    /// IPv4 address.
    Ipv4(Ipv4Value),
    /// IPv6 address.
    Ipv6(Ipv6Value),
    /// Domain.
    Domain(DomainValue),
    /// URL.
    Url(UrlValue),
    /// Mail address.
    Email(MailValue),
    /// Hashes of one file.
    Hash(Digests),
    /// Name of a file.
    Filename(FileName),
    /// Name of a mutex.
    Mutex(MutexName),
    /// Registry key.
    Regkey(RegistryKey),
    /// Hashes of one certificate.
    Certificate(Digests),
}

impl Value {
    /// Reads `text` as a value of the given type and brings it into normal form.
    ///
    /// # Errors
    /// The rule of that type which `text` breaks.
    pub fn parse(kind: Type, text: &str) -> Result<Self, Rule> {
        match kind {
            Type::Ipv4 => Ipv4Value::parse(text).map(Self::Ipv4),
            Type::Ipv6 => Ipv6Value::parse(text).map(Self::Ipv6),
            Type::Domain => DomainValue::parse(text).map(Self::Domain),
            Type::Url => UrlValue::parse(text).map(Self::Url),
            Type::Email => MailValue::parse(text).map(Self::Email),
            Type::Hash => Digests::parse(text).map(Self::Hash),
            Type::Filename => FileName::parse(text).map(Self::Filename),
            Type::Mutex => MutexName::parse(text).map(Self::Mutex),
            Type::Regkey => RegistryKey::parse(text).map(Self::Regkey),
            Type::Certificate => Digests::parse(text).map(Self::Certificate),
        }
    }

    /// Its type.
    #[must_use]
    pub const fn kind(&self) -> Type {
        match self {
            Self::Ipv4(_) => Type::Ipv4,
            Self::Ipv6(_) => Type::Ipv6,
            Self::Domain(_) => Type::Domain,
            Self::Url(_) => Type::Url,
            Self::Email(_) => Type::Email,
            Self::Hash(_) => Type::Hash,
            Self::Filename(_) => Type::Filename,
            Self::Mutex(_) => Type::Mutex,
            Self::Regkey(_) => Type::Regkey,
            Self::Certificate(_) => Type::Certificate,
        }
    }

    /// Its text in normal form.
    #[must_use]
    pub fn text(&self) -> String {
        match self {
            Self::Ipv4(value) => value.to_string(),
            Self::Ipv6(value) => value.to_string(),
            Self::Domain(value) => value.to_string(),
            Self::Url(value) => value.to_string(),
            Self::Email(value) => value.to_string(),
            Self::Hash(value) | Self::Certificate(value) => value.to_string(),
            Self::Filename(value) => value.to_string(),
            Self::Mutex(value) => value.to_string(),
            Self::Regkey(value) => value.to_string(),
        }
    }
}
