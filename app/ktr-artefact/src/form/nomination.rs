//! A nomination after the checks: newtypes only, from which a bundle can be built.
//! No plain text of the form is in it but the dictionary, which never leaves.

use std::{collections::BTreeSet, fmt};

use serde::{Deserialize, Serialize};

use super::{Constraint, IndicatorType, MalwareType, Reference, Sector, Tactic};
use crate::{
    finding::{Rule, rule},
    ioc::Value as IocValue,
    matrix::Verdict,
    rules::AcceptedRule,
    stix::{Relation, Tlp},
    text::{Language, MalwareName, Narrative, Title, text_type},
};

text_type!(
    /// An ISO 3166 code of two capital letters.
    Country,
    country
);
text_type!(
    /// An ATT&CK technique's id, such as `T1059.001`.
    TechniqueId,
    technique
);
text_type!(
    /// A CVE's id, such as `CVE-2024-12345`.
    CveId,
    cve
);

/// How credible an indicator is, 1 confirmed to 5 improbable (the Admiralty scale).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub struct Credibility(u8);

impl Credibility {
    /// STIX's confidence, 90 down to 10 (STIX 2.1, appendix A).
    #[must_use]
    pub const fn confidence(self) -> u8 {
        match self.0 {
            1 => 90,
            2 => 70,
            3 => 50,
            4 => 30,
            _ => 10,
        }
    }
}

impl TryFrom<u8> for Credibility {
    type Error = Rule;

    fn try_from(value: u8) -> Result<Self, Rule> {
        if (1..=5).contains(&value) {
            Ok(Self(value))
        } else {
            Err(rule::CREDIBILITY)
        }
    }
}

impl From<Credibility> for u8 {
    fn from(credibility: Credibility) -> Self {
        credibility.0
    }
}

/// One indicator with its value in normal form.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CheckedIoc {
    /// The value.
    pub value: IocValue,
    /// What it indicates; at least one.
    pub indicator_types: BTreeSet<IndicatorType>,
    /// The tactic it serves.
    pub tactic: Option<Tactic>,
    /// How credible it is.
    pub credibility: Credibility,
    /// Days it is valid, within the bound of its type.
    pub valid_days: u16,
    /// Whether only this victim has seen it: the board decides.
    pub victim_unique: bool,
}

/// One malware family.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Malware {
    /// Its name.
    pub name: MalwareName,
    /// Its types; at least one.
    pub types: BTreeSet<MalwareType>,
}

/// One technique.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Technique {
    /// Its id.
    pub id: TechniqueId,
    /// The tactic it served.
    pub tactic: Tactic,
}

/// One allowed link between entries that exist.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Link {
    /// From.
    pub source: Reference,
    /// How.
    pub relation: Relation,
    /// To.
    pub target: Reference,
}

/// A checked nomination.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Nomination {
    /// Title of the case.
    pub title: Title,
    /// Its narrative.
    pub narrative: Narrative,
    /// Their language.
    pub lang: Language,
    /// How far it may travel.
    pub tlp: Tlp,
    /// Usual grounds of a veto, for the board.
    pub constraints: BTreeSet<Constraint>,
    /// The victim's sector.
    pub sector: Sector,
    /// The victim's country; never in a bundle.
    pub country: Country,
    /// The matrix's verdict, HIGH or CRITICAL.
    pub verdict: Verdict,
    /// Indicators.
    pub iocs: Vec<CheckedIoc>,
    /// Rules.
    pub rules: Vec<AcceptedRule>,
    /// Malware families.
    pub malware: Vec<Malware>,
    /// Techniques.
    pub techniques: Vec<Technique>,
    /// CVEs.
    pub cves: Vec<CveId>,
    /// Links.
    pub links: Vec<Link>,
    /// The victim's dictionary, to be looked for in what leaves.
    pub tokens: Tokens,
}

/// The tokens of one dictionary, which never leave: what shows them for debugging shows their number.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Tokens {
    /// Words, as they stand.
    pub(crate) words: Vec<String>,
    /// Patterns of hosts.
    pub(crate) patterns: Vec<String>,
}

/// One token of a dictionary.
#[derive(Clone, Copy)]
pub(crate) enum Token<'a> {
    /// Counts as it stands.
    Word(&'a str),
    /// Its `*` and `?` stand for others.
    Pattern(&'a str),
}

impl Tokens {
    /// All of them.
    pub(crate) fn each(&self) -> impl Iterator<Item = Token<'_>> {
        let words = self.words.iter().map(|word| Token::Word(word));
        let patterns = self.patterns.iter();
        words.chain(patterns.map(|pattern| Token::Pattern(pattern)))
    }
}

impl fmt::Debug for Tokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = self.words.len().saturating_add(self.patterns.len());
        write!(f, "Tokens({count})")
    }
}

fn country(text: &str) -> Result<String, Rule> {
    let fine = text.len() == 2 && text.bytes().all(|b| b.is_ascii_uppercase());
    if fine {
        Ok(String::from(text))
    } else {
        Err(rule::COUNTRY)
    }
}

fn technique(text: &str) -> Result<String, Rule> {
    let number = text.strip_prefix('T').ok_or(rule::TECHNIQUE)?;
    let (main, sub) = number
        .split_once('.')
        .map_or((number, None), |(main, sub)| (main, Some(sub)));
    let fine = is_digits(main, 4..=4) && sub.is_none_or(|sub| is_digits(sub, 3..=3));
    if fine {
        Ok(String::from(text))
    } else {
        Err(rule::TECHNIQUE)
    }
}

fn cve(text: &str) -> Result<String, Rule> {
    let (year, number) = text
        .strip_prefix("CVE-")
        .and_then(|rest| rest.split_once('-'))
        .ok_or(rule::CVE)?;
    let fine = is_digits(year, 4..=4) && is_digits(number, 4..=7);
    if fine {
        Ok(String::from(text))
    } else {
        Err(rule::CVE)
    }
}

fn is_digits(text: &str, lengths: std::ops::RangeInclusive<usize>) -> bool {
    lengths.contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit())
}
