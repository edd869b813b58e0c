//! Messages about keys: material, role, validity, revocation.
//! Whether a key may act is not judged here.

use ktr_core::{
    id::{CountyId, EncryptionKey, MemberId, SeatId, SigningKey},
    key::{self, KeyBody, Purpose, Revocation, RevocationReason},
    time::Time,
};

use crate::{field, number::Numbered, refusal::Wire, signature};

const COUNTY: u32 = 1;
const SIDECAR: u32 = 2;
const STUDIO: u32 = 3;
const RELEASER: u32 = 4;
const COLLECTOR: u32 = 5;
const MEMBER: u32 = 6;
const SEAT: u32 = 7;
const DEPUTY: u32 = 8;

/// Who acts with a key.
#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct Role {
    /// 1 county, 2 sidecar, 3 studio, 4 releaser, 5 collector, 6 member, 7 seat, 8 deputy.
    #[prost(uint32, tag = "1")]
    pub(crate) kind: u32,
    /// County or seat, for those that have a number.
    #[prost(uint32, tag = "2")]
    pub(crate) number: u32,
    /// 16 octets, for a member.
    #[prost(bytes = "vec", tag = "3")]
    pub(crate) member: Vec<u8>,
}

impl From<key::Role> for Role {
    fn from(role: key::Role) -> Self {
        let (kind, number, member) = match role {
            key::Role::County(county) => (COUNTY, u32::from(county.0), Vec::new()),
            key::Role::Sidecar(county) => (SIDECAR, u32::from(county.0), Vec::new()),
            key::Role::Studio => (STUDIO, 0, Vec::new()),
            key::Role::Releaser => (RELEASER, 0, Vec::new()),
            key::Role::Collector => (COLLECTOR, 0, Vec::new()),
            key::Role::Member(member) => (MEMBER, 0, member.0.to_vec()),
            key::Role::Seat(seat) => (SEAT, u32::from(seat.0), Vec::new()),
            key::Role::Deputy(seat) => (DEPUTY, u32::from(seat.0), Vec::new()),
        };
        Self {
            kind,
            number,
            member,
        }
    }
}

impl TryFrom<Role> for key::Role {
    type Error = Wire;

    fn try_from(role: Role) -> Result<Self, Wire> {
        let county = || field::read::<CountyId>(&role.number);
        let seat = || field::read::<SeatId>(&role.number);
        let read = match role.kind {
            COUNTY => Self::County(county()?),
            SIDECAR => Self::Sidecar(county()?),
            STUDIO => Self::Studio,
            RELEASER => Self::Releaser,
            COLLECTOR => Self::Collector,
            MEMBER => Self::Member(field::read::<MemberId>(&role.member)?),
            SEAT => Self::Seat(seat()?),
            DEPUTY => Self::Deputy(seat()?),
            _ => return Err(Wire::Unknown),
        };
        // A number or member where none belongs would be a second encoding of the same role.
        if Role::from(read) == role {
            Ok(read)
        } else {
            Err(Wire::OutOfRange)
        }
    }
}

/// The owner of a key in what its proof is over: a member's id, or role and number.
pub(crate) fn owner(role: key::Role) -> Vec<u8> {
    let Role {
        kind,
        number,
        member,
    } = role.into();
    if member.is_empty() {
        // Kinds are below 9, and counties and seats are octets in the core.
        [kind, number]
            .map(|part| u8::try_from(part).unwrap_or(u8::MAX))
            .to_vec()
    } else {
        member
    }
}

/// A registered key; also the value of its record.
#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct Key {
    /// 1 sign, 2 room, 3 encrypt.
    #[prost(uint32, tag = "1")]
    pub(crate) purpose: u32,
    /// 51 octets (sign) or 56 (room, encrypt).
    #[prost(bytes = "vec", tag = "2")]
    pub(crate) body: Vec<u8>,
    /// Who acts with it.
    #[prost(message, optional, tag = "3")]
    pub(crate) role: Option<Role>,
    /// Unix seconds.
    #[prost(uint64, tag = "4")]
    pub(crate) valid_from: u64,
    /// Unix seconds, exclusive.
    #[prost(uint64, tag = "5")]
    pub(crate) valid_until: u64,
    /// Unix seconds; 0 while it is not revoked.
    #[prost(uint64, tag = "6")]
    pub(crate) revoked_at: u64,
    /// 1 retired, 2 superseded, 3 compromised; 0 while it is not revoked.
    #[prost(uint32, tag = "7")]
    pub(crate) revoked_reason: u32,
    /// Whether the log says that its validity is over.
    #[prost(bool, tag = "8")]
    pub(crate) expired: bool,
}

impl From<key::Key> for Key {
    fn from(key: key::Key) -> Self {
        Self {
            purpose: key.body.purpose().number(),
            body: body_octets(&key.body),
            role: Some(key.role.into()),
            valid_from: key.valid_from.0,
            valid_until: key.valid_until.0,
            revoked_at: key.revoked.map_or(0, |revoked| revoked.at.0),
            revoked_reason: key.revoked.map_or(0, |revoked| revoked.reason.number()),
            expired: key.expired,
        }
    }
}

impl TryFrom<Key> for key::Key {
    type Error = Wire;

    fn try_from(key: Key) -> Result<Self, Wire> {
        let body = body(key.purpose, &key.body)?;
        let revoked = match (key.revoked_at, key.revoked_reason) {
            (0, 0) => None,
            (at, reason) => Some(Revocation {
                at: field::read::<Time>(&at)?,
                reason: RevocationReason::from_number(reason)?,
            }),
        };
        Ok(Self {
            fingerprint: signature::fingerprint(&body),
            body,
            role: field::present(key.role)?.try_into()?,
            valid_from: field::read(&key.valid_from)?,
            valid_until: field::read(&key.valid_until)?,
            revoked,
            expired: key.expired,
        })
    }
}

/// Reads key material: length, algorithm and point.
///
/// # Errors
/// [`Wire::Unknown`] for a purpose that is not in force, [`Wire::OutOfRange`] for bad material.
pub(crate) fn body(purpose: u32, octets: &Vec<u8>) -> Result<KeyBody, Wire> {
    match Purpose::from_number(purpose)? {
        Purpose::Sign => Ok(KeyBody::Sign(signing_key(octets)?)),
        Purpose::Room => Ok(KeyBody::Room(encryption_key(octets)?)),
        Purpose::Encrypt => Ok(KeyBody::Encrypt(encryption_key(octets)?)),
    }
}

/// Reads a signing key: length, algorithm and a point of large order.
///
/// # Errors
/// [`Wire::OutOfRange`] for anything else.
pub(crate) fn signing_key(octets: &Vec<u8>) -> Result<SigningKey, Wire> {
    let key = field::read::<SigningKey>(octets)?;
    signature::is_signing_key(&key)
        .then_some(key)
        .ok_or(Wire::OutOfRange)
}

/// Reads an encryption key: length and algorithm.
///
/// # Errors
/// [`Wire::OutOfRange`] for anything else.
pub(crate) fn encryption_key(octets: &Vec<u8>) -> Result<EncryptionKey, Wire> {
    let key = field::read::<EncryptionKey>(octets)?;
    signature::is_encryption_key(&key)
        .then_some(key)
        .ok_or(Wire::OutOfRange)
}

/// The material's octets.
pub(crate) fn body_octets(body: &KeyBody) -> Vec<u8> {
    match body {
        KeyBody::Sign(key) => key.0.to_vec(),
        KeyBody::Room(key) | KeyBody::Encrypt(key) => key.0.to_vec(),
    }
}
