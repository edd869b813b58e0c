//! Messages of releases.
//! Rules are the core's.

use ktr_core::{bundle, id::Commitment};

use super::{command::Choice, event::Fact};
use crate::{field, refusal::Wire};

/// Command 161.
#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct Seal {
    #[prost(bytes = "vec", tag = "1")]
    pub(crate) release: Vec<u8>,
    #[prost(uint32, tag = "2")]
    pub(crate) session: u32,
    #[prost(bytes = "vec", tag = "3")]
    pub(crate) sha256: Vec<u8>,
    #[prost(uint64, tag = "4")]
    pub(crate) size: u64,
    #[prost(uint32, tag = "5")]
    pub(crate) profile: u32,
    #[prost(bytes = "vec", tag = "6")]
    pub(crate) beacon: Vec<u8>,
    /// Rising.
    #[prost(bytes = "vec", repeated, tag = "7")]
    pub(crate) nominations: Vec<Vec<u8>>,
}

/// Event 161 and the value of a release's record.
#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct Release {
    #[prost(bytes = "vec", tag = "1")]
    pub(crate) id: Vec<u8>,
    #[prost(uint32, tag = "2")]
    pub(crate) session: u32,
    #[prost(bytes = "vec", tag = "3")]
    pub(crate) sha256: Vec<u8>,
    #[prost(uint64, tag = "4")]
    pub(crate) size: u64,
    #[prost(uint32, tag = "5")]
    pub(crate) profile: u32,
    #[prost(bytes = "vec", tag = "6")]
    pub(crate) beacon: Vec<u8>,
    /// Rising.
    #[prost(bytes = "vec", repeated, tag = "7")]
    pub(crate) nominations: Vec<Vec<u8>>,
    #[prost(bytes = "vec", tag = "8")]
    pub(crate) key: Vec<u8>,
    #[prost(uint64, tag = "9")]
    pub(crate) sealed_at: u64,
}

/// The message of a command.
pub(crate) fn message(command: &bundle::Command) -> Choice {
    let bundle::Command::Seal {
        release,
        session,
        sha256,
        size,
        profile,
        beacon,
        nominations,
    } = command;
    Choice::Seal(Seal {
        release: release.0.to_vec(),
        session: session.0,
        sha256: sha256.0.to_vec(),
        size: *size,
        profile: *profile,
        beacon: beacon.0.to_vec(),
        nominations: nominations
            .iter()
            .map(|commitment| commitment.0.to_vec())
            .collect(),
    })
}

impl TryFrom<Seal> for bundle::Command {
    type Error = Wire;

    fn try_from(message: Seal) -> Result<Self, Wire> {
        Ok(Self::Seal {
            release: field::read(&message.release)?,
            session: field::read(&message.session)?,
            sha256: field::read(&message.sha256)?,
            size: message.size,
            profile: message.profile,
            beacon: field::read(&message.beacon)?,
            nominations: commitments(&message.nominations)?,
        })
    }
}

fn commitments(raw: &[Vec<u8>]) -> Result<Vec<Commitment>, Wire> {
    raw.iter().map(field::read::<Commitment>).collect()
}

impl From<&bundle::Event> for Fact {
    fn from(event: &bundle::Event) -> Self {
        match event {
            bundle::Event::Sealed(release) => Self::Sealed(release.into()),
        }
    }
}

impl From<&bundle::Release> for Release {
    fn from(release: &bundle::Release) -> Self {
        Self {
            id: release.id.0.to_vec(),
            session: release.session.0,
            sha256: release.sha256.0.to_vec(),
            size: release.size,
            profile: release.profile,
            beacon: release.beacon.0.to_vec(),
            nominations: release.nominations.iter().map(|c| c.0.to_vec()).collect(),
            key: release.key.0.to_vec(),
            sealed_at: release.sealed_at.0,
        }
    }
}

impl TryFrom<Release> for bundle::Release {
    type Error = Wire;

    fn try_from(message: Release) -> Result<Self, Wire> {
        Ok(Self {
            id: field::read(&message.id)?,
            session: field::read(&message.session)?,
            sha256: field::read(&message.sha256)?,
            size: message.size,
            profile: message.profile,
            key: field::read(&message.key)?,
            beacon: field::read(&message.beacon)?,
            nominations: commitments(&message.nominations)?,
            sealed_at: field::read(&message.sealed_at)?,
        })
    }
}
