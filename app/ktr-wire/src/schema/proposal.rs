//! Messages of proposals: their subjects and their record.
//! Rules are the core's.

use std::collections::BTreeSet;

use ktr_core::{
    governance::{self, Status},
    id::CountyId,
};

use crate::{field, number::Numbered, refusal::Wire};

/// What a proposal is about; its numbers are those of the subjects.
#[derive(Clone, PartialEq, prost::Oneof)]
pub(crate) enum Subject {
    /// 32 octets: the digest of a command.
    #[prost(bytes, tag = "18")]
    Act(Vec<u8>),
}

/// The value of a proposal's record.
#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct Proposal {
    #[prost(uint32, tag = "1")]
    pub(crate) id: u32,
    #[prost(bytes = "vec", tag = "2")]
    pub(crate) digest: Vec<u8>,
    #[prost(uint32, tag = "3")]
    pub(crate) proposer: u32,
    /// By rising number.
    #[prost(uint32, repeated, tag = "4")]
    pub(crate) approvals: Vec<u32>,
    /// By rising number.
    #[prost(uint32, repeated, tag = "5")]
    pub(crate) declines: Vec<u32>,
    #[prost(uint64, tag = "6")]
    pub(crate) opened_at: u64,
    #[prost(uint64, tag = "7")]
    pub(crate) until: u64,
    /// 1 open, 2 enacted, 3 rejected, 4 withdrawn, 5 expired.
    #[prost(uint32, tag = "8")]
    pub(crate) status: u32,
    #[prost(oneof = "Subject", tags = "18")]
    pub(crate) subject: Option<Subject>,
}

impl From<&governance::Subject> for Subject {
    fn from(subject: &governance::Subject) -> Self {
        match subject {
            governance::Subject::Act(command) => Self::Act(command.0.to_vec()),
        }
    }
}

impl TryFrom<Subject> for governance::Subject {
    type Error = Wire;

    fn try_from(message: Subject) -> Result<Self, Wire> {
        Ok(match message {
            Subject::Act(command) => Self::Act(field::read(&command)?),
        })
    }
}

impl From<&governance::Proposal> for Proposal {
    fn from(proposal: &governance::Proposal) -> Self {
        let numbers = |counties: &BTreeSet<CountyId>| {
            counties.iter().map(|county| u32::from(county.0)).collect()
        };
        Self {
            id: proposal.id.0,
            digest: proposal.digest.0.to_vec(),
            proposer: u32::from(proposal.proposer.0),
            approvals: numbers(&proposal.approvals),
            declines: numbers(&proposal.declines),
            opened_at: proposal.opened_at.0,
            until: proposal.until.0,
            status: proposal.status.number(),
            subject: Some((&proposal.subject).into()),
        }
    }
}

impl TryFrom<Proposal> for governance::Proposal {
    type Error = Wire;

    fn try_from(message: Proposal) -> Result<Self, Wire> {
        Ok(Self {
            id: field::read(&message.id)?,
            subject: field::present(message.subject)?.try_into()?,
            digest: field::read(&message.digest)?,
            proposer: field::read(&message.proposer)?,
            approvals: counties(&message.approvals)?,
            declines: counties(&message.declines)?,
            opened_at: field::read(&message.opened_at)?,
            until: field::read(&message.until)?,
            status: Status::from_number(message.status)?,
        })
    }
}

fn counties(numbers: &[u32]) -> Result<BTreeSet<CountyId>, Wire> {
    let counties: Vec<CountyId> = numbers.iter().map(field::read).collect::<Result<_, _>>()?;
    Ok(field::rising(counties)?.into_iter().collect())
}
