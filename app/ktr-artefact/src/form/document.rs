//! The form as it is written: plain texts and numbers, every key required, unknown keys refused.
//! Nothing in here has been judged; [`super::check()`] does that.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    canonical,
    finding::Rule,
    ioc::Type as IocType,
    matrix::Inputs,
    rules::{Origin, RuleKind},
    stix::{Relation, Tlp},
};

/// `nomination.json`, version 1.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Document {
    /// Version of the form: 1.
    #[schemars(range(min = 1, max = 1))]
    pub version: u32,
    /// What the bundle will say of the case.
    pub case: Case,
    /// The inputs of the matrix; the level is computed, never typed in.
    pub classification: Classification,
    /// Indicators of the attacker's side only.
    #[schemars(length(max = 2000))]
    pub iocs: Vec<Ioc>,
    /// Detection rules.
    #[schemars(length(max = 50))]
    pub rules: Vec<RuleEntry>,
    /// What the indicators belong to.
    pub context: Context,
    /// The dictionary: whatever would identify the victim. Deleted after seal or veto.
    pub victim: Victim,
}

impl Document {
    /// The canonical bytes, over which the commitment is made.
    ///
    /// # Errors
    /// None in practice; a rule of range 400 if the value has no JSON form.
    pub fn to_canonical(&self) -> Result<Vec<u8>, Rule> {
        canonical::to_bytes(self)
    }
}

/// The matrix's inputs.
pub type Classification = Inputs;

/// What the bundle will say of the case.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Case {
    /// One line of class T.
    #[schemars(length(min = 8, max = 120))]
    pub title: String,
    /// Text of class T.
    #[schemars(length(max = 4000))]
    pub narrative: String,
    /// Language of title and narrative, a BCP 47 tag without a region: en, sr-Latn.
    #[schemars(length(min = 2, max = 8))]
    pub lang: String,
    /// How far the case may travel; TLP:RED is for the closed lane.
    pub tlp: Tlp,
    /// The usual grounds of a veto, for the board to see.
    pub constraints: BTreeSet<Constraint>,
    /// The victim's sector.
    pub sector: Sector,
    /// The victim's country, two capital letters. Never in a bundle.
    #[schemars(length(min = 2, max = 2))]
    pub country: String,
}

/// A reason why a case might have to stay inside.
#[derive(
    Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Constraint {
    /// An investigation is under way.
    LawEnforcement,
    /// An insurer has a say.
    Insurer,
}

/// Sectors of NIS2, annexes I and II.
#[derive(
    Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Sector {
    /// Energy.
    Energy,
    /// Transport.
    Transport,
    /// Banking.
    Banking,
    /// Financial market infrastructures.
    FinancialMarket,
    /// Health.
    Health,
    /// Drinking water.
    DrinkingWater,
    /// Waste water.
    WasteWater,
    /// Digital infrastructure.
    DigitalInfrastructure,
    /// ICT service management.
    IctServices,
    /// Public administration.
    PublicAdministration,
    /// Space.
    Space,
    /// Postal and courier services.
    Postal,
    /// Waste management.
    WasteManagement,
    /// Chemicals.
    Chemicals,
    /// Food.
    Food,
    /// Manufacturing.
    Manufacturing,
    /// Digital providers.
    DigitalProviders,
    /// Research.
    Research,
    /// None of these.
    Other,
}

impl Sector {
    /// Every sector.
    pub const ALL: [Self; 19] = [
        Self::Energy,
        Self::Transport,
        Self::Banking,
        Self::FinancialMarket,
        Self::Health,
        Self::DrinkingWater,
        Self::WasteWater,
        Self::DigitalInfrastructure,
        Self::IctServices,
        Self::PublicAdministration,
        Self::Space,
        Self::Postal,
        Self::WasteManagement,
        Self::Chemicals,
        Self::Food,
        Self::Manufacturing,
        Self::DigitalProviders,
        Self::Research,
        Self::Other,
    ];

