//! The number of every enumeration on the wire, each in one table.
//! A number that is not in its table is unknown, whoever uses it.

use ktr_core::{
    board::{TermStatus, Voter},
    bundle::RetractionReason,
    governance::Status as ProposalStatus,
    ingestion::Bucket,
    key::{Purpose, RevocationReason},
    nomination::{Severity, VetoCategory},
    session::{Cause, Engine, Testimony},
};

use crate::refusal::Wire;

/// An enumeration with stable numbers, from 1.
pub(crate) trait Numbered: Sized + Copy + PartialEq + 'static {
    /// Every value with its number.
    const TABLE: &'static [(u32, Self)];

    /// The value's number. 0, which no decoder accepts, would mean a hole in the table; a test looks for holes.
    fn number(self) -> u32 {
        Self::TABLE
            .iter()
            .find(|(_, value)| *value == self)
            .map_or(0, |(number, _)| *number)
    }

    /// The number's value.
    ///
    /// # Errors
    /// [`Wire::Unknown`] if the table has no such number.
    fn from_number(number: u32) -> Result<Self, Wire> {
        let found = Self::TABLE.iter().find(|(known, _)| *known == number);
        found.map(|(_, value)| *value).ok_or(Wire::Unknown)
    }
}

impl Numbered for Severity {
    const TABLE: &'static [(u32, Self)] = &[
        (1, Self::Low),
        (2, Self::Medium),
        (3, Self::High),
        (4, Self::Critical),
    ];
}

impl Numbered for VetoCategory {
    const TABLE: &'static [(u32, Self)] = &[
        (1, Self::VictimIdentifiable),
        (2, Self::LawEnforcement),
        (3, Self::LegalConstraint),
        (4, Self::Undisclosed),
        (5, Self::Quality),
        (6, Self::Other),
    ];
}

impl Numbered for Purpose {
    const TABLE: &'static [(u32, Self)] = &[(1, Self::Sign), (2, Self::Room), (3, Self::Encrypt)];
}

impl Numbered for RevocationReason {
    const TABLE: &'static [(u32, Self)] = &[
        (1, Self::Retired),
        (2, Self::Superseded),
        (3, Self::Compromised),
    ];
}

impl Numbered for TermStatus {
    const TABLE: &'static [(u32, Self)] =
        &[(1, Self::Appointed), (2, Self::Began), (3, Self::Ended)];
}

impl Numbered for ProposalStatus {
    const TABLE: &'static [(u32, Self)] = &[
        (1, Self::Open),
        (2, Self::Enacted),
        (3, Self::Rejected),
        (4, Self::Withdrawn),
        (5, Self::Expired),
    ];
}

impl Numbered for Voter {
    const TABLE: &'static [(u32, Self)] = &[(1, Self::Holder), (2, Self::Deputy)];
}

impl Numbered for RetractionReason {
    const TABLE: &'static [(u32, Self)] = &[
        (1, Self::VictimIdentifiable),
        (2, Self::LegalConstraint),
        (3, Self::Quality),
        (4, Self::KeyCompromised),
        (5, Self::Other),
    ];
}

impl Numbered for Testimony {
    const TABLE: &'static [(u32, Self)] = &[(1, Self::Gone), (2, Self::Standing)];
}

impl Numbered for Cause {
    const TABLE: &'static [(u32, Self)] = &[
        (1, Self::Time),
        (2, Self::Early),
        (3, Self::Overdue),
        (4, Self::DeadMan),
        (5, Self::Operator),
    ];
}

impl Numbered for Engine {
    const TABLE: &'static [(u32, Self)] = &[(1, Self::Synapse)];
}

/// Reads a bucket of plain hits.
///
/// # Errors
/// [`Wire::Unknown`] for the windows of RM-1, which the plain method does not have.
pub(crate) fn bucket(number: u32) -> Result<Bucket, Wire> {
    u8::try_from(number)
        .ok()
        .and_then(Bucket::new)
        .ok_or(Wire::Unknown)
}
