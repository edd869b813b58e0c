//! From fields of messages to types of the core: lengths, ranges and presence.
//! What a value means is not judged here.

use ktr_core::{
    id::{
        Commitment, CountyId, EncryptionKey, Fingerprint, Height, MemberId, Nonce, ProposalId,
        QuarterId, ReleaseId, SeatId, SessionId, Sha256, SigningKey, TermId, ValidatorAddress,
        ValidatorKey, WindowKey, WindowSecret,
    },
    time::{Secs, Time},
};

use crate::refusal::Wire;

/// A type of the core that one field carries.
pub(crate) trait Field: Sized {
    /// What the field holds in its message.
    type Raw: ?Sized;

    /// Reads it, or says that it is out of range.
    fn read(raw: &Self::Raw) -> Result<Self, Wire>;
}

macro_rules! octets {
    ($($name:ident),+) => {
        $(impl Field for $name {
            type Raw = Vec<u8>;

            fn read(raw: &Self::Raw) -> Result<Self, Wire> {
                Self::from_slice(raw).ok_or(Wire::OutOfRange)
            }
        })+
    };
}

macro_rules! counters {
    ($($name:ident: $raw:ty),+) => {
        $(impl Field for $name {
            type Raw = $raw;

            fn read(raw: &Self::Raw) -> Result<Self, Wire> {
                if *raw == 0 {
                    return Err(Wire::OutOfRange);
                }
                (*raw).try_into().map(Self).or(Err(Wire::OutOfRange))
            }
        })+
    };
}

octets!(
    Commitment,
    EncryptionKey,
    Fingerprint,
    MemberId,
    Nonce,
    ReleaseId,
    Sha256,
    SigningKey,
    ValidatorAddress,
    ValidatorKey,
    WindowKey,
    WindowSecret
);
counters!(CountyId: u32, SeatId: u32, SessionId: u32, TermId: u32, ProposalId: u32, QuarterId: u32, Height: u64, Time: u64, Secs: u64);

/// Reads one field.
pub(crate) fn read<T: Field>(raw: &T::Raw) -> Result<T, Wire> {
    T::read(raw)
}

/// Reads a time that may be absent, as 0.
pub(crate) fn time_or_none(raw: u64) -> Option<Time> {
    (raw != 0).then_some(Time(raw))
}

/// Reads a message that must be present.
pub(crate) fn present<M>(message: Option<M>) -> Result<M, Wire> {
    message.ok_or(Wire::OutOfRange)
}

/// A list that is no longer than its limit in [`crate::limits`].
pub(crate) fn at_most<T>(items: Vec<T>, max: usize) -> Result<Vec<T>, Wire> {
    if items.len() <= max {
        Ok(items)
    } else {
        Err(Wire::OutOfRange)
    }
}

/// A set as the wire has it: strictly rising, so that it has one encoding.
pub(crate) fn rising<T: Ord>(items: Vec<T>) -> Result<Vec<T>, Wire> {
    let is_set = items.is_sorted_by(|earlier, later| earlier < later);
    if is_set {
        Ok(items)
    } else {
        Err(Wire::OutOfRange)
    }
}

/// A map as the wire has it: strictly rising keys.
pub(crate) fn rising_by_key<K: Ord, V>(items: Vec<(K, V)>) -> Result<Vec<(K, V)>, Wire> {
    let is_map = items.is_sorted_by(|(earlier, _), (later, _)| earlier < later);
    if is_map {
        Ok(items)
    } else {
        Err(Wire::OutOfRange)
    }
}
