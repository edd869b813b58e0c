//! A proposal of the counties: what it is about, who has said what, where it stands.
//! What an enacted one brings about is in `effect` and `mandate`; nothing is decided here.

use alloc::{collections::BTreeSet, vec::Vec};

use super::{Federation, Parameters, Upgrade, Validator};
use crate::{
    id::{CountyId, Fingerprint, ProposalId, Sha256, SigningKey},
    key::Key,
    time::Time,
};

/// What a proposal is about, with everything that it proposes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Subject {
    /// The studio moves to another region.
    Host(Host),
    /// The whole set of validators that is to be in force.
    Validators {
        /// The set, at most 16.
        set: Vec<Validator>,
        /// The counties accept that it halts when one site is down.
        accepts_halt: bool,
    },
    /// All parameters that are to be in force.
    Parameters(Parameters),
    /// A new key of a county, sidecar, studio, releaser or collector; older keys of that role and purpose end when it begins.
    Keys(Key),
    /// SHA-256 of the list of roots that seats' authenticators chain to.
    Roots(Sha256),
    /// The list of federated networks.
    Federation(Federation),
    /// A new version of the rules at a height.
    Upgrade(Upgrade),
    /// One command that only the counties together may ask for, named by its digest: a mandate.
    Act(Sha256),
}

impl Subject {
    /// Its name: two proposals are of one subject if their names are equal.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Host(_) => "host",
            Self::Validators { .. } => "validators",
            Self::Parameters(_) => "parameters",
            Self::Keys(_) => "keys",
            Self::Roots(_) => "roots",
            Self::Federation(_) => "federation",
            Self::Upgrade(_) => "upgrade",
            Self::Act(_) => "act",
        }
    }
}

/// Where the studio is to be.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Host {
    /// The county whose region hosts it.
    pub region: CountyId,
    /// The studio's signing key there, valid from `from`.
    pub studio: SigningKey,
    /// That key's fingerprint, derived from its body.
    pub fingerprint: Fingerprint,
    /// First second there; the last of the studio keys before it.
    pub from: Time,
    /// First second after the key's validity.
    pub key_until: Time,
}

/// Where a proposal stands.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Status {
    /// Counties may approve or decline.
    Open,
    /// A majority of the counties approved; what it proposes has happened.
    Enacted,
    /// So many declined that no majority is possible.
    Rejected,
    /// Its proposer took it back.
    Withdrawn,
    /// Its time ran out.
    Expired,
}

/// A proposal.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Proposal {
    /// Its number.
    pub id: ProposalId,
    /// What it is about.
    pub subject: Subject,
    /// The digest of the subject, which every approval repeats; of an act, the digest of the command.
    pub digest: Sha256,
    /// The county that proposed it; its approval is the first.
    pub proposer: CountyId,
    /// Counties that approve.
    pub approvals: BTreeSet<CountyId>,
    /// Counties that decline.
    pub declines: BTreeSet<CountyId>,
    /// Header time of the proposal.
    pub opened_at: Time,
    /// First second in which nobody may approve any more.
    pub until: Time,
    /// Where it stands.
    pub status: Status,
}

impl Proposal {
    /// Whether the county has approved or declined; both are final.
    #[must_use]
    pub fn has_voted(&self, county: CountyId) -> bool {
        self.approvals.contains(&county) || self.declines.contains(&county)
    }
}
