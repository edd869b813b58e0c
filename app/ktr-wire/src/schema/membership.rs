//! Messages of membership.
//! Rules are the core's.

use ktr_core::{
    key::{KeyBody, RevocationReason, Role},
    membership::{self, Proof},
};

use super::{
    command::Choice,
    event::Fact,
    key::{self, Key},
};
use crate::{
    field,
    number::Numbered,
    refusal::Wire,
    signature::{self, KeyProof},
};

/// Command 101.
#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct Admit {
    #[prost(bytes = "vec", tag = "1")]
    pub(crate) member: Vec<u8>,
    #[prost(uint32, tag = "2")]
    pub(crate) home: u32,
    #[prost(bytes = "vec", tag = "3")]
    pub(crate) key: Vec<u8>,
    #[prost(uint64, tag = "4")]
    pub(crate) valid_from: u64,
    #[prost(uint64, tag = "5")]
    pub(crate) valid_until: u64,
    /// A packet of the frozen profile by the new key.
    #[prost(bytes = "vec", tag = "6")]
    pub(crate) proof: Vec<u8>,
}

/// Command 102.
#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct AddKey {
    #[prost(bytes = "vec", tag = "1")]
    pub(crate) member: Vec<u8>,
    /// 1 sign, 2 room.
    #[prost(uint32, tag = "2")]
    pub(crate) purpose: u32,
    #[prost(bytes = "vec", tag = "3")]
    pub(crate) key: Vec<u8>,
    #[prost(uint64, tag = "4")]
    pub(crate) valid_from: u64,
    #[prost(uint64, tag = "5")]
    pub(crate) valid_until: u64,
    /// Empty for a room key, which cannot sign.
    #[prost(bytes = "vec", tag = "6")]
    pub(crate) proof: Vec<u8>,
}

/// Command 103.
#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct RevokeKey {
    #[prost(bytes = "vec", tag = "1")]
    pub(crate) member: Vec<u8>,
    #[prost(bytes = "vec", tag = "2")]
    pub(crate) fingerprint: Vec<u8>,
    #[prost(uint32, tag = "3")]
    pub(crate) reason: u32,
}

/// Event 101.
#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct Admitted {
    #[prost(bytes = "vec", tag = "1")]
    pub(crate) member: Vec<u8>,
    #[prost(uint32, tag = "2")]
    pub(crate) home: u32,
    #[prost(uint64, tag = "3")]
    pub(crate) at: u64,
    #[prost(message, optional, tag = "4")]
    pub(crate) key: Option<Key>,
}

/// Event 102.
#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct KeyAdded {
    #[prost(bytes = "vec", tag = "1")]
    pub(crate) member: Vec<u8>,
    #[prost(message, optional, tag = "2")]
    pub(crate) key: Option<Key>,
}

/// Event 103.
#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct KeyRevoked {
    #[prost(bytes = "vec", tag = "1")]
    pub(crate) member: Vec<u8>,
    #[prost(bytes = "vec", tag = "2")]
    pub(crate) fingerprint: Vec<u8>,
    #[prost(uint64, tag = "3")]
    pub(crate) at: u64,
    #[prost(uint32, tag = "4")]
    pub(crate) reason: u32,
}

/// The value of a member's record.
#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct Member {
    #[prost(bytes = "vec", tag = "1")]
    pub(crate) id: Vec<u8>,
    #[prost(uint32, tag = "2")]
    pub(crate) home: u32,
    #[prost(uint64, tag = "3")]
    pub(crate) admitted_at: u64,
}

impl Admit {
    /// Reads the command; whether the new key signed is judged here, because the core has no hash.
    pub(crate) fn into_core(self, chain_id: &str) -> Result<membership::Command, Wire> {
        let member = field::read(&self.member)?;
        let key = key::signing_key(&self.key)?;
        let proof = KeyProof {
            chain_id,
            owner: Role::Member(member),
            key: &key,
        }
        .judge(&self.proof)?;
        Ok(membership::Command::Admit {
            member,
            home: field::read(&self.home)?,
            key,
            fingerprint: signature::fingerprint(&KeyBody::Sign(key)),
            valid_from: field::read(&self.valid_from)?,
            valid_until: field::read(&self.valid_until)?,
            proof,
        })
    }
}

