//! Messages of what the counties have resolved: events of effects, and the record of resolutions.
//! Proposals themselves are in `proposal`.

use ktr_core::{
    governance::{self, NextHost},
    id::{Fingerprint, ValidatorKey},
    key::RevocationReason,
};

use super::{
    event::Fact,
    governance::Validators,
    key::Key,
    proposal::{Named, Voice},
};
use crate::{field, limits::ENDED_MAX, number::Numbered, refusal::Wire};

/// A list of federated networks; also event 257.
#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct Federation {
    #[prost(bytes = "vec", tag = "1")]
    pub(crate) sha256: Vec<u8>,
    /// Above 0.
    #[prost(uint32, tag = "2")]
    pub(crate) sequence: u32,
}

/// A new version of the rules; also events 251, 258.
#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct Upgrade {
    /// Above 0.
    #[prost(uint64, tag = "1")]
    pub(crate) app_version: u64,
    #[prost(uint64, tag = "2")]
    pub(crate) height: u64,
}

/// Who hosts next.
#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct Next {
    #[prost(uint32, tag = "1")]
    pub(crate) region: u32,
    #[prost(uint64, tag = "2")]
    pub(crate) from: u64,
}

/// Event 247.
#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct KeyRotated {
    #[prost(message, optional, tag = "1")]
    pub(crate) key: Option<Key>,
    /// By rising fingerprint.
    #[prost(bytes = "vec", repeated, tag = "2")]
    pub(crate) ended: Vec<Vec<u8>>,
    #[prost(uint64, tag = "3")]
    pub(crate) at: u64,
    /// 1 retired, 2 superseded, 3 compromised.
    #[prost(uint32, tag = "4")]
    pub(crate) reason: u32,
}

/// Event 249.
#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct HostChanged {
    #[prost(uint32, tag = "1")]
    pub(crate) host: u32,
}

/// Event 250.
#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct Misbehaved {
    /// 20 octets.
    #[prost(bytes = "vec", tag = "1")]
    pub(crate) address: Vec<u8>,
    #[prost(uint64, tag = "2")]
    pub(crate) height: u64,
    /// 32 octets, or absent where no power was taken.
    #[prost(bytes = "vec", tag = "3")]
    pub(crate) removed: Vec<u8>,
}

/// Event 252.
#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct HostSet {
    #[prost(message, optional, tag = "1")]
    pub(crate) next: Option<Next>,
    #[prost(message, optional, tag = "2")]
    pub(crate) studio: Option<Key>,
    /// By rising fingerprint.
    #[prost(bytes = "vec", repeated, tag = "3")]
    pub(crate) ended: Vec<Vec<u8>>,
    #[prost(uint64, tag = "4")]
    pub(crate) ended_at: u64,
}

/// Event 255.
#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct KeysChanged {
    #[prost(message, optional, tag = "1")]
    pub(crate) key: Option<Key>,
    /// By rising fingerprint.
    #[prost(bytes = "vec", repeated, tag = "2")]
    pub(crate) ended: Vec<Vec<u8>>,
    #[prost(uint64, tag = "3")]
    pub(crate) ended_at: u64,
}

/// Event 256.
#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct RootsChanged {
    #[prost(bytes = "vec", tag = "1")]
    pub(crate) sha256: Vec<u8>,
}

/// The value of the record of resolutions.
#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct Resolved {
    #[prost(message, optional, tag = "1")]
    pub(crate) next_host: Option<Next>,
    /// 32 octets, or absent.
    #[prost(bytes = "vec", tag = "2")]
    pub(crate) roots: Vec<u8>,
    #[prost(message, optional, tag = "3")]
    pub(crate) federation: Option<Federation>,
    #[prost(message, optional, tag = "4")]
    pub(crate) planned: Option<Upgrade>,
    #[prost(message, optional, tag = "5")]
    pub(crate) reached: Option<Upgrade>,
    /// Whether all the others are absent: no value is empty.
    #[prost(bool, tag = "6")]
    pub(crate) nothing: bool,
}

