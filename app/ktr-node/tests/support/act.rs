//! A small act that always means something new: a county admits an organisation.
//! What the ledger makes of it is judged elsewhere.

use ktr_core::id::MemberId;
use ktr_testkit::Cast;

use super::{CHAIN_ID, now};

/// County number `county` of the cast, counted from 0, admits a member with a key of its own, now.
pub(crate) fn admitting(cast: &Cast, county: u8, member: MemberId) -> Vec<u8> {
    cast.admitting(CHAIN_ID, county, member, now())
}
