//! The choice of commands inside a transaction's body.
//! A number that is not here is reserved or foreign; both answer as unknown.

use ktr_core::{Command, governance, nomination};
use prost::encoding::{decode_key, decode_varint};

use super::{
    board::{Appoint, Recuse, RotateKey as RotateSeatKey, Vacate},
    bundle::{Retract, Seal},
    ingestion::Publish,
    membership::{AddKey, Admit, Named as Member, RevokeKey, RotateKey, Turned},
    nomination::{Named as Nominated, Submit, Vote},
    proposal::{Approve, Named as Proposed, Propose, RotateKey as RotateCountyKey},
    rm1::{CommitKeys, Disclose, Extend, PublishQuarter, Recount, ReportIssued, ReportTickets},
    session::{
        Close, Dissolved, FileRoll, Joined, Named as Session, Reschedule, Schedule, Seeded, Witness,
    },
};
use crate::refusal::Wire;

/// Exactly one command.
#[derive(Clone, PartialEq, prost::Oneof)]
pub(crate) enum Choice {
    #[prost(message, tag = "101")]
    Admit(Admit),
    #[prost(message, tag = "102")]
    AddKey(AddKey),
    #[prost(message, tag = "103")]
    RevokeKey(RevokeKey),
    #[prost(message, tag = "104")]
    RotateKey(RotateKey),
    #[prost(message, tag = "105")]
    Suspend(Turned),
    #[prost(message, tag = "106")]
    Reinstate(Turned),
    #[prost(message, tag = "107")]
    Leave(Member),
    #[prost(message, tag = "121")]
    Appoint(Appoint),
    #[prost(message, tag = "122")]
    Recuse(Recuse),
    #[prost(message, tag = "123")]
    Vacate(Vacate),
    #[prost(message, tag = "124")]
    RotateSeatKey(RotateSeatKey),
    #[prost(message, tag = "141")]
    Submit(Submit),
    #[prost(message, tag = "142")]
    Vote(Vote),
    #[prost(message, tag = "143")]
    Withdraw(Nominated),
    #[prost(message, tag = "161")]
    Seal(Seal),
    #[prost(message, tag = "162")]
    Retract(Retract),
    #[prost(message, tag = "181")]
    Schedule(Schedule),
    #[prost(message, tag = "182")]
    Reschedule(Reschedule),
    #[prost(message, tag = "183")]
    FileRoll(FileRoll),
    #[prost(message, tag = "184")]
    Cancel(Session),
    #[prost(message, tag = "185")]
    Open(Session),
    #[prost(message, tag = "186")]
    Close(Close),
    #[prost(message, tag = "187")]
    ReportSeeded(Seeded),
    #[prost(message, tag = "188")]
    ReportJoined(Joined),
    #[prost(message, tag = "189")]
    ReportDissolved(Dissolved),
    #[prost(message, tag = "190")]
    Witness(Witness),
    #[prost(message, tag = "201")]
    CommitKeys(CommitKeys),
    #[prost(message, tag = "202")]
    ReportIssued(ReportIssued),
    #[prost(message, tag = "203")]
    Extend(Extend),
    #[prost(message, tag = "204")]
    Publish(Publish),
    #[prost(message, tag = "205")]
    Disclose(Disclose),
    #[prost(message, tag = "206")]
    Recount(Recount),
    #[prost(message, tag = "207")]
    PublishQuarter(PublishQuarter),
    #[prost(message, tag = "208")]
    ReportTickets(ReportTickets),
    #[prost(message, tag = "241")]
    Propose(Propose),
    #[prost(message, tag = "242")]
    ApproveProposal(Approve),
    #[prost(message, tag = "243")]
    DeclineProposal(Proposed),
    #[prost(message, tag = "244")]
    WithdrawProposal(Proposed),
    #[prost(message, tag = "245")]
    RotateCountyKey(RotateCountyKey),
}

/// The numbers in force: must name the same commands as [`Choice`]; a test compares them.
pub(crate) const IN_FORCE: &[u32] = &[
    101, 102, 103, 104, 105, 106, 107, 121, 122, 123, 124, 141, 142, 143, 161, 162, 181, 182, 183,
    184, 185, 186, 187, 188, 189, 190, 201, 202, 203, 204, 205, 206, 207, 208, 241, 242, 243, 244,
    245,
];

/// The first number of any command.
pub(crate) const FIRST: u32 = 100;

