//! What may be asked of the register of members.
//! Names and reasons in words are in none of them.

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

/// A command of a member, its home county, or any county with a mandate.
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
    /// The member, or its home county if the key is lost, replaces a signing key.
    RotateKey {
        /// Whose key.
        member: MemberId,
        /// The key that ends in this block.
        old: Fingerprint,
        /// Its successor.
        key: SigningKey,
        /// Derived from the successor.
        fingerprint: Fingerprint,
        /// First second of the successor's validity.
        valid_from: Time,
        /// First second after it.
        valid_until: Time,
        /// Whether the successor signed for its owner.
        proof: Proof,
    },
    /// The home county, or a county with a mandate, lets a member neither nominate nor receive.
    Suspend {
        /// Who.
        member: MemberId,
        /// How often it was suspended and reinstated before, plus one: so a mandate serves once.
        turn: u32,
    },
    /// The home county, or a county with a mandate, ends a suspension.
    Reinstate {
        /// Who.
        member: MemberId,
        /// How often it was suspended and reinstated before, plus one.
        turn: u32,
    },
    /// The member leaves, for good.
    Leave {
        /// Who.
        member: MemberId,
    },
}

impl Command {
    /// Whether a county other than the home county may ask it with a proposal of the counties.
    #[must_use]
    pub const fn takes_mandate(&self) -> bool {
        match self {
            Self::Suspend { .. } | Self::Reinstate { .. } => true,
            Self::Admit { .. }
            | Self::AddKey { .. }
            | Self::RevokeKey { .. }
            | Self::RotateKey { .. }
            | Self::Leave { .. } => false,
        }
    }
}
