//! The entity records: what the state tree proves, one per entity.
//! Their keys and bytes are `ktr-wire`'s affair.

use alloc::vec::Vec;

use crate::{
    board::Term,
    bundle::Release,
    governance::{Network, Parameters, Proposal, Resolved, Validator},
    id::{Commitment, Fingerprint, MemberId, ProposalId, ReleaseId, SessionId, TermId},
    ingestion::Ingestion,
    key::Key,
    membership::Member,
    nomination::Nomination,
    session::Session,
};

/// Names one record.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum RecordKey {
    /// The network itself.
    Network,
    /// The parameters in force.
    Parameters,
    /// The validator set.
    Validators,
    /// A member organisation.
    Member(MemberId),
    /// A key of any role.
    Key(Fingerprint),
    /// A term of the board.
    Term(TermId),
    /// A nomination.
    Nomination(Commitment),
    /// A release.
    Release(ReleaseId),
    /// A session.
    Session(SessionId),
    /// The published counts of a session.
    Ingestion(SessionId),
    /// A proposal of the counties.
    Proposal(ProposalId),
    /// What the counties have resolved beyond the other records.
    Resolved,
}

/// The latest value of one entity.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Record {
    /// See [`Network`].
    Network(Network),
    /// See [`Parameters`].
    Parameters(Parameters),
    /// See [`Validator`].
    Validators(Vec<Validator>),
    /// See [`Member`].
    Member(Member),
    /// See [`Key`].
    Key(Key),
    /// See [`Term`].
    Term(Term),
    /// See [`Nomination`].
    Nomination(Nomination),
    /// See [`Release`].
    Release(Release),
    /// See [`Session`].
    Session(Session),
    /// See [`Ingestion`].
    Ingestion(Ingestion),
    /// See [`Proposal`].
    Proposal(Proposal),
    /// See [`Resolved`].
    Resolved(Resolved),
}

impl Record {
    /// The key under which this record stands.
    #[must_use]
    pub const fn key(&self) -> RecordKey {
        match self {
            Self::Network(_) => RecordKey::Network,
            Self::Parameters(_) => RecordKey::Parameters,
            Self::Validators(_) => RecordKey::Validators,
            Self::Member(member) => RecordKey::Member(member.id),
            Self::Key(key) => RecordKey::Key(key.fingerprint),
            Self::Term(term) => RecordKey::Term(term.id),
            Self::Nomination(nomination) => RecordKey::Nomination(nomination.commitment),
            Self::Release(release) => RecordKey::Release(release.id),
            Self::Session(session) => RecordKey::Session(session.id),
            Self::Ingestion(ingestion) => RecordKey::Ingestion(ingestion.session),
            Self::Proposal(proposal) => RecordKey::Proposal(proposal.id),
            Self::Resolved(_) => RecordKey::Resolved,
        }
    }
}
