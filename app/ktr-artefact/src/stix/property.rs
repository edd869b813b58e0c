//! Parts of objects: constants as enums with one value, and small groups of properties.
//! Which object has which stands in `object.rs`.

use serde::{Deserialize, Serialize};

use super::{Tlp, Wording};
use crate::form::{CveId, Tactic, TechniqueId};

/// Declares an enum with one value: a constant of the profile.
macro_rules! constant {
    ($(#[$doc:meta])* $name:ident = $text:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
        pub enum $name {
            /// The only value.
            #[serde(rename = $text)]
            Only,
        }
    };
}

constant!(
    /// `spec_version`.
    SpecVersion = "2.1"
);
constant!(
    /// `extension_type`.
    PropertyExtension = "property-extension"
);
constant!(
    /// `identity_class`.
    Organisation = "organization"
);
constant!(
    /// `report_types`.
    ThreatReport = "threat-report"
);
constant!(
    /// `kill_chain_name`.
    MitreAttack = "mitre-attack"
);
constant!(
    /// `source_name` of a licence.
    Spdx = "spdx"
);
constant!(
    /// `source_name` of a CVE.
    Cve = "cve"
);
constant!(
    /// Version of our extension.
    ExtensionVersion = "1.0.0"
);

/// Language of a pattern.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PatternType {
    /// STIX patterning.
    Stix,
    /// Sigma.
    Sigma,
    /// YARA.
    Yara,
}

/// Version of a pattern's language.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum PatternVersion {
    /// STIX patterning.
    #[serde(rename = "2.1")]
    Stix,
    /// The Sigma specification.
    #[serde(rename = "2.1.0")]
    Sigma,
    /// The YARA compiler that members run.
    #[serde(rename = "4.2.3")]
    Yara,
}

/// A tactic of ATT&CK.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KillChainPhase {
    /// Constant.
    pub kill_chain_name: MitreAttack,
    /// The tactic.
    pub phase_name: Tactic,
}

/// The licence of a rule. There is no `url`: consumers visit those.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LicenceReference {
    /// Constant.
    pub source_name: Spdx,
    /// SPDX id.
    pub external_id: Wording,
}

/// A technique's id.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TechniqueReference {
    /// Constant.
    pub source_name: MitreAttack,
    /// The id.
    pub external_id: TechniqueId,
}

/// A CVE's id.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CveReference {
    /// Constant.
    pub source_name: Cve,
    /// The id.
    pub external_id: CveId,
}

/// The marking itself.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TlpExtension {
    /// Constant.
    pub extension_type: PropertyExtension,
    /// How far.
    pub tlp_2_0: Tlp,
}
