//! Messages of proposals: their subjects, commands and record.
//! Rules are the core's; what an enacted proposal brings about is in `resolved`.

use std::collections::BTreeSet;

use ktr_core::{
    governance::{self, Status},
    id::{CountyId, ProposalId},
    key::{self as core_key, KeyBody, Role},
    limits::COUNTIES_MAX,
};
use prost::encoding::{decode_key, decode_varint};

use super::{
    command::Choice,
    governance::{Parameters, Validator, Validators},
    key::{self, Key},
    resolved::{Federation, Upgrade},
};
use crate::{
    digest, field,
    number::Numbered,
    refusal::Wire,
    signature::{self, KeyProof},
};

/// What a proposal is about; its numbers are those of the subjects.
#[derive(Clone, PartialEq, prost::Oneof)]
pub(crate) enum Subject {
    #[prost(message, tag = "11")]
    Host(Host),
    #[prost(message, tag = "12")]
    Validators(ValidatorSet),
    #[prost(message, tag = "13")]
    Parameters(Parameters),
    #[prost(message, tag = "14")]
    Keys(Key),
    /// 32 octets.
    #[prost(bytes, tag = "15")]
    Roots(Vec<u8>),
    #[prost(message, tag = "16")]
    Federation(Federation),
    #[prost(message, tag = "17")]
    Upgrade(Upgrade),
    /// 32 octets: the digest of a command.
    #[prost(bytes, tag = "18")]
    Act(Vec<u8>),
}

/// Where the studio is to be.
#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct Host {
    #[prost(uint32, tag = "1")]
    pub(crate) region: u32,
    /// 51 octets.
    #[prost(bytes = "vec", tag = "2")]
    pub(crate) studio: Vec<u8>,
    #[prost(uint64, tag = "3")]
    pub(crate) from: u64,
    #[prost(uint64, tag = "4")]
    pub(crate) key_until: u64,
}

/// The validators that are to be in force.
#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct ValidatorSet {
    #[prost(message, repeated, tag = "1")]
    pub(crate) validators: Vec<Validator>,
    #[prost(bool, tag = "2")]
    pub(crate) accepts_halt: bool,
}

/// Command 241.
#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct Propose {
    #[prost(uint32, tag = "1")]
    pub(crate) proposal: u32,
    #[prost(uint64, tag = "2")]
    pub(crate) until: u64,
    #[prost(oneof = "Subject", tags = "11, 12, 13, 14, 15, 16, 17, 18")]
    pub(crate) subject: Option<Subject>,
}

/// Command 242.
#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct Approve {
    #[prost(uint32, tag = "1")]
    pub(crate) proposal: u32,
    #[prost(bytes = "vec", tag = "2")]
    pub(crate) digest: Vec<u8>,
}

/// Commands 243, 244; events 243, 245, 246, 248.
#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct Named {
    #[prost(uint32, tag = "1")]
    pub(crate) proposal: u32,
}

/// Events 242, 244.
#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct Voice {
    #[prost(uint32, tag = "1")]
    pub(crate) proposal: u32,
    #[prost(uint32, tag = "2")]
    pub(crate) county: u32,
}

/// Command 245.
#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct RotateKey {
    #[prost(uint32, tag = "1")]
    pub(crate) county: u32,
    #[prost(bytes = "vec", tag = "2")]
    pub(crate) key: Vec<u8>,
    #[prost(uint64, tag = "3")]
    pub(crate) valid_from: u64,
    #[prost(uint64, tag = "4")]
    pub(crate) valid_until: u64,
    #[prost(bytes = "vec", tag = "5")]
    pub(crate) proof: Vec<u8>,
}

/// The value of a proposal's record; also event 241.
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
    #[prost(oneof = "Subject", tags = "11, 12, 13, 14, 15, 16, 17, 18")]
    pub(crate) subject: Option<Subject>,
}

impl Subject {
    /// The digest that an approval repeats; of an act, the digest of its command.
    pub(crate) fn digest(&self, chain_id: &str) -> Result<ktr_core::id::Sha256, Wire> {
        if let Self::Act(command) = self {
            return field::read(command);
        }
        let mut octets = Vec::new();
        self.encode(&mut octets);
        let mut rest = octets.as_slice();
        let (number, _) = decode_key(&mut rest).or(Err(Wire::NotProtobuf))?;
        decode_varint(&mut rest).or(Err(Wire::NotProtobuf))?;
        Ok(digest::subject(chain_id, number, rest))
    }
}

impl From<&governance::Subject> for Subject {
    fn from(subject: &governance::Subject) -> Self {
        match subject {
            governance::Subject::Host(host) => Self::Host(Host {
                region: u32::from(host.region.0),
                studio: host.studio.0.to_vec(),
                from: host.from.0,
                key_until: host.key_until.0,
            }),
            governance::Subject::Validators { set, accepts_halt } => {
                Self::Validators(ValidatorSet {
                    validators: Validators::from(set.as_slice()).validators,
                    accepts_halt: *accepts_halt,
                })
            }
            governance::Subject::Parameters(parameters) => Self::Parameters(parameters.into()),
            governance::Subject::Keys(key) => Self::Keys((*key).into()),
            governance::Subject::Roots(sha256) => Self::Roots(sha256.0.to_vec()),
            governance::Subject::Federation(list) => Self::Federation(list.into()),
            governance::Subject::Upgrade(upgrade) => Self::Upgrade(upgrade.into()),
            governance::Subject::Act(command) => Self::Act(command.0.to_vec()),
        }
    }
}

