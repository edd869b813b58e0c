//! KTR profile 1 of STIX 2.1: a closed world of twenty object types, built from newtypes and read back strictly.
//! Rules inside indicators are [`crate::rules`]' affair; signatures are [`crate::seal`]'s.
//!
//! **Invariant:** every property of every object is a newtype with one constructor, a closed vocabulary or a constant, so that no free-form
//! string of a form reaches an object.

mod any;
mod attempt;
mod beacon;
mod build;
mod case;
mod constant;
mod equality;
mod id;
mod kind;
mod object;
mod observable;
mod profile;
pub mod property;
mod read;
mod reports;
mod sector;
#[cfg(test)]
mod tests;
mod tlp;
mod wording;

pub use any::Object;
pub use attempt::{Attempt, Judged, Origin, Traced};
pub use beacon::{Beacon, BeaconScheme, ChainId, ReleaseHex, Sha256Hex};
pub use build::{Bundle, Case, Plan, attempt, build, build_despite};
pub use equality::{Equality, PatternText};
pub use id::{BundleId, ObjectId, Seed};
pub use kind::{Kind, Relation};
pub use object::{
    AttackPattern, ExtensionDefinition, Identity, Indicator, Malware, MarkingDefinition, Note,
    ObservedData, Relationship, Report, Vulnerability,
};
pub use observable::Observable;
pub use profile::{Checked, check};
pub use property::PatternType;
pub use read::{Contents, read};
pub use sector::PublicSectors;
pub use tlp::Tlp;
pub use wording::{Label, ReportName, Wording};
