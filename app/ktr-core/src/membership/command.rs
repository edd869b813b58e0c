//! What may be asked of the register of members.
//! Rotation, suspension and leaving have reserved numbers only.

use crate::{
    id::{CountyId, Fingerprint, MemberId, SigningKey},
    key::{KeyBody, RevocationReason},
    time::Time,
};

/// Whether the new key signed for its owner: judged on the wire, because judging needs a hash.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Proof {
    /// The signature over owner and key body is good.
    Holds,
    /// It is missing or bad.
    Fails,
}

/// A command of a home county or a member.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Command {
    /// A home county admits an organisation with its first signing key.
    Admit {
        /// The organisation's random id.
        member: MemberId,
        /// The county that answers for it.
        home: CountyId,
        /// Its first key.
        key: SigningKey,
        /// Derived from the key.
        fingerprint: Fingerprint,
        /// First second of the key's validity.
        valid_from: Time,
        /// First second after it.
        valid_until: Time,
        /// Whether the new key signed for its owner.
        proof: Proof,
    },
    /// The member or its home county adds a key.
    AddKey {
        /// Whose key.
        member: MemberId,
        /// The material; a `room` key cannot sign, so the sender's signature vouches for it.
        body: KeyBody,
        /// Derived from the material.
        fingerprint: Fingerprint,
        /// First second of its validity.
        valid_from: Time,
        /// First second after it.
        valid_until: Time,
        /// Whether a signing key signed for its owner; holds for a `room` key.
        proof: Proof,
    },
    /// The member or its home county ends a key for good.
    RevokeKey {
        /// Whose key.
        member: MemberId,
        /// Which.
        fingerprint: Fingerprint,
        /// Why.
        reason: RevocationReason,
    },
}
