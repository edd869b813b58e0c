//! What happened to members and their keys.
//! An event carries no name, address or contact.

use alloc::{vec, vec::Vec};

use crate::{
    RecordKey,
    id::{CountyId, Fingerprint, MemberId},
    key::{Key, RevocationReason},
    time::Time,
};

/// A fact about a member.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Event {
    /// An organisation is a member from now on.
    Admitted {
        /// Who.
        member: MemberId,
        /// The county that answers for it.
        home: CountyId,
        /// Header time.
        at: Time,
        /// Its first signing key.
        key: Key,
    },
    /// A member has one key more.
    KeyAdded {
        /// Whose key.
        member: MemberId,
        /// The key.
        key: Key,
    },
    /// A key ended for good.
    KeyRevoked {
        /// Whose key.
        member: MemberId,
        /// Which.
        fingerprint: Fingerprint,
        /// Header time.
        at: Time,
        /// Why.
        reason: RevocationReason,
    },
}

impl Event {
    /// The name on the wire.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Admitted { .. } => "membership.admitted.v1",
            Self::KeyAdded { .. } => "membership.key_added.v1",
            Self::KeyRevoked { .. } => "membership.key_revoked.v1",
        }
    }

    /// The records that change.
    #[must_use]
    pub fn touches(&self) -> Vec<RecordKey> {
        match self {
            Self::Admitted { member, key, .. } => {
                vec![RecordKey::Member(*member), RecordKey::Key(key.fingerprint)]
            }
            Self::KeyAdded { key, .. } => vec![RecordKey::Key(key.fingerprint)],
            Self::KeyRevoked { fingerprint, .. } => vec![RecordKey::Key(*fingerprint)],
        }
    }
}
