//! The objects of the profile but the observables: which properties each has, all required unless optional by the profile.
//! Whether they fit together is judged in `profile.rs`.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{
    Beacon, Kind, Label, ObjectId, PatternText, Relation, ReportName, Wording,
    property::{
        CveReference, ExtensionVersion, KillChainPhase, LicenceReference, Organisation,
        PatternType, PatternVersion, PropertyExtension, SpecVersion, TechniqueReference,
        ThreatReport, TlpExtension,
    },
};
use crate::{
    alliance::AllianceName,
    day::Day,
    form::{CveId, IndicatorType, MalwareType},
    text::{Language, MalwareName, Narrative},
};

/// Declares an object that the Alliance created: the common properties and its own.
macro_rules! created {
    ($(#[$doc:meta])* $name:ident { $($(#[$field_doc:meta])* $field:ident: $kind:ty,)* }) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
        #[serde(deny_unknown_fields)]
        pub struct $name {
            /// Its type.
            #[serde(rename = "type")]
            pub kind: Kind,
            /// Version of STIX.
            pub spec_version: SpecVersion,
            /// Its id.
            pub id: ObjectId,
            /// The day of the build; of a constant object, its own.
            pub created: Day,
            /// Equal to `created`.
            pub modified: Day,
            /// The Alliance.
            pub created_by_ref: ObjectId,
            /// One TLP.
            pub object_marking_refs: [ObjectId; 1],
            $($(#[$field_doc])* pub $field: $kind,)*
        }
    };
}

created!(
    /// The Alliance; exactly one, constant.
    Identity {
        /// Its name.
        name: AllianceName,
        /// Constant.
        identity_class: Organisation,
    }
);
created!(
    /// The beacon's extension; exactly one, constant.
    ExtensionDefinition {
        /// Constant.
        name: Wording,
        /// Constant.
        description: Wording,
        /// Plain text: a URL would invite dialling.
        schema: Wording,
        /// Constant.
        version: ExtensionVersion,
        /// Constant.
        extension_types: [PropertyExtension; 1],
    }
);
created!(
    /// One case.
    Report {
        /// `KTR <session>: <title>`.
        name: ReportName,
        /// The narrative; absent if empty.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        description: Option<Narrative>,
        /// Constant.
        report_types: [ThreatReport; 1],
        /// The day of the build.
        published: Day,
        /// Tags, rising.
        labels: Vec<Label>,
        /// Language of name and description.
        lang: Language,
        /// All objects of the case, rising.
        object_refs: Vec<ObjectId>,
    }
);
created!(
    /// The carrier of the beacon; exactly one.
    Note {
        /// Constant.
        r#abstract: Wording,
        /// Constant.
        content: Wording,
        /// All reports, rising.
        object_refs: Vec<ObjectId>,
        /// The beacon under the Alliance's extension id.
        extensions: BTreeMap<ObjectId, Beacon>,
    }
);
created!(
    /// One equality, or one rule.
    Indicator {
        /// After the value or the rule's name.
        name: Wording,
        /// After credibility or the rule's author.
        description: Wording,
        /// What it indicates.
        indicator_types: BTreeSet<IndicatorType>,
        /// The equality, or the whole text of the rule.
        pattern: PatternText,
        /// Its language.
        pattern_type: PatternType,
        /// Version of that language.
        pattern_version: PatternVersion,
        /// The day of the build.
        valid_from: Day,
        /// When it ends.
        valid_until: Day,
        /// After credibility.
        confidence: u8,
        /// The tactic, if known.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        kill_chain_phases: Option<[KillChainPhase; 1]>,
        /// The licence of a rule.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        external_references: Option<[LicenceReference; 1]>,
    }
);
created!(
    /// That an observable was seen.
    ObservedData {
        /// The day of the previous session.
        first_observed: Day,
        /// The day of the build.
        last_observed: Day,
        /// Constant: 1.
        number_observed: u8,
        /// The observable.
        object_refs: [ObjectId; 1],
    }
);
created!(
    /// A malware family.
    Malware {
        /// Its name.
        name: MalwareName,
        /// Constant: true.
        is_family: bool,
        /// Its types.
        malware_types: BTreeSet<MalwareType>,
    }
);
created!(
    /// An ATT&CK technique.
    AttackPattern {
        /// After its id.
        name: Wording,
        /// Its id.
        external_references: [TechniqueReference; 1],
        /// The tactic it served.
        kill_chain_phases: [KillChainPhase; 1],
    }
);
created!(
    /// A CVE.
    Vulnerability {
        /// Its id.
        name: CveId,
        /// Its id again.
        external_references: [CveReference; 1],
    }
);
created!(
    /// How two objects are related.
    Relationship {
        /// How.
        relationship_type: Relation,
        /// From.
        source_ref: ObjectId,
        /// To.
        target_ref: ObjectId,
    }
);

/// A TLP 2.0 object of OASIS, constant.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MarkingDefinition {
    /// Its type.
    #[serde(rename = "type")]
    pub kind: Kind,
    /// Version of STIX.
    pub spec_version: SpecVersion,
    /// Its id.
    pub id: ObjectId,
    /// OASIS's day.
    pub created: Day,
    /// Constant.
    pub name: Wording,
    /// The marking under OASIS's extension id.
    pub extensions: BTreeMap<ObjectId, TlpExtension>,
}
