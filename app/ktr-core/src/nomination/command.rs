//! What may be asked about a nomination.
//! No text of the case is in any of them.

use super::{Severity, VetoCategory};
use crate::{id::Commitment, time::Time};

/// What a seat says.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Verdict {
    /// It may be shared.
    Approve,
    /// It may not, for this reason; nothing outweighs it.
    Veto(VetoCategory),
}

/// A command of a member or a seat.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Command {
    /// A member nominates a case.
    Submit {
        /// The salted commitment, which is the nomination's id.
        commitment: Commitment,
        /// What the matrix says of it.
        severity: Severity,
        /// The matrix's version.
        matrix_version: u32,
        /// When the board's silence ends it.
        decide_by: Time,
    },
    /// A seat votes; final.
    Vote {
        /// On which.
        commitment: Commitment,
        /// How.
        verdict: Verdict,
    },
    /// The nominator takes it back while it is open.
    Withdraw {
        /// Which.
        commitment: Commitment,
    },
}
