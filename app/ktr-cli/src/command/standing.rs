//! Flags of the commands that change a member after its admission: rotate a key, suspend, reinstate, leave.
//! Admission and further keys stand in `member`.

use clap::{Args, Subcommand};
use ktr_core::{
    Command,
    id::{Fingerprint, MemberId},
    key::{KeyBody, Role},
    membership::{self, Proof},
};
use ktr_wire::signature;

use super::member::MaterialArgs;
use crate::args;
use crate::error::CliError;
use crate::sender::Asked;

/// What changes a member.
#[derive(Debug, Subcommand)]
pub(crate) enum Standing {
    /// The member, or its home county if the key is lost, replaces a signing key.
    #[command(
        after_help = "Examples:\n  ktr tx build --chain ktr-local-1 --out tx.body membership rotate-key --member MEMBER --old FINGERPRINT --cert m1-new.asc.pub --proof PROOF"
    )]
    RotateKey(RotateKey),
    /// The home county, or a county with a mandate, suspends a member.
    #[command(
        after_help = "Examples:\n  ktr tx build --chain ktr-local-1 --out tx.body membership suspend --member MEMBER --turn 1\n  ktr tx build --chain ktr-local-1 --out tx.body --mandate 4 membership suspend --member MEMBER --turn 1"
    )]
    Suspend(Turned),
    /// The home county, or a county with a mandate, ends a suspension.
    #[command(
        after_help = "Examples:\n  ktr tx build --chain ktr-local-1 --out tx.body membership reinstate --member MEMBER --turn 2"
    )]
    Reinstate(Turned),
    /// The member leaves, for good.
    #[command(
        after_help = "Examples:\n  ktr tx build --chain ktr-local-1 --out tx.body membership leave --member MEMBER"
    )]
    Leave {
        /// Who.
        #[arg(long, env = "KTR_MEMBER", value_parser = args::member)]
        member: MemberId,
    },
}

/// A signing key's successor.
#[derive(Debug, Args)]
#[group(skip)]
pub(crate) struct RotateKey {
    /// Whose key.
    #[arg(long, env = "KTR_MEMBER", value_parser = args::member)]
    member: MemberId,
    /// The key that ends.
    #[arg(long, env = "KTR_OLD", value_parser = args::fingerprint)]
    old: Fingerprint,
    #[command(flatten)]
    material: MaterialArgs,
}

/// Whose turn it is.
#[derive(Debug, Args)]
#[group(skip)]
pub(crate) struct Turned {
    /// Who.
    #[arg(long, env = "KTR_MEMBER", value_parser = args::member)]
    member: MemberId,
    /// How often it was suspended and reinstated before, plus one: `turns` of `ktr query member`, plus one.
    #[arg(long, env = "KTR_TURN", value_parser = clap::value_parser!(u32).range(1..))]
    turn: u32,
}

impl Standing {
    /// The command of the core, with its key proof.
    pub(crate) fn asked(self, chain_id: &str) -> Result<Asked, CliError> {
        let command = match self {
            Self::RotateKey(rotate) => return rotate.asked(chain_id),
            Self::Suspend(Turned { member, turn }) => membership::Command::Suspend { member, turn },
            Self::Reinstate(Turned { member, turn }) => {
                membership::Command::Reinstate { member, turn }
            }
            Self::Leave { member } => membership::Command::Leave { member },
        };
        Ok(Command::Membership(command).into())
    }
}

impl RotateKey {
    fn asked(&self, chain_id: &str) -> Result<Asked, CliError> {
        let (key, (valid_from, valid_until)) = self.material.signing()?;
        let owner = Role::Member(self.member);
        Ok(Asked {
            command: Command::Membership(membership::Command::RotateKey {
                member: self.member,
                old: self.old,
                key,
                fingerprint: signature::fingerprint(&KeyBody::Sign(key)),
                valid_from,
                valid_until,
                // What the chain makes of the proof's octets; it does not travel.
                proof: Proof::Holds,
            }),
            key_proof: self.material.proof(chain_id, owner, &key)?,
        })
    }
}
