//! Names of entries inside one form, for its links: list and number from 0, such as `ioc/3`.
//! Whether the entry exists is checked where the form is checked.

use std::fmt;

use crate::{
    finding::{Rule, rule},
    stix::Kind,
};

/// An entry of a form.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Reference {
    /// `iocs`.
    Ioc(usize),
    /// `rules`.
    Rule(usize),
    /// `context.malware`.
    Malware(usize),
    /// `context.techniques`.
    Technique(usize),
    /// `context.cves`.
    Cve(usize),
}

impl Reference {
    /// Reads `ioc/3`.
    ///
    /// # Errors
    /// [`rule::LINK`] for anything else.
    pub fn parse(text: &str) -> Result<Self, Rule> {
        let (list, number) = text.split_once('/').ok_or(rule::LINK)?;
        let number: usize = number.parse().map_err(|_error| rule::LINK)?;
        let found = match list {
            "ioc" => Self::Ioc(number),
            "rule" => Self::Rule(number),
            "malware" => Self::Malware(number),
            "technique" => Self::Technique(number),
            "cve" => Self::Cve(number),
            _ => return Err(rule::LINK),
        };
        if found.to_string() == text {
            Ok(found)
        } else {
            Err(rule::LINK)
        }
    }

    /// Its path in the form, such as `iocs[3]`.
    #[must_use]
    pub fn path(self) -> String {
        match self {
            Self::Ioc(number) => format!("iocs[{number}]"),
            Self::Rule(number) => format!("rules[{number}]"),
            Self::Malware(number) => format!("context.malware[{number}]"),
            Self::Technique(number) => format!("context.techniques[{number}]"),
            Self::Cve(number) => format!("context.cves[{number}]"),
        }
    }

    /// The type of the object that the entry becomes.
    #[must_use]
    pub const fn kind(self) -> Kind {
        match self {
            Self::Ioc(_) | Self::Rule(_) => Kind::Indicator,
            Self::Malware(_) => Kind::Malware,
            Self::Technique(_) => Kind::AttackPattern,
            Self::Cve(_) => Kind::Vulnerability,
        }
    }
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ioc(number) => write!(f, "ioc/{number}"),
            Self::Rule(number) => write!(f, "rule/{number}"),
            Self::Malware(number) => write!(f, "malware/{number}"),
            Self::Technique(number) => write!(f, "technique/{number}"),
            Self::Cve(number) => write!(f, "cve/{number}"),
        }
    }
}
