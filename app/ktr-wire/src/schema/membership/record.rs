//! The record of a member, to and from the core.
//! Commands and events stand in `command`.

use ktr_core::membership::{self, Standing};

use super::message::Member;
use crate::{field, refusal::Wire};

impl From<&membership::Member> for Member {
    fn from(member: &membership::Member) -> Self {
        let (suspended_at, left_at) = match member.standing {
            Standing::Active => (0, 0),
            Standing::Suspended { at } => (at.0, 0),
            Standing::Left { at } => (0, at.0),
        };
        Self {
            id: member.id.0.to_vec(),
            home: u32::from(member.home.0),
            admitted_at: member.admitted_at.0,
            suspended_at,
            left_at,
            turns: member.turns,
        }
    }
}

impl TryFrom<Member> for membership::Member {
    type Error = Wire;

    fn try_from(message: Member) -> Result<Self, Wire> {
        let suspended_at = field::time_or_none(message.suspended_at);
        let left_at = field::time_or_none(message.left_at);
        let standing = match (suspended_at, left_at) {
            (None, None) => Standing::Active,
            (Some(at), None) => Standing::Suspended { at },
            (None, Some(at)) => Standing::Left { at },
            (Some(_), Some(_)) => return Err(Wire::OutOfRange),
        };
        Ok(Self {
            id: field::read(&message.id)?,
            home: field::read(&message.home)?,
            admitted_at: field::read(&message.admitted_at)?,
            standing,
            turns: message.turns,
        })
    }
}