impl From<&governance::Federation> for Federation {
    fn from(list: &governance::Federation) -> Self {
        Self {
            sha256: list.sha256.0.to_vec(),
            sequence: list.sequence,
        }
    }
}

impl TryFrom<Federation> for governance::Federation {
    type Error = Wire;

    fn try_from(message: Federation) -> Result<Self, Wire> {
        if message.sequence == 0 {
            return Err(Wire::OutOfRange);
        }
        Ok(Self {
            sha256: field::read(&message.sha256)?,
            sequence: message.sequence,
        })
    }
}

impl From<&governance::Upgrade> for Upgrade {
    fn from(upgrade: &governance::Upgrade) -> Self {
        Self {
            app_version: upgrade.app_version,
            height: upgrade.height.0,
        }
    }
}

impl TryFrom<Upgrade> for governance::Upgrade {
    type Error = Wire;

    fn try_from(message: Upgrade) -> Result<Self, Wire> {
        if message.app_version == 0 {
            return Err(Wire::OutOfRange);
        }
        Ok(Self {
            app_version: message.app_version,
            height: field::read(&message.height)?,
        })
    }
}

impl From<NextHost> for Next {
    fn from(next: NextHost) -> Self {
        Self {
            region: u32::from(next.region.0),
            from: next.from.0,
        }
    }
}

impl TryFrom<Next> for NextHost {
    type Error = Wire;

    fn try_from(message: Next) -> Result<Self, Wire> {
        Ok(Self {
            region: field::read(&message.region)?,
            from: field::read(&message.from)?,
        })
    }
}

impl From<&governance::Event> for Fact {
    #[expect(
        clippy::too_many_lines,
        reason = "one arm for every event of governance"
    )]
    fn from(event: &governance::Event) -> Self {
        use governance::Event;
        let named = |proposal: &ktr_core::id::ProposalId| Named {
            proposal: proposal.0,
        };
        match event {
            Event::Proposed(proposal) => Self::Proposed((&**proposal).into()),
            Event::Approved { proposal, county } => Self::ProposalApproved(Voice {
                proposal: proposal.0,
                county: u32::from(county.0),
            }),
            Event::Enacted { proposal } => Self::Enacted(named(proposal)),
            Event::Declined { proposal, county } => Self::Declined(Voice {
                proposal: proposal.0,
                county: u32::from(county.0),
            }),
            Event::Rejected { proposal } => Self::Rejected(named(proposal)),
            Event::Withdrawn { proposal } => Self::ProposalWithdrawn(named(proposal)),
            Event::Expired { proposal } => Self::ProposalExpired(named(proposal)),
            Event::KeyRotated {
                key,
                ended,
                at,
                reason,
            } => Self::CountyKeyRotated(KeyRotated {
                key: Some((*key).into()),
                ended: octets(ended),
                at: at.0,
                reason: reason.number(),
            }),
            Event::HostSet {
                next,
                studio,
                ended,
                ended_at,
            } => Self::HostSet(HostSet {
                next: Some((*next).into()),
                studio: Some((*studio).into()),
                ended: octets(ended),
                ended_at: ended_at.0,
            }),
            Event::HostChanged { host } => Self::HostChanged(HostChanged {
                host: u32::from(host.0),
            }),
            Event::ValidatorsChanged { validators } => {
                Self::ValidatorsChanged(validators.as_slice().into())
            }
            Event::ParametersChanged { parameters } => Self::ParametersChanged(parameters.into()),
            Event::KeysChanged {
                key,
                ended,
                ended_at,
            } => Self::KeysChanged(KeysChanged {
                key: Some((*key).into()),
                ended: octets(ended),
                ended_at: ended_at.0,
            }),
            Event::RootsChanged { sha256 } => Self::RootsChanged(RootsChanged {
                sha256: sha256.0.to_vec(),
            }),
            Event::FederationSet { federation } => Self::FederationSet(federation.into()),
            Event::UpgradePlanned { upgrade } => Self::UpgradePlanned(upgrade.into()),
            Event::HaltReached { upgrade } => Self::HaltReached(upgrade.into()),
            Event::Misbehaved {
                address,
                height,
                removed,
            } => Self::Misbehaved(Misbehaved {
                address: address.0.to_vec(),
                height: height.0,
                removed: removed.map(|key| key.0.to_vec()).unwrap_or_default(),
            }),
        }
    }
}

