//! The constant objects: the Alliance, its extension, and OASIS's markings.
//! They are the same in every release of one Alliance.

use std::collections::BTreeMap;

use super::{
    ExtensionDefinition, Identity, Kind, MarkingDefinition, Object, ObjectId, Tlp, Wording,
    property::{ExtensionVersion, Organisation, PropertyExtension, SpecVersion, TlpExtension},
};
use crate::{alliance::Alliance, day::Day, finding::Rule};

/// The id of a marking.
pub(super) fn marking_id(tlp: Tlp) -> Result<ObjectId, Rule> {
    ObjectId::parse(&format!("marking-definition--{}", tlp.uuid()))
}

/// The marking with this id.
pub(super) fn tlp_of(id: &ObjectId) -> Option<Tlp> {
    let uuid = id.as_str().strip_prefix("marking-definition--")?;
    Tlp::ALL.into_iter().find(|tlp| tlp.uuid() == uuid)
}

/// OASIS's marking object.
pub(super) fn marking(tlp: Tlp) -> Result<Object, Rule> {
    let extension = TlpExtension {
        extension_type: PropertyExtension::Only,
        tlp_2_0: tlp,
    };
    Ok(Object::Marking(MarkingDefinition {
        kind: Kind::MarkingDefinition,
        spec_version: SpecVersion::Only,
        id: marking_id(tlp)?,
        created: Day::parse(TLP_DAY)?,
        name: Wording::tlp(tlp),
        extensions: BTreeMap::from([(ObjectId::parse(TLP_EXTENSION)?, extension)]),
    }))
}

/// The Alliance, its own creator.
pub(super) fn identity(alliance: &Alliance) -> Result<Object, Rule> {
    let day = Day::parse(CONSTANT_DAY)?;
    Ok(Object::Identity(Identity {
        kind: Kind::Identity,
        spec_version: SpecVersion::Only,
        id: alliance.identity_id.clone(),
        created: day,
        modified: day,
        created_by_ref: alliance.identity_id.clone(),
        object_marking_refs: [marking_id(Tlp::Clear)?],
        name: alliance.name.clone(),
        identity_class: Organisation::Only,
    }))
}

/// The extension that carries the beacon.
pub(super) fn extension(alliance: &Alliance) -> Result<Object, Rule> {
    let day = Day::parse(CONSTANT_DAY)?;
    Ok(Object::Extension(ExtensionDefinition {
        kind: Kind::ExtensionDefinition,
        spec_version: SpecVersion::Only,
        id: alliance.extension_id.clone(),
        created: day,
        modified: day,
        created_by_ref: alliance.identity_id.clone(),
        object_marking_refs: [marking_id(Tlp::Clear)?],
        name: Wording::constant("KTR beacon"),
        description: Wording::constant(
            "Names the session and the release of a Knowledge Transfer Relay bundle. It holds no address; nothing is to be dialled.",
        ),
        schema: Wording::constant(
            "scheme: hit-1; session: integer; chain_id: string; release_id: 32 hexadecimal digits; bundle_id_sha256: 64 hexadecimal digits",
        ),
        version: ExtensionVersion::Only,
        extension_types: [PropertyExtension::Only],
    }))
}

/// Abstract of the beacon note.
pub(super) const NOTE_ABSTRACT: &str = "Knowledge Transfer Relay release";
/// Content of the beacon note.
pub(super) const NOTE_CONTENT: &str = "This bundle is one release of the Knowledge Transfer Relay. Severities follow the Alliance matrix v1, after public EU sources; no official EU CSIRT matrix exists. The seal beside the bundle is what counts: verify it before use.";

/// OASIS's extension for TLP 2.0, the one reference that does not resolve inside a bundle.
const TLP_EXTENSION: &str = "extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d";
/// The day of OASIS's marking objects.
const TLP_DAY: &str = "2022-10-01";
/// The day of our constant objects.
const CONSTANT_DAY: &str = "2026-01-01";
