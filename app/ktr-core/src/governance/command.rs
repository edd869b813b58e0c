//! What counties may ask of the network.
//! Each county acts with its own key; what is shared needs a majority of them.

use super::Subject;
use crate::{
    id::{CountyId, Fingerprint, ProposalId, Sha256, SigningKey},
    membership::Proof,
    time::Time,
};

/// A command of a county.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Command {
    /// Puts something before the counties; counts as the proposer's approval.
    Propose {
        /// The last number plus one.
        proposal: ProposalId,
        /// What is proposed.
        subject: Subject,
        /// The subject's digest, derived from its octets.
        digest: Sha256,
        /// First second in which nobody may approve any more.
        until: Time,
    },
    /// Another county approves.
    Approve {
        /// Which.
        proposal: ProposalId,
        /// The digest of what it approves.
        digest: Sha256,
    },
    /// Another county declines.
    Decline {
        /// Which.
        proposal: ProposalId,
    },
    /// The proposer takes it back.
    Withdraw {
        /// Which.
        proposal: ProposalId,
    },
    /// A county replaces its signing key; another county does it for one that lost its key, by mandate.
    RotateKey {
        /// Whose key.
        county: CountyId,
        /// The new key's body.
        key: SigningKey,
        /// Its fingerprint, derived from the body.
        fingerprint: Fingerprint,
        /// First second of its validity.
        valid_from: Time,
        /// First second after its validity.
        valid_until: Time,
        /// Whether the new key signed for itself.
        proof: Proof,
    },
}

impl Command {
    /// Whether the command can rest on a proposal: the one that stands in for a county without a key.
    #[must_use]
    pub const fn takes_mandate(&self) -> bool {
        match self {
            Self::RotateKey { .. } => true,
            Self::Propose { .. }
            | Self::Approve { .. }
            | Self::Decline { .. }
            | Self::Withdraw { .. } => false,
        }
    }
}
