//! The choice of commands inside a transaction's body.
//! A number that is not here is reserved or foreign; both answer as unknown.

use ktr_core::{Command, nomination, session};
use prost::encoding::{decode_key, decode_varint};

use super::{
    bundle::Seal,
    ingestion::Publish,
    membership::{AddKey, Admit, RevokeKey},
    nomination::{Named as Nominated, Submit, Vote},
    session::{Close, Dissolved, Joined, Named as Session, Schedule, Seeded},
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
    #[prost(message, tag = "141")]
    Submit(Submit),
    #[prost(message, tag = "142")]
    Vote(Vote),
    #[prost(message, tag = "143")]
    Withdraw(Nominated),
    #[prost(message, tag = "161")]
    Seal(Seal),
    #[prost(message, tag = "181")]
    Schedule(Schedule),
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
    #[prost(message, tag = "204")]
    Publish(Publish),
}

/// The numbers in force: must name the same commands as [`Choice`]; a test compares them.
pub(crate) const IN_FORCE: &[u32] = &[
    101, 102, 103, 141, 142, 143, 161, 181, 185, 186, 187, 188, 189, 204,
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
            Command::Board(command) => match *command {},
            Command::Governance(command) => match *command {},
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
            Self::Submit(message) => Command::Nomination(message.try_into()?),
            Self::Vote(message) => Command::Nomination(message.try_into()?),
            Self::Withdraw(message) => {
                let commitment = message.commitment()?;
                Command::Nomination(nomination::Command::Withdraw { commitment })
            }
            Self::Seal(message) => Command::Bundle(message.try_into()?),
            Self::Publish(message) => Command::Ingestion(message.try_into()?),
            Self::Schedule(message) => {
                let (session, hours, languages) = message.into_core()?;
                Command::Session(session::Command::Schedule {
                    session,
                    hours,
                    languages,
                })
            }
            Self::Open(message) => Command::Session(session::Command::Open {
                session: message.session()?,
            }),
            Self::Close(message) => Command::Session(message.into_command()?),
            Self::ReportSeeded(message) => {
                let (session, county, seeded) = message.into_core()?;
                Command::Session(session::Command::ReportSeeded {
                    session,
                    county,
                    seeded,
                })
            }
            Self::ReportJoined(message) => {
                let (session, county, count) = message.into_core()?;
                Command::Session(session::Command::ReportJoined {
                    session,
                    county,
                    count,
                })
            }
            Self::ReportDissolved(message) => {
                let (session, county, dissolved) = message.into_core()?;
                Command::Session(session::Command::ReportDissolved {
                    session,
                    county,
                    dissolved,
                })
            }
        })
    }
}