impl TryFrom<Subject> for governance::Subject {
    type Error = Wire;

    fn try_from(message: Subject) -> Result<Self, Wire> {
        Ok(match message {
            Subject::Host(host) => Self::Host(host.try_into()?),
            Subject::Validators(ValidatorSet {
                validators,
                accepts_halt,
            }) => Self::Validators {
                set: Validators { validators }.try_into()?,
                accepts_halt,
            },
            Subject::Parameters(parameters) => Self::Parameters(parameters.try_into()?),
            Subject::Keys(key) => {
                let key: core_key::Key = key.try_into()?;
                if key.revoked.is_some() || key.expired {
                    return Err(Wire::OutOfRange);
                }
                Self::Keys(key)
            }
            Subject::Roots(sha256) => Self::Roots(field::read(&sha256)?),
            Subject::Federation(list) => Self::Federation(list.try_into()?),
            Subject::Upgrade(upgrade) => Self::Upgrade(upgrade.try_into()?),
            Subject::Act(command) => Self::Act(field::read(&command)?),
        })
    }
}

impl TryFrom<Host> for governance::Host {
    type Error = Wire;

    fn try_from(message: Host) -> Result<Self, Wire> {
        let studio = key::signing_key(&message.studio)?;
        Ok(Self {
            region: field::read(&message.region)?,
            studio,
            fingerprint: signature::fingerprint(&KeyBody::Sign(studio)),
            from: field::read(&message.from)?,
            key_until: field::read(&message.key_until)?,
        })
    }
}

impl Propose {
    /// Reads the command; the digest of its subject is taken here, because the core has no hash.
    pub(crate) fn into_core(self, chain_id: &str) -> Result<governance::Command, Wire> {
        let subject = field::present(self.subject)?;
        Ok(governance::Command::Propose {
            proposal: field::read(&self.proposal)?,
            until: field::read(&self.until)?,
            digest: subject.digest(chain_id)?,
            subject: subject.try_into()?,
        })
    }
}

impl TryFrom<Approve> for governance::Command {
    type Error = Wire;

    fn try_from(message: Approve) -> Result<Self, Wire> {
        Ok(Self::Approve {
            proposal: field::read(&message.proposal)?,
            digest: field::read(&message.digest)?,
        })
    }
}

impl Named {
    pub(crate) fn proposal(&self) -> Result<ProposalId, Wire> {
        field::read(&self.proposal)
    }
}

impl Voice {
    pub(crate) fn into_core(self) -> Result<(ProposalId, CountyId), Wire> {
        Ok((field::read(&self.proposal)?, field::read(&self.county)?))
    }
}

impl RotateKey {
    /// Reads the command; whether the new key signed is judged here, because the core has no hash.
    pub(crate) fn into_core(self, chain_id: &str) -> Result<governance::Command, Wire> {
        let county = field::read(&self.county)?;
        let key = key::signing_key(&self.key)?;
        let proof = KeyProof {
            chain_id,
            owner: Role::County(county),
            key: &key,
        }
        .judge(&self.proof)?;
        Ok(governance::Command::RotateKey {
            county,
            key,
            fingerprint: signature::fingerprint(&KeyBody::Sign(key)),
            valid_from: field::read(&self.valid_from)?,
            valid_until: field::read(&self.valid_until)?,
            proof,
        })
    }
}

/// The message of a command; the proof of a new signing key comes from its owner.
pub(crate) fn message(command: &governance::Command, proof: &[u8]) -> Choice {
    match command {
        governance::Command::Propose {
            proposal,
            subject,
            until,
            ..
        } => Choice::Propose(Propose {
            proposal: proposal.0,
            until: until.0,
            subject: Some(subject.into()),
        }),
        governance::Command::Approve { proposal, digest } => Choice::ApproveProposal(Approve {
            proposal: proposal.0,
            digest: digest.0.to_vec(),
        }),
        governance::Command::Decline { proposal } => Choice::DeclineProposal(Named {
            proposal: proposal.0,
        }),
        governance::Command::Withdraw { proposal } => Choice::WithdrawProposal(Named {
            proposal: proposal.0,
        }),
        governance::Command::RotateKey {
            county,
            key,
            valid_from,
            valid_until,
            ..
        } => Choice::RotateCountyKey(RotateKey {
            county: u32::from(county.0),
            key: key.0.to_vec(),
            valid_from: valid_from.0,
            valid_until: valid_until.0,
            proof: proof.to_vec(),
        }),
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
            approvals: counties(message.approvals)?,
            declines: counties(message.declines)?,
            opened_at: field::read(&message.opened_at)?,
            until: field::read(&message.until)?,
            status: Status::from_number(message.status)?,
        })
    }
}

fn counties(numbers: Vec<u32>) -> Result<BTreeSet<CountyId>, Wire> {
    let numbers = field::at_most(numbers, COUNTIES_MAX)?;
    let counties: Vec<CountyId> = numbers.iter().map(field::read).collect::<Result<_, _>>()?;
    Ok(field::rising(counties)?.into_iter().collect())
}
