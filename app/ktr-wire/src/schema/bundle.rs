//! Messages of releases.
//! Rules are the core's.

use ktr_core::{
    bundle::{self, Retraction, RetractionReason},
    id::Commitment,
    limits::RELEASE_NOMINATIONS_MAX,
};

use super::{command::Choice, event::Fact};
use crate::{field, limits::LIST_MAX, number::Numbered, refusal::Wire};

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

/// Command 162, and with `at` event 162.
#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct Retract {
    #[prost(bytes = "vec", tag = "1")]
    pub(crate) release: Vec<u8>,
    /// 1 victim identifiable, 2 legal constraint, 3 quality, 4 key compromised, 5 other.
    #[prost(uint32, tag = "2")]
    pub(crate) reason: u32,
    /// 0 in the command.
    #[prost(uint64, tag = "3")]
    pub(crate) at: u64,
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
    /// Unix seconds; 0 while it is not retracted.
    #[prost(uint64, tag = "10")]
    pub(crate) retracted_at: u64,
    /// As in `Retract`; 0 while it is not retracted.
    #[prost(uint32, tag = "11")]
    pub(crate) retracted_reason: u32,
}

/// The message of a command.
pub(crate) fn message(command: &bundle::Command) -> Choice {
    match command {
        bundle::Command::Seal {
            release,
            session,
            sha256,
            size,
            profile,
            beacon,
            nominations,
        } => Choice::Seal(Seal {
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
        }),
        bundle::Command::Retract { release, reason } => Choice::Retract(Retract {
            release: release.0.to_vec(),
            reason: reason.number(),
            at: 0,
        }),
    }
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
            nominations: commitments(message.nominations, LIST_MAX)?,
        })
    }
}

impl Retract {
    pub(crate) fn into_command(self) -> Result<bundle::Command, Wire> {
        if self.at != 0 {
            return Err(Wire::OutOfRange);
        }
        Ok(bundle::Command::Retract {
            release: field::read(&self.release)?,
            reason: RetractionReason::from_number(self.reason)?,
        })
    }

    pub(crate) fn into_event(self) -> Result<bundle::Event, Wire> {
        let at = field::read(&self.at)?;
        let reason = RetractionReason::from_number(self.reason)?;
        Ok(bundle::Event::Retracted {
            release: field::read(&self.release)?,
            retraction: Retraction { at, reason },
        })
    }
}

impl Release {
    /// The release as it was sealed: a retraction is another event.
    pub(crate) fn into_event(self) -> Result<bundle::Event, Wire> {
        let release: bundle::Release = self.try_into()?;
        if release.retracted.is_some() {
            return Err(Wire::OutOfRange);
        }
        Ok(bundle::Event::Sealed(release))
    }
}

fn commitments(raw: Vec<Vec<u8>>, max: usize) -> Result<Vec<Commitment>, Wire> {
    let raw = field::at_most(raw, max)?;
    raw.iter().map(field::read::<Commitment>).collect()
}

impl From<&bundle::Event> for Fact {
    fn from(event: &bundle::Event) -> Self {
        match event {
            bundle::Event::Sealed(release) => Self::Sealed(release.into()),
            bundle::Event::Retracted {
                release,
                retraction,
            } => Self::Retracted(Retract {
                release: release.0.to_vec(),
                reason: retraction.reason.number(),
                at: retraction.at.0,
            }),
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
            retracted_at: release.retracted.map_or(0, |retraction| retraction.at.0),
            retracted_reason: release
                .retracted
                .map_or(0, |retraction| retraction.reason.number()),
        }
    }
}

impl TryFrom<Release> for bundle::Release {
    type Error = Wire;

    fn try_from(message: Release) -> Result<Self, Wire> {
        let retracted = match (message.retracted_at, message.retracted_reason) {
            (0, 0) => None,
            (at, reason) => Some(Retraction {
                at: field::read(&at)?,
                reason: RetractionReason::from_number(reason)?,
            }),
        };
        Ok(Self {
            id: field::read(&message.id)?,
            session: field::read(&message.session)?,
            sha256: field::read(&message.sha256)?,
            size: message.size,
            profile: message.profile,
            key: field::read(&message.key)?,
            beacon: field::read(&message.beacon)?,
            nominations: commitments(message.nominations, RELEASE_NOMINATIONS_MAX)?,
            sealed_at: field::read(&message.sealed_at)?,
            retracted,
        })
    }
}
