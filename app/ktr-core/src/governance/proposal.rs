//! A proposal of the counties: what it is about, who has said what, where it stands.
//! What an enacted one brings about is in `effect` and `mandate`; nothing is decided here.

use alloc::collections::BTreeSet;

use crate::{
    id::{CountyId, ProposalId, Sha256},
    time::Time,
};

/// What a proposal is about, with everything that it proposes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Subject {
    /// One command that only the counties together may ask for, named by its digest: a mandate.
    Act(Sha256),
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
