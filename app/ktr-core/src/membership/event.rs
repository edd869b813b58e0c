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
    /// A signing key has a successor and ended.
    KeyRotated {
        /// Whose key.
        member: MemberId,
        /// The one that ended, as superseded.
        old: Fingerprint,
        /// Header time.
        at: Time,
        /// The successor.
        key: Key,
    },
    /// A member neither nominates nor receives.
    Suspended {
        /// Who.
        member: MemberId,
        /// Header time.
        at: Time,
    },
    /// A suspension is over.
    Reinstated {
        /// Who.
        member: MemberId,
        /// Header time.
        at: Time,
    },
    /// A member is gone for good.
    Left {
        /// Who.
        member: MemberId,
        /// Header time.
        at: Time,
    },
    /// The validity of a key is over, though nobody revoked it.
    KeyExpired {
        /// Whose key.
        member: MemberId,
        /// Which.
        fingerprint: Fingerprint,
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
            Self::KeyRotated { .. } => "membership.key_rotated.v1",
            Self::Suspended { .. } => "membership.suspended.v1",
            Self::Reinstated { .. } => "membership.reinstated.v1",
            Self::Left { .. } => "membership.left.v1",
            Self::KeyExpired { .. } => "membership.key_expired.v1",
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
            Self::KeyRevoked { fingerprint, .. } | Self::KeyExpired { fingerprint, .. } => {
                vec![RecordKey::Key(*fingerprint)]
            }
            Self::KeyRotated { old, key, .. } => {
                vec![RecordKey::Key(key.fingerprint), RecordKey::Key(*old)]
            }
            Self::Suspended { member, .. }
            | Self::Reinstated { member, .. }
            | Self::Left { member, .. } => vec![RecordKey::Member(*member)],
        }
    }
}
