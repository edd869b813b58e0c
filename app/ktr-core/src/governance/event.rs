//! What happened in governance.
//! Proposals first, then what enacted ones brought about.

use alloc::{boxed::Box, vec, vec::Vec};

use super::{Federation, NextHost, Parameters, Proposal, Upgrade, Validator};
use crate::{
    RecordKey,
    id::{CountyId, Fingerprint, Height, ProposalId, Sha256, ValidatorAddress, ValidatorKey},
    key::{Key, RevocationReason},
    time::Time,
};

/// A fact about the network.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Event {
    /// Something is before the counties.
    Proposed(Box<Proposal>),
    /// One county approves.
    Approved {
        /// What.
        proposal: ProposalId,
        /// Who.
        county: CountyId,
    },
    /// A majority approved.
    Enacted {
        /// What.
        proposal: ProposalId,
    },
    /// One county declines.
    Declined {
        /// What.
        proposal: ProposalId,
        /// Who.
        county: CountyId,
    },
    /// No majority is possible any more.
    Rejected {
        /// What.
        proposal: ProposalId,
    },
    /// Its proposer took it back.
    Withdrawn {
        /// What.
        proposal: ProposalId,
    },
    /// Its time ran out.
    Expired {
        /// What.
        proposal: ProposalId,
    },
    /// A county has a new signing key, and the old ones ended in this block.
    KeyRotated {
        /// The new key; its role says whose.
        key: Key,
        /// The keys that ended.
        ended: Vec<Fingerprint>,
        /// Header time.
        at: Time,
        /// Why they ended.
        reason: RevocationReason,
    },
    /// The studio is to move.
    HostSet {
        /// Where, and when.
        next: NextHost,
        /// The studio's key there.
        studio: Key,
        /// Studio keys that end before.
        ended: Vec<Fingerprint>,
        /// First second in which those are not valid any more.
        ended_at: Time,
    },
    /// The studio has moved.
    HostChanged {
        /// Where it is now.
        host: CountyId,
    },
    /// Another set of validators.
    ValidatorsChanged {
        /// The whole set.
        validators: Vec<Validator>,
    },
    /// Other parameters.
    ParametersChanged {
        /// All of them.
        parameters: Parameters,
    },
    /// A role has a new key.
    KeysChanged {
        /// The key.
        key: Key,
        /// Keys of the role and purpose that end when it begins.
        ended: Vec<Fingerprint>,
        /// First second in which those are not valid any more.
        ended_at: Time,
    },
    /// Another list of roots.
    RootsChanged {
        /// Its SHA-256.
        sha256: Sha256,
    },
    /// Another list of federated networks.
    FederationSet {
        /// The list.
        federation: Federation,
    },
    /// A new version of the rules is planned.
    UpgradePlanned {
        /// Which, and when.
        upgrade: Upgrade,
    },
    /// The last block of this version: the next is executed by the new one.
    HaltReached {
        /// Which upgrade.
        upgrade: Upgrade,
    },
    /// A validator signed two blocks of one height, or lied to a light client.
    Misbehaved {
        /// Its address.
        address: ValidatorAddress,
        /// The height at which it did.
        height: Height,
        /// Its key, if its power was taken; it stays where fewer than three would remain, where one of those could fork the network alone,
        /// and where it is gone already.
        removed: Option<ValidatorKey>,
    },
}

impl Event {
    /// The name on the wire.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Proposed(_) => "governance.proposed.v1",
            Self::Approved { .. } => "governance.approved.v1",
            Self::Enacted { .. } => "governance.enacted.v1",
            Self::Declined { .. } => "governance.declined.v1",
            Self::Rejected { .. } => "governance.rejected.v1",
            Self::Withdrawn { .. } => "governance.withdrawn.v1",
            Self::Expired { .. } => "governance.expired.v1",
            Self::KeyRotated { .. } => "governance.key_rotated.v1",
            Self::HostSet { .. } => "governance.host_set.v1",
            Self::HostChanged { .. } => "governance.host_changed.v1",
            Self::ValidatorsChanged { .. } => "governance.validators_changed.v1",
            Self::ParametersChanged { .. } => "governance.parameters_changed.v1",
            Self::KeysChanged { .. } => "governance.keys_changed.v1",
            Self::RootsChanged { .. } => "governance.roots_changed.v1",
            Self::FederationSet { .. } => "governance.federation_set.v1",
            Self::UpgradePlanned { .. } => "governance.upgrade_planned.v1",
            Self::HaltReached { .. } => "governance.halt_reached.v1",
            Self::Misbehaved { .. } => "governance.misbehaved.v1",
        }
    }

    /// The records that change.
    #[must_use]
    pub fn touches(&self) -> Vec<RecordKey> {
        let keys = |key: &Key, ended: &[Fingerprint]| {
            let ended = ended.iter().copied().map(RecordKey::Key);
            let mut keys = vec![RecordKey::Key(key.fingerprint)];
            keys.extend(ended);
            keys
        };
        match self {
            Self::Proposed(proposal) => vec![RecordKey::Proposal(proposal.id)],
            Self::Approved { proposal, .. }
            | Self::Enacted { proposal }
            | Self::Declined { proposal, .. }
            | Self::Rejected { proposal }
            | Self::Withdrawn { proposal }
            | Self::Expired { proposal } => vec![RecordKey::Proposal(*proposal)],
            Self::KeyRotated { key, ended, .. } | Self::KeysChanged { key, ended, .. } => {
                keys(key, ended)
            }
            Self::HostSet { studio, ended, .. } => {
                let mut touched = vec![RecordKey::Resolved];
                touched.extend(keys(studio, ended));
                touched
            }
            Self::HostChanged { .. } => vec![RecordKey::Network, RecordKey::Resolved],
            Self::ValidatorsChanged { .. } | Self::Misbehaved { .. } => {
                vec![RecordKey::Validators]
            }
            Self::ParametersChanged { .. } => vec![RecordKey::Parameters],
            Self::RootsChanged { .. }
            | Self::FederationSet { .. }
            | Self::UpgradePlanned { .. }
            | Self::HaltReached { .. } => vec![RecordKey::Resolved],
        }
    }
}
