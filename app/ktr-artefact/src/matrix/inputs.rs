//! What the matrix is asked: the inputs of a classification, as they stand in a form.
//! The level is not among them: it is computed, never typed in.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The 39 incident types of the Reference Security Incident Taxonomy, working copy 1003 (CC0). Names mislead: `ids-alert` is the
/// exploitation of a known vulnerability, `exploit` a new attack signature, `brute-force` login attempts.
#[derive(
    Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum IncidentType {
    /// Spam.
    Spam,
    /// Harmful Speech.
    HarmfulSpeech,
    /// (Child) Sexual Exploitation/Sexual/Violent Content.
    Violence,
    /// Infected System.
    InfectedSystem,
    /// C2 Server.
    C2Server,
    /// Malware Distribution.
    MalwareDistribution,
    /// Malware Configuration.
    MalwareConfiguration,
    /// Scanning.
    Scanner,
    /// Sniffing.
    Sniffing,
    /// Social Engineering.
    SocialEngineering,
    /// Exploitation of Known Vulnerabilities.
    IdsAlert,
    /// Login Attempts.
    BruteForce,
    /// New Attack Signature.
    Exploit,
    /// Privileged Account Compromise.
    PrivilegedAccountCompromise,
    /// Unprivileged Account Compromise.
    UnprivilegedAccountCompromise,
    /// Application Compromise.
    ApplicationCompromise,
    /// System Compromise.
    SystemCompromise,
    /// Burglary.
    Burglary,
    /// Denial of Service.
    Dos,
    /// Distributed Denial of Service.
    Ddos,
    /// Misconfiguration.
    Misconfiguration,
    /// Sabotage.
    Sabotage,
    /// Outage.
    Outage,
    /// Unauthorised Access to Information.
    UnauthorisedInformationAccess,
    /// Unauthorised Modification of Information.
    UnauthorisedInformationModification,
    /// Data Loss.
    DataLoss,
    /// Leak of Confidential Information.
    DataLeak,
    /// Unauthorised Use of Resources.
    UnauthorisedUseOfResources,
    /// Copyright.
    Copyright,
    /// Masquerade.
    Masquerade,
    /// Phishing.
    Phishing,
    /// Weak Cryptography.
    WeakCrypto,
    /// `DDoS` Amplifier.
    DdosAmplifier,
    /// Potentially Unwanted Accessible Services.
    PotentiallyUnwantedAccessible,
    /// Information Disclosure.
    InformationDisclosure,
    /// Vulnerable System.
    VulnerableSystem,
    /// Uncategorised.
    Other,
    /// Undetermined.
    Undetermined,
    /// Test.
    Test,
}

impl IncidentType {
    /// Every type, in the order of the taxonomy.
    pub const ALL: [Self; 39] = [
        Self::Spam,
        Self::HarmfulSpeech,
        Self::Violence,
        Self::InfectedSystem,
        Self::C2Server,
        Self::MalwareDistribution,
        Self::MalwareConfiguration,
        Self::Scanner,
        Self::Sniffing,
        Self::SocialEngineering,
        Self::IdsAlert,
        Self::BruteForce,
        Self::Exploit,
        Self::PrivilegedAccountCompromise,
        Self::UnprivilegedAccountCompromise,
        Self::ApplicationCompromise,
        Self::SystemCompromise,
        Self::Burglary,
        Self::Dos,
        Self::Ddos,
        Self::Misconfiguration,
        Self::Sabotage,
        Self::Outage,
        Self::UnauthorisedInformationAccess,
        Self::UnauthorisedInformationModification,
        Self::DataLoss,
        Self::DataLeak,
        Self::UnauthorisedUseOfResources,
        Self::Copyright,
        Self::Masquerade,
        Self::Phishing,
        Self::WeakCrypto,
        Self::DdosAmplifier,
        Self::PotentiallyUnwantedAccessible,
        Self::InformationDisclosure,
        Self::VulnerableSystem,
        Self::Other,
        Self::Undetermined,
        Self::Test,
    ];