    /// Its name in a label.
    #[must_use]
    pub const fn tag(self) -> &'static str {
        match self {
            Self::Energy => "energy",
            Self::Transport => "transport",
            Self::Banking => "banking",
            Self::FinancialMarket => "financial-market",
            Self::Health => "health",
            Self::DrinkingWater => "drinking-water",
            Self::WasteWater => "waste-water",
            Self::DigitalInfrastructure => "digital-infrastructure",
            Self::IctServices => "ict-services",
            Self::PublicAdministration => "public-administration",
            Self::Space => "space",
            Self::Postal => "postal",
            Self::WasteManagement => "waste-management",
            Self::Chemicals => "chemicals",
            Self::Food => "food",
            Self::Manufacturing => "manufacturing",
            Self::DigitalProviders => "digital-providers",
            Self::Research => "research",
            Self::Other => "other",
        }
    }
}

/// One indicator.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Ioc {
    /// Its type.
    #[serde(rename = "type")]
    pub kind: IocType,
    /// Its value; hashes of one file stand in one value with a blank between them.
    #[schemars(length(min = 1, max = 2048))]
    pub value: String,
    /// What it indicates, in STIX's vocabulary.
    #[schemars(length(min = 1))]
    pub indicator_types: BTreeSet<IndicatorType>,
    /// The tactic it serves, if known.
    pub tactic: Option<Tactic>,
    /// 1 confirmed to 5 improbable.
    #[schemars(range(min = 1, max = 5))]
    pub credibility: u8,
    /// Days it shall be valid.
    #[schemars(range(min = 1, max = 365))]
    pub valid_days: u16,
    /// Whether only this victim has seen it: the board decides.
    pub victim_unique: bool,
}

/// STIX's `indicator-type-ov`.
#[derive(
    Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum IndicatorType {
    /// Unexpected or unusual activity.
    AnomalousActivity,
    /// Anonymisation.
    Anonymization,
    /// Patterns that point at an actor.
    Attribution,
    /// Not suspicious.
    Benign,
    /// A compromised asset of others.
    Compromised,
    /// Malicious activity.
    MaliciousActivity,
    /// Not known.
    Unknown,
}

/// The tactics of ATT&CK for Enterprise.
#[derive(
    Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Tactic {
    /// TA0009.
    Collection,
    /// TA0011.
    CommandAndControl,
    /// TA0006.
    CredentialAccess,
    /// TA0005.
    DefenseEvasion,
    /// TA0007.
    Discovery,
    /// TA0002.
    Execution,
    /// TA0010.
    Exfiltration,
    /// TA0040.
    Impact,
    /// TA0001.
    InitialAccess,
    /// TA0008.
    LateralMovement,
    /// TA0003.
    Persistence,
    /// TA0004.
    PrivilegeEscalation,
    /// TA0043.
    Reconnaissance,
    /// TA0042.
    ResourceDevelopment,
}

/// One detection rule.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RuleEntry {
    /// Sigma or YARA.
    pub kind: RuleKind,
    /// The whole text.
    #[schemars(length(min = 1, max = 65536))]
    pub text: String,
    /// Who wrote it.
    pub origin: Origin,
    /// SPDX id of its licence.
    #[schemars(length(min = 1, max = 64))]
    pub licence: String,
    /// An event on which it fires, or a sample in base64. Never shipped.
    #[schemars(length(max = 65536))]
    pub positive: String,
}

/// What the indicators belong to.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Context {
    /// Malware families.
    #[schemars(length(max = 8))]
    pub malware: Vec<MalwareEntry>,
    /// ATT&CK techniques.
    #[schemars(length(max = 30))]
    pub techniques: Vec<TechniqueEntry>,
    /// CVEs.
    #[schemars(length(max = 20))]
    pub cves: Vec<String>,
    /// How they belong together.
    #[schemars(length(max = 2500))]
    pub links: Vec<LinkEntry>,
}

