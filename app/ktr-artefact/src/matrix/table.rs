//! The table of matrix v1: `matrix-v1.json`, read once and pinned by its SHA-256.
//! What is done with the numbers stands in `classify.rs`.

use std::{collections::BTreeMap, sync::LazyLock};

use serde::Deserialize;

use super::{Flag, IncidentType};

/// The version that goes on the ledger with a nomination.
pub const VERSION: u32 = 1;

/// What every output of the matrix says beside the level.
pub const NOTICE: &str =
    "Alliance matrix v1, after public EU sources; no official EU CSIRT matrix exists";

/// SHA-256 of `matrix-v1.json`, so that nobody changes the table without a new version.
pub const SHA256: &str = "ac8702c2230f7f60ac084985af095625cdbc689c68c07be3cfed76c7571c3dc0";

pub(super) const FILE: &str = include_str!("matrix-v1.json");

/// The eleven classes of the taxonomy.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum IncidentClass {
    /// Abusive content.
    AbusiveContent,
    /// Malicious code.
    MaliciousCode,
    /// Information gathering.
    InformationGathering,
    /// Intrusion attempts.
    IntrusionAttempts,
    /// Intrusions.
    Intrusions,
    /// Availability.
    Availability,
    /// Information content security.
    InformationContentSecurity,
    /// Fraud.
    Fraud,
    /// Vulnerable.
    Vulnerable,
    /// Other.
    Other,
    /// Test.
    Test,
}

impl IncidentClass {
    /// Its machine tag.
    #[must_use]
    pub const fn tag(self) -> &'static str {
        match self {
            Self::AbusiveContent => "abusive-content",
            Self::MaliciousCode => "malicious-code",
            Self::InformationGathering => "information-gathering",
            Self::IntrusionAttempts => "intrusion-attempts",
            Self::Intrusions => "intrusions",
            Self::Availability => "availability",
            Self::InformationContentSecurity => "information-content-security",
            Self::Fraud => "fraud",
            Self::Vulnerable => "vulnerable",
            Self::Other => "other",
            Self::Test => "test",
        }
    }
}

/// Five steps of danger and impact, before they are folded to four levels.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Step {
    Low,
    Medium,
    High,
    VeryHigh,
    Critical,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Table {
    pub(super) version: u32,
    #[serde(rename = "name")]
    _name: String,
    #[serde(rename = "notice")]
    _notice: String,
    #[serde(rename = "sources")]
    _sources: Vec<String>,
    pub(super) types: BTreeMap<IncidentType, Row>,
    pub(super) impact: Impact,
    pub(super) member_states_lift: u8,
    pub(super) floors: Floors,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Row {
    pub(super) class: IncidentClass,
    pub(super) danger: Step,
    #[serde(rename = "by_analogy")]
    _by_analogy: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Impact {
    pub(super) systems_pct_over: Four<u8>,
    pub(super) users_pct_over: Four<u8>,
    pub(super) outage_minutes_over: Three,
    pub(super) person_days: PersonDays,
    pub(super) flags: BTreeMap<Flag, Step>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Four<T> {
    pub(super) medium: T,
    pub(super) high: T,
    pub(super) very_high: T,
    pub(super) critical: T,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Three {
    pub(super) high: u32,
    pub(super) very_high: u32,
    pub(super) critical: u32,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PersonDays {
    pub(super) medium_from: u32,
    pub(super) high_from: u32,
    pub(super) very_high_from: u32,
    pub(super) critical_over: u32,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Floors {
    pub(super) loss_eur_over: u64,
}

pub(super) static TABLE: LazyLock<Table> = LazyLock::new(read);

/// The class of an incident type.
#[must_use]
pub fn class_of(incident: IncidentType) -> IncidentClass {
    TABLE
        .types
        .get(&incident)
        .map_or(IncidentClass::Other, |row| row.class)
}

#[expect(
    clippy::expect_used,
    reason = "the file is compiled in, pinned, and read by a test; outside input never comes here"
)]
fn read() -> Table {
    serde_json::from_str(FILE).expect("matrix-v1.json is the table of this crate")
}