    /// Its machine tag.
    #[must_use]
    pub const fn tag(self) -> &'static str {
        match self {
            Self::Spam => "spam",
            Self::HarmfulSpeech => "harmful-speech",
            Self::Violence => "violence",
            Self::InfectedSystem => "infected-system",
            Self::C2Server => "c2-server",
            Self::MalwareDistribution => "malware-distribution",
            Self::MalwareConfiguration => "malware-configuration",
            Self::Scanner => "scanner",
            Self::Sniffing => "sniffing",
            Self::SocialEngineering => "social-engineering",
            Self::IdsAlert => "ids-alert",
            Self::BruteForce => "brute-force",
            Self::Exploit => "exploit",
            Self::PrivilegedAccountCompromise => "privileged-account-compromise",
            Self::UnprivilegedAccountCompromise => "unprivileged-account-compromise",
            Self::ApplicationCompromise => "application-compromise",
            Self::SystemCompromise => "system-compromise",
            Self::Burglary => "burglary",
            Self::Dos => "dos",
            Self::Ddos => "ddos",
            Self::Misconfiguration => "misconfiguration",
            Self::Sabotage => "sabotage",
            Self::Outage => "outage",
            Self::UnauthorisedInformationAccess => "unauthorised-information-access",
            Self::UnauthorisedInformationModification => "unauthorised-information-modification",
            Self::DataLoss => "data-loss",
            Self::DataLeak => "data-leak",
            Self::UnauthorisedUseOfResources => "unauthorised-use-of-resources",
            Self::Copyright => "copyright",
            Self::Masquerade => "masquerade",
            Self::Phishing => "phishing",
            Self::WeakCrypto => "weak-crypto",
            Self::DdosAmplifier => "ddos-amplifier",
            Self::PotentiallyUnwantedAccessible => "potentially-unwanted-accessible",
            Self::InformationDisclosure => "information-disclosure",
            Self::VulnerableSystem => "vulnerable-system",
            Self::Other => "other",
            Self::Undetermined => "undetermined",
            Self::Test => "test",
        }
    }
}

/// How far the attacker came.
#[derive(
    Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Position {
    /// There was no attacker.
    None,
    /// The attacker prepared.
    Prepare,
    /// The attacker tried and was stopped: nothing was compromised.
    Engage,
    /// The attacker was inside.
    Presence,
    /// The attacker reached the aim.
    Effect,
}

/// The scale of the network code on cybersecurity for electricity (Regulation (EU) 2024/1366, Article 37(8)).
#[derive(
    Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Nccs {
    /// Not on the scale.
    None,
    /// To follow.
    ToFollow,
    /// Medium.
    Medium,
    /// Important.
    Important,
    /// High.
    High,
    /// Critical.
    Critical,
}

/// The severity scale of NIS Cooperation Group publication 04/2018.
#[derive(
    Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum NisSeverity {
    /// White.
    White,
    /// Green.
    Green,
    /// Yellow.
    Yellow,
    /// Red.
    Red,
}

/// What is either so or not. A set, so that a form lists only what is so.
#[derive(
    Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Flag {
    /// An advanced persistent threat: lifts the danger of any type to CRITICAL.
    Apt,
    /// The reputation of third parties suffers.
    ThirdPartyReputation,
    /// An essential service is affected.
    EssentialService,
    /// Critical infrastructure is affected.
    CriticalInfrastructure,
    /// National security is affected.
    NationalSecurity,
    /// Lives are in danger.
    DangerToLife,
    /// Trade secrets left the house.
    TradeSecretExfiltrated,
    /// Significant under NIS2 Implementing Regulation (EU) 2024/2690, Article 3. Its turnover half is not asked: turnover identifies.
    Nis2Significant,
    /// Major under DORA, Delegated Regulation (EU) 2024/1772, Articles 8 and 9.
    DoraMajor,
}

impl Flag {
    /// Every flag.
    pub const ALL: [Self; 9] = [
        Self::Apt,
        Self::ThirdPartyReputation,
        Self::EssentialService,
        Self::CriticalInfrastructure,
        Self::NationalSecurity,
        Self::DangerToLife,
        Self::TradeSecretExfiltrated,
        Self::Nis2Significant,
        Self::DoraMajor,
    ];
}

/// All inputs. Every key is required, so that forgotten differs from none.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Inputs {
    /// The type of the incident.
    pub incident: IncidentType,
    /// What else is so.
    pub flags: BTreeSet<Flag>,
    /// How far the attacker came.
    pub position: Position,
    /// How many member states are affected.
    pub member_states: u8,
    /// Per cent of systems affected, 0 to 100.
    #[schemars(range(max = 100))]
    pub systems_pct: u8,
    /// Per cent of those who use the service affected, 0 to 100.
    #[schemars(range(max = 100))]
    pub users_pct: u8,
    /// Minutes of outage.
    pub outage_minutes: u32,
    /// Person-days to recover.
    pub person_days: u32,
    /// Loss in whole euros.
    pub loss_eur: u64,
    /// Level on the scale of the network code for electricity.
    pub nccs: Nccs,
    /// Severity on the NIS Cooperation Group's scale.
    pub nis_severity: NisSeverity,
}

impl Inputs {
    /// Whether `flag` is set.
    #[must_use]
    pub fn is(&self, flag: Flag) -> bool {
        self.flags.contains(&flag)
    }
}
