//! Commands and events of membership, to and from the core.
//! The member's record stands in `record`.

use ktr_core::{
    id::MemberId,
    key::{KeyBody, RevocationReason, Role},
    membership::{self, Proof},
    time::Time,
};

use super::message::{
    AddKey, Admit, Admitted, KeyAdded, KeyExpired, KeyRevoked, KeyRotated, Named, RevokeKey,
    RotateKey, Stood, Turned,
};
use crate::{
    field,
    number::Numbered,
    refusal::Wire,
    schema::{command::Choice, event::Fact, key},
    signature::{self, KeyProof},
};

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

impl RotateKey {
    /// Reads the command; see [`Admit::into_core`].
    pub(crate) fn into_core(self, chain_id: &str) -> Result<membership::Command, Wire> {
        let member = field::read(&self.member)?;
        let key = key::signing_key(&self.key)?;
        let proof = KeyProof {
            chain_id,
            owner: Role::Member(member),
            key: &key,
        }
        .judge(&self.proof)?;
        Ok(membership::Command::RotateKey {
            member,
            old: field::read(&self.old)?,
            key,
            fingerprint: signature::fingerprint(&KeyBody::Sign(key)),
            valid_from: field::read(&self.valid_from)?,
            valid_until: field::read(&self.valid_until)?,
            proof,
        })
    }
}

impl Turned {
    fn new(member: MemberId, turn: u32) -> Self {
        Self {
            member: member.0.to_vec(),
            turn,
        }
    }

    pub(crate) fn suspend(&self) -> Result<membership::Command, Wire> {
        Ok(membership::Command::Suspend {
            member: field::read(&self.member)?,
            turn: self.turn,
        })
    }

    pub(crate) fn reinstate(&self) -> Result<membership::Command, Wire> {
        Ok(membership::Command::Reinstate {
            member: field::read(&self.member)?,
            turn: self.turn,
        })
    }
}

impl Named {
    pub(crate) fn leave(&self) -> Result<membership::Command, Wire> {
        let member = field::read(&self.member)?;
        Ok(membership::Command::Leave { member })
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
        membership::Command::RotateKey {
            member,
            old,
            key,
            valid_from,
            valid_until,
            ..
        } => Choice::RotateKey(RotateKey {
            member: member.0.to_vec(),
            old: old.0.to_vec(),
            key: key.0.to_vec(),
            valid_from: valid_from.0,
            valid_until: valid_until.0,
            proof: proof.to_vec(),
        }),
        membership::Command::Suspend { member, turn } => {
            Choice::Suspend(Turned::new(*member, *turn))
        }
        membership::Command::Reinstate { member, turn } => {
            Choice::Reinstate(Turned::new(*member, *turn))
        }
        membership::Command::Leave { member } => Choice::Leave(Named {
            member: member.0.to_vec(),
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
            membership::Event::KeyRotated {
                member,
                old,
                at,
                key,
            } => Self::KeyRotated(KeyRotated {
                member: member.0.to_vec(),
                old: old.0.to_vec(),
                at: at.0,
                key: Some((*key).into()),
            }),
            membership::Event::Suspended { member, at } => Self::Suspended(Stood {
                member: member.0.to_vec(),
                at: at.0,
            }),
            membership::Event::Reinstated { member, at } => Self::Reinstated(Stood {
                member: member.0.to_vec(),
                at: at.0,
            }),
            membership::Event::Left { member, at } => Self::Left(Stood {
                member: member.0.to_vec(),
                at: at.0,
            }),
            membership::Event::KeyExpired {
                member,
                fingerprint,
            } => Self::KeyExpired(KeyExpired {
                member: member.0.to_vec(),
                fingerprint: fingerprint.0.to_vec(),
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

impl TryFrom<KeyRotated> for membership::Event {
    type Error = Wire;

    fn try_from(message: KeyRotated) -> Result<Self, Wire> {
        Ok(Self::KeyRotated {
            member: field::read(&message.member)?,
            old: field::read(&message.old)?,
            at: field::read(&message.at)?,
            key: field::present(message.key)?.try_into()?,
        })
    }
}

impl Stood {
    fn read(&self) -> Result<(MemberId, Time), Wire> {
        Ok((field::read(&self.member)?, field::read(&self.at)?))
    }

    pub(crate) fn suspended(&self) -> Result<membership::Event, Wire> {
        let (member, at) = self.read()?;
        Ok(membership::Event::Suspended { member, at })
    }

    pub(crate) fn reinstated(&self) -> Result<membership::Event, Wire> {
        let (member, at) = self.read()?;
        Ok(membership::Event::Reinstated { member, at })
    }

    pub(crate) fn left(&self) -> Result<membership::Event, Wire> {
        let (member, at) = self.read()?;
        Ok(membership::Event::Left { member, at })
    }
}

impl KeyExpired {
    pub(crate) fn into_event(self) -> Result<membership::Event, Wire> {
        Ok(membership::Event::KeyExpired {
            member: field::read(&self.member)?,
            fingerprint: field::read(&self.fingerprint)?,
        })
    }
}
