//! Between the ledger's seconds and the library's timestamps, and the policy at an instant.
//! No clock is read: a policy without an instant would do so.

use ktr_core::time::Time;
use sequoia_openpgp::{policy::StandardPolicy, types::Timestamp};

use crate::finding::{Rule, rule};

/// The `OpenPGP` timestamp of `time`.
pub(crate) fn timestamp(time: Time) -> Result<Timestamp, Rule> {
    u32::try_from(time.0)
        .map(Timestamp::from)
        .map_err(|_error| rule::SEAL_TIME)
}

/// The time of an `OpenPGP` timestamp.
pub(crate) fn time_of(timestamp: Timestamp) -> Time {
    Time(u64::from(u32::from(timestamp)))
}

/// The policy as of an instant: cut-off dates and expiry are judged there, whatever a clock says.
pub(crate) fn policy(at: Timestamp) -> StandardPolicy<'static> {
    StandardPolicy::at(at)
}
