//! Enumerations of the core as words.
//! The numbers on the wire are `ktr-wire`'s.

use ktr_core::{
    board::TermStatus,
    bundle::RetractionReason,
    governance,
    key::{Purpose, RevocationReason, Role},
    membership::Standing,
    nomination::{Severity, Status, VetoCategory},
    session::{self, Testimony},
};

/// A level.
pub(crate) const fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Low => "low",
        Severity::Medium => "medium",
        Severity::High => "high",
        Severity::Critical => "critical",
    }
}

/// The ground of a veto.
pub(crate) const fn veto(category: VetoCategory) -> &'static str {
    match category {
        VetoCategory::VictimIdentifiable => "victim-identifiable",
        VetoCategory::LawEnforcement => "law-enforcement",
        VetoCategory::LegalConstraint => "legal-constraint",
        VetoCategory::Undisclosed => "undisclosed",
        VetoCategory::Quality => "quality",
        VetoCategory::Other => "other",
    }
}

/// Where a nomination stands.
pub(crate) const fn nomination_status(status: Status) -> &'static str {
    match status {
        Status::Open => "open",
        Status::Cleared => "cleared",
        Status::Vetoed { .. } => "diverted",
        Status::Withdrawn => "withdrawn",
        Status::Lapsed => "lapsed",
    }
}

/// Where a session stands.
pub(crate) const fn session_status(status: &session::Status) -> &'static str {
    match status {
        session::Status::Scheduled => "scheduled",
        session::Status::Opened { .. } => "opened",
        session::Status::Closed { .. } => "closed",
        session::Status::Cancelled { .. } => "cancelled",
    }
}

/// Where a proposal stands.
pub(crate) const fn proposal_status(status: governance::Status) -> &'static str {
    match status {
        governance::Status::Open => "open",
        governance::Status::Enacted => "enacted",
        governance::Status::Rejected => "rejected",
        governance::Status::Withdrawn => "withdrawn",
        governance::Status::Expired => "expired",
    }
}

/// Where a term stands.
pub(crate) const fn term_status(status: TermStatus) -> &'static str {
    match status {
        TermStatus::Appointed => "appointed",
        TermStatus::Began => "began",
        TermStatus::Ended => "ended",
    }
}

/// Who acts with a key.
pub(crate) fn role(role: Role) -> String {
    match role {
        Role::County(county) => format!("county {county}"),
        Role::Sidecar(county) => format!("sidecar {county}"),
        Role::Studio => "studio".to_owned(),
        Role::Releaser => "releaser".to_owned(),
        Role::Collector => "collector".to_owned(),
        Role::Member(member) => format!("member {member}"),
        Role::Seat(seat) => format!("seat {seat}"),
        Role::Deputy(seat) => format!("deputy {seat}"),
    }
}

/// What a key is for.
pub(crate) const fn purpose(purpose: Purpose) -> &'static str {
    match purpose {
        Purpose::Sign => "sign",
        Purpose::Room => "room",
        Purpose::Encrypt => "encrypt",
    }
}

/// Why a key was revoked.
pub(crate) const fn reason(reason: RevocationReason) -> &'static str {
    match reason {
        RevocationReason::Retired => "retired",
        RevocationReason::Superseded => "superseded",
        RevocationReason::Compromised => "compromised",
    }
}

/// Whether a member takes part.
pub(crate) const fn standing(standing: Standing) -> &'static str {
    match standing {
        Standing::Active => "active",
        Standing::Suspended { .. } => "suspended",
        Standing::Left { .. } => "left",
    }
}

/// Why a release was retracted.
pub(crate) const fn retraction(reason: RetractionReason) -> &'static str {
    match reason {
        RetractionReason::VictimIdentifiable => "victim-identifiable",
        RetractionReason::LegalConstraint => "legal-constraint",
        RetractionReason::Quality => "quality",
        RetractionReason::KeyCompromised => "key-compromised",
        RetractionReason::Other => "other",
    }
}

/// What a witness found.
pub(crate) const fn testimony(testimony: Testimony) -> &'static str {
    match testimony {
        Testimony::Gone => "gone",
        Testimony::Standing => "standing",
    }
}