impl TryFrom<KeyRotated> for governance::Event {
    type Error = Wire;

    fn try_from(message: KeyRotated) -> Result<Self, Wire> {
        Ok(Self::KeyRotated {
            key: field::present(message.key)?.try_into()?,
            ended: fingerprints(message.ended)?,
            at: field::read(&message.at)?,
            reason: RevocationReason::from_number(message.reason)?,
        })
    }
}

impl TryFrom<HostSet> for governance::Event {
    type Error = Wire;

    fn try_from(message: HostSet) -> Result<Self, Wire> {
        Ok(Self::HostSet {
            next: field::present(message.next)?.try_into()?,
            studio: field::present(message.studio)?.try_into()?,
            ended: fingerprints(message.ended)?,
            ended_at: field::read(&message.ended_at)?,
        })
    }
}

impl TryFrom<KeysChanged> for governance::Event {
    type Error = Wire;

    fn try_from(message: KeysChanged) -> Result<Self, Wire> {
        Ok(Self::KeysChanged {
            key: field::present(message.key)?.try_into()?,
            ended: fingerprints(message.ended)?,
            ended_at: field::read(&message.ended_at)?,
        })
    }
}

impl TryFrom<Misbehaved> for governance::Event {
    type Error = Wire;

    fn try_from(message: Misbehaved) -> Result<Self, Wire> {
        let removed = (!message.removed.is_empty())
            .then(|| field::read::<ValidatorKey>(&message.removed))
            .transpose()?;
        Ok(Self::Misbehaved {
            address: field::read(&message.address)?,
            height: field::read(&message.height)?,
            removed,
        })
    }
}

impl TryFrom<Validators> for governance::Event {
    type Error = Wire;

    fn try_from(message: Validators) -> Result<Self, Wire> {
        Ok(Self::ValidatorsChanged {
            validators: message.try_into()?,
        })
    }
}

impl From<&governance::Resolved> for Resolved {
    fn from(resolved: &governance::Resolved) -> Self {
        Self {
            next_host: resolved.next_host.map(Next::from),
            roots: resolved
                .roots
                .map(|sha256| sha256.0.to_vec())
                .unwrap_or_default(),
            federation: resolved.federation.as_ref().map(Federation::from),
            planned: resolved.planned.as_ref().map(Upgrade::from),
            reached: resolved.reached.as_ref().map(Upgrade::from),
            nothing: *resolved == governance::Resolved::default(),
        }
    }
}

impl TryFrom<Resolved> for governance::Resolved {
    type Error = Wire;

    fn try_from(message: Resolved) -> Result<Self, Wire> {
        let roots = (!message.roots.is_empty())
            .then(|| field::read(&message.roots))
            .transpose()?;
        let resolved = Self {
            next_host: message.next_host.map(TryInto::try_into).transpose()?,
            roots,
            federation: message.federation.map(TryInto::try_into).transpose()?,
            planned: message.planned.map(TryInto::try_into).transpose()?,
            reached: message.reached.map(TryInto::try_into).transpose()?,
        };
        if message.nothing == (resolved == Self::default()) {
            Ok(resolved)
        } else {
            Err(Wire::OutOfRange)
        }
    }
}

fn octets(fingerprints: &[Fingerprint]) -> Vec<Vec<u8>> {
    fingerprints.iter().map(|one| one.0.to_vec()).collect()
}

fn fingerprints(octets: Vec<Vec<u8>>) -> Result<Vec<Fingerprint>, Wire> {
    let octets = field::at_most(octets, ENDED_MAX)?;
    let read = octets.iter().map(field::read::<Fingerprint>);
    field::rising(read.collect::<Result<_, _>>()?)
}