/// One malware family.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MalwareEntry {
    /// Its name.
    #[schemars(length(min = 2, max = 64))]
    pub name: String,
    /// Its types.
    #[schemars(length(min = 1))]
    pub types: BTreeSet<MalwareType>,
}

/// STIX's `malware-type-ov`.
#[derive(
    Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum MalwareType {
    /// Adware.
    Adware,
    /// Backdoor.
    Backdoor,
    /// Bot.
    Bot,
    /// Bootkit.
    Bootkit,
    /// Denial of service.
    Ddos,
    /// Downloader.
    Downloader,
    /// Dropper.
    Dropper,
    /// Exploit kit.
    ExploitKit,
    /// Keylogger.
    Keylogger,
    /// Ransomware.
    Ransomware,
    /// Remote access trojan.
    RemoteAccessTrojan,
    /// Resource exploitation, such as mining.
    ResourceExploitation,
    /// Rogue security software.
    RogueSecuritySoftware,
    /// Rootkit.
    Rootkit,
    /// Screen capture.
    ScreenCapture,
    /// Spyware.
    Spyware,
    /// Trojan.
    Trojan,
    /// Not known.
    Unknown,
    /// Virus.
    Virus,
    /// Webshell.
    Webshell,
    /// Wiper.
    Wiper,
    /// Worm.
    Worm,
}

/// One ATT&CK technique.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TechniqueEntry {
    /// Its id, such as `T1059.001`.
    pub id: String,
    /// The tactic it served here.
    pub tactic: Tactic,
}

/// One link: `ioc/0` or `rule/0` indicates `malware/0` or `technique/0`; malware uses `technique/0`, exploits `cve/0`; technique targets cve.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LinkEntry {
    /// From: list and number from 0, such as `ioc/3`.
    pub source: String,
    /// How.
    pub relation: Relation,
    /// To.
    pub target: String,
}

/// The dictionary. Every key is required and `[]` means none, so that forgotten differs from empty.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Victim {
    /// Names, brands, short forms; at least one.
    #[schemars(length(min = 1))]
    pub organisations: Vec<String>,
    /// Domains.
    pub domains: Vec<String>,
    /// Addresses and ranges in CIDR notation.
    pub ip_ranges: Vec<String>,
    /// Autonomous systems.
    pub asns: Vec<String>,
    /// Active Directory: `NetBIOS` and DNS names, SID prefixes.
    pub ad_domains: Vec<String>,
    /// Hosts.
    pub hosts: Vec<String>,
    /// Host names with `*` and `?`.
    pub host_patterns: Vec<String>,
    /// People.
    pub people: Vec<String>,
    /// Accounts.
    pub accounts: Vec<String>,
    /// Mail addresses.
    pub mail_addresses: Vec<String>,
    /// Phone numbers.
    pub phones: Vec<String>,
    /// Paths.
    pub paths: Vec<String>,
    /// Ticket and case numbers.
    pub tickets: Vec<String>,
    /// Hashes of files that only the victim has.
    pub file_hashes: Vec<String>,
    /// Whatever else would identify.
    pub other: Vec<String>,
}

impl Victim {
    /// All lists by name.
    #[must_use]
    pub fn lists(&self) -> [(&'static str, &[String]); 15] {
        [
            ("organisations", &self.organisations),
            ("domains", &self.domains),
            ("ip_ranges", &self.ip_ranges),
            ("asns", &self.asns),
            ("ad_domains", &self.ad_domains),
            ("hosts", &self.hosts),
            ("host_patterns", &self.host_patterns),
            ("people", &self.people),
            ("accounts", &self.accounts),
            ("mail_addresses", &self.mail_addresses),
            ("phones", &self.phones),
            ("paths", &self.paths),
            ("tickets", &self.tickets),
            ("file_hashes", &self.file_hashes),
            ("other", &self.other),
        ]
    }
}