impl Choice {
    /// The message of a command; `proof` is what a new signing key signed, empty elsewhere.
    pub(crate) fn new(command: &Command, proof: &[u8]) -> Self {
        match command {
            Command::Membership(command) => super::membership::message(command, proof),
            Command::Nomination(command) => super::nomination::message(command),
            Command::Bundle(command) => super::bundle::message(command),
            Command::Session(command) => super::session::message(command),
            Command::Ingestion(command) => super::ingestion::message(command),
            Command::Board(command) => super::board::message(command, proof),
            Command::Governance(command) => super::proposal::message(command, proof),
        }
    }

    /// The number of the field that holds the command, and the octets of its message.
    pub(crate) fn parts(&self) -> (u32, Vec<u8>) {
        let mut octets = Vec::new();
        self.encode(&mut octets);
        let mut rest = octets.as_slice();
        // Both were written the line before.
        let number = decode_key(&mut rest).map_or(0, |(number, _)| number);
        let length = decode_varint(&mut rest).unwrap_or(0);
        debug_assert_eq!(u64::try_from(rest.len()).ok(), Some(length));
        (number, rest.to_vec())
    }

    /// The command of a message.
    pub(crate) fn into_core(self, chain_id: &str) -> Result<Command, Wire> {
        Ok(match self {
            Self::Admit(message) => Command::Membership(message.into_core(chain_id)?),
            Self::AddKey(message) => Command::Membership(message.into_core(chain_id)?),
            Self::RevokeKey(message) => Command::Membership(message.try_into()?),
            Self::RotateKey(message) => Command::Membership(message.into_core(chain_id)?),
            Self::Suspend(message) => Command::Membership(message.suspend()?),
            Self::Reinstate(message) => Command::Membership(message.reinstate()?),
            Self::Leave(message) => Command::Membership(message.leave()?),
            Self::Appoint(message) => Command::Board(message.try_into()?),
            Self::Recuse(message) => Command::Board(message.into_command()?),
            Self::Vacate(message) => Command::Board(message.into_command()?),
            Self::RotateSeatKey(message) => Command::Board(message.into_core(chain_id)?),
            Self::Submit(message) => Command::Nomination(message.try_into()?),
            Self::Vote(message) => Command::Nomination(message.try_into()?),
            Self::Withdraw(message) => {
                let commitment = message.commitment()?;
                Command::Nomination(nomination::Command::Withdraw { commitment })
            }
            Self::Seal(message) => Command::Bundle(message.try_into()?),
            Self::Retract(message) => Command::Bundle(message.into_command()?),
            Self::CommitKeys(message) => Command::Ingestion(message.try_into()?),
            Self::ReportIssued(message) => Command::Ingestion(message.try_into()?),
            Self::Extend(message) => Command::Ingestion(message.try_into()?),
            Self::Publish(message) => Command::Ingestion(message.try_into()?),
            Self::Disclose(message) => Command::Ingestion(message.try_into()?),
            Self::Recount(message) => Command::Ingestion(message.try_into()?),
            Self::PublishQuarter(message) => Command::Ingestion(message.try_into()?),
            Self::ReportTickets(message) => Command::Ingestion(message.try_into()?),
            Self::Propose(message) => Command::Governance(message.into_core(chain_id)?),
            Self::ApproveProposal(message) => Command::Governance(message.try_into()?),
            Self::DeclineProposal(message) => Command::Governance(governance::Command::Decline {
                proposal: message.proposal()?,
            }),
            Self::WithdrawProposal(message) => Command::Governance(governance::Command::Withdraw {
                proposal: message.proposal()?,
            }),
            Self::RotateCountyKey(message) => Command::Governance(message.into_core(chain_id)?),
            Self::Schedule(message) => Command::Session(message.into_command()?),
            Self::Reschedule(message) => Command::Session(message.into_command()?),
            Self::FileRoll(message) => Command::Session(message.into_command()?),
            Self::Cancel(message) => Command::Session(message.cancel()?),
            Self::Witness(message) => Command::Session(message.into_command()?),
            Self::Open(message) => Command::Session(message.open()?),
            Self::Close(message) => Command::Session(message.into_command()?),
            Self::ReportSeeded(message) => Command::Session(message.into_command()?),
            Self::ReportJoined(message) => Command::Session(message.into_command()?),
            Self::ReportDissolved(message) => Command::Session(message.into_command()?),
        })
    }
}