impl AddKey {
    /// Reads the command; see [`Admit::into_core`].
    pub(crate) fn into_core(self, chain_id: &str) -> Result<membership::Command, Wire> {
        let member = field::read(&self.member)?;
        let body = key::body(self.purpose, &self.key)?;
        let proof = match &body {
            KeyBody::Sign(key) => KeyProof {
                chain_id,
                owner: Role::Member(member),
                key,
            }
            .judge(&self.proof)?,
            KeyBody::Room(_) if self.proof.is_empty() => Proof::Holds,
            KeyBody::Room(_) => return Err(Wire::OutOfRange),
            // Its number is reserved: files to a role go to keys of genesis.
            KeyBody::Encrypt(_) => return Err(Wire::Unknown),
        };
        Ok(membership::Command::AddKey {
            member,
            body,
            fingerprint: signature::fingerprint(&body),
            valid_from: field::read(&self.valid_from)?,
            valid_until: field::read(&self.valid_until)?,
            proof,
        })
    }
}

impl TryFrom<RevokeKey> for membership::Command {
    type Error = Wire;

    fn try_from(message: RevokeKey) -> Result<Self, Wire> {
        Ok(Self::RevokeKey {
            member: field::read(&message.member)?,
            fingerprint: field::read(&message.fingerprint)?,
            reason: RevocationReason::from_number(message.reason)?,
        })
    }
}

/// The message of a command; the proof of a new signing key comes from its owner.
pub(crate) fn message(command: &membership::Command, proof: &[u8]) -> Choice {
    match command {
        membership::Command::Admit {
            member,
            home,
            key,
            valid_from,
            valid_until,
            ..
        } => Choice::Admit(Admit {
            member: member.0.to_vec(),
            home: u32::from(home.0),
            key: key.0.to_vec(),
            valid_from: valid_from.0,
            valid_until: valid_until.0,
            proof: proof.to_vec(),
        }),
        membership::Command::AddKey {
            member,
            body,
            valid_from,
            valid_until,
            ..
        } => Choice::AddKey(AddKey {
            member: member.0.to_vec(),
            purpose: body.purpose().number(),
            key: key::body_octets(body),
            valid_from: valid_from.0,
            valid_until: valid_until.0,
            proof: proof.to_vec(),
        }),
        membership::Command::RevokeKey {
            member,
            fingerprint,
            reason,
        } => Choice::RevokeKey(RevokeKey {
            member: member.0.to_vec(),
            fingerprint: fingerprint.0.to_vec(),
            reason: reason.number(),
        }),
    }
}

impl From<&membership::Event> for Fact {
    fn from(event: &membership::Event) -> Self {
        match event {
            membership::Event::Admitted {
                member,
                home,
                at,
                key,
            } => Self::Admitted(Admitted {
                member: member.0.to_vec(),
                home: u32::from(home.0),
                at: at.0,
                key: Some((*key).into()),
            }),
            membership::Event::KeyAdded { member, key } => Self::KeyAdded(KeyAdded {
                member: member.0.to_vec(),
                key: Some((*key).into()),
            }),
            membership::Event::KeyRevoked {
                member,
                fingerprint,
                at,
                reason,
            } => Self::KeyRevoked(KeyRevoked {
                member: member.0.to_vec(),
                fingerprint: fingerprint.0.to_vec(),
                at: at.0,
                reason: reason.number(),
            }),
        }
    }
}

impl TryFrom<Admitted> for membership::Event {
    type Error = Wire;

    fn try_from(message: Admitted) -> Result<Self, Wire> {
        Ok(Self::Admitted {
            member: field::read(&message.member)?,
            home: field::read(&message.home)?,
            at: field::read(&message.at)?,
            key: field::present(message.key)?.try_into()?,
        })
    }
}

impl TryFrom<KeyAdded> for membership::Event {
    type Error = Wire;

    fn try_from(message: KeyAdded) -> Result<Self, Wire> {
        Ok(Self::KeyAdded {
            member: field::read(&message.member)?,
            key: field::present(message.key)?.try_into()?,
        })
    }
}

impl TryFrom<KeyRevoked> for membership::Event {
    type Error = Wire;

    fn try_from(message: KeyRevoked) -> Result<Self, Wire> {
        Ok(Self::KeyRevoked {
            member: field::read(&message.member)?,
            fingerprint: field::read(&message.fingerprint)?,
            at: field::read(&message.at)?,
            reason: RevocationReason::from_number(message.reason)?,
        })
    }
}

impl From<&membership::Member> for Member {
    fn from(member: &membership::Member) -> Self {
        Self {
            id: member.id.0.to_vec(),
            home: u32::from(member.home.0),
            admitted_at: member.admitted_at.0,
        }
    }
}

impl TryFrom<Member> for membership::Member {
    type Error = Wire;

    fn try_from(message: Member) -> Result<Self, Wire> {
        Ok(Self {
            id: field::read(&message.id)?,
            home: field::read(&message.home)?,
            admitted_at: field::read(&message.admitted_at)?,
        })
    }
}
