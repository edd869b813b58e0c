//! Flags of the commands about the board's composition: appoint, recuse, vacate, rotate a key.
//! Votes stand in `board`.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand, ValueEnum};
use ktr_core::{
    Command,
    board::{self, Appointee, Pair, Voter},
    id::{Commitment, SeatId, TermId},
    key::{KeyBody, Role},
    limits::SEATS,
    membership::Proof,
    time::Time,
};
use ktr_wire::signature;

use super::{keys, member};
use crate::args;
use crate::error::CliError;
use crate::sender::Asked;
use crate::when;

/// What changes the board.
#[derive(Debug, Subcommand)]
pub(crate) enum Board {
    /// A county with a mandate appoints the next board.
    #[command(
        after_help = "Examples:\n  ktr tx build --chain ktr-local-1 --out tx.body --mandate 3 board appoint --term 2 --from 2027-01-01T00:00:00Z --until 2027-07-01T00:00:00Z --holders s1.asc.pub,s2.asc.pub,s3.asc.pub --deputies d1.asc.pub,d2.asc.pub,d3.asc.pub"
    )]
    Appoint(Appoint),
    /// A seat stands back from one nomination; its deputy votes instead.
    #[command(
        after_help = "Examples:\n  ktr tx build --chain ktr-local-1 --out tx.body board recuse --commitment COMMITMENT"
    )]
    Recuse {
        /// Which nomination.
        #[arg(long, env = "KTR_COMMITMENT", value_parser = args::commitment)]
        commitment: Commitment,
    },
    /// A seat, or a county with a mandate, gives the seat to its deputy until the term ends.
    #[command(
        after_help = "Examples:\n  ktr tx build --chain ktr-local-1 --out tx.body board vacate --term 1 --seat 2"
    )]
    Vacate {
        /// Which term.
        #[arg(long, env = "KTR_TERM", value_parser = args::term)]
        term: TermId,
        /// Which seat.
        #[arg(long, env = "KTR_SEAT", value_parser = args::seat)]
        seat: SeatId,
    },
    /// A seat or deputy replaces the signing key it sends with.
    #[command(
        after_help = "Examples:\n  ktr tx build --chain ktr-local-1 --out tx.body board rotate-key --seat 2 --speaks-as deputy --cert d2-new.asc"
    )]
    RotateKey(RotateKey),
}

/// The next board, as certificates.
#[derive(Debug, Args)]
#[group(skip)]
pub(crate) struct Appoint {
    /// Its number: the last one plus one.
    #[arg(long, env = "KTR_TERM", value_parser = args::term)]
    term: TermId,
    /// First second in force.
    #[arg(long, env = "KTR_FROM", value_parser = when::parse)]
    from: Time,
    /// First second after it.
    #[arg(long, env = "KTR_UNTIL", value_parser = when::parse)]
    until: Time,
    /// The certificates of the seats 1, 2 and 3, made for this term.
    #[arg(long, env = "KTR_HOLDERS", value_delimiter = ',', required = true)]
    holders: Vec<PathBuf>,
    /// The certificates of their deputies, in the same order.
    #[arg(long, env = "KTR_DEPUTIES", value_delimiter = ',', required = true)]
    deputies: Vec<PathBuf>,
}

/// A signing key's successor.
#[derive(Debug, Args)]
#[group(skip)]
pub(crate) struct RotateKey {
    /// Which seat.
    #[arg(long, env = "KTR_SEAT", value_parser = args::seat)]
    seat: SeatId,
    /// As whom the sender speaks for it.
    #[arg(long, env = "KTR_SPEAKS_AS", value_enum)]
    speaks_as: SpeaksAs,
    /// The successor's certificate; if it holds an unlocked secret and no proof is given, the proof is made here.
    #[arg(long, env = "KTR_CERT")]
    cert: PathBuf,
    /// What the successor signed: see `ktr keys proof`.
    #[arg(long, env = "KTR_PROOF", value_parser = args::octets)]
    proof: Option<args::Octets>,
}

/// Who speaks for a seat.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum SpeaksAs {
    /// Its holder.
    Holder,
    /// Its deputy.
    Deputy,
}

impl Board {
    /// The command of the core, with its key proof.
    pub(crate) fn asked(self, chain_id: &str) -> Result<Asked, CliError> {
        let command = match self {
            Self::Appoint(appoint) => appoint.command()?,
            Self::Recuse { commitment } => board::Command::Recuse { commitment },
            Self::Vacate { term, seat } => board::Command::Vacate { term, seat },
            Self::RotateKey(rotate) => return rotate.asked(chain_id),
        };
        Ok(Command::Board(command).into())
    }
}

impl Appoint {
    fn command(&self) -> Result<board::Command, CliError> {
        let count = usize::from(SEATS);
        if self.holders.len() != count || self.deputies.len() != count {
            let usage = format!("{SEATS} holders and {SEATS} deputies are needed");
            return Err(CliError::Usage(usage));
        }
        let certificates = self.holders.iter().zip(&self.deputies);
        let seats = (1..=SEATS).zip(certificates).map(|(n, (holder, deputy))| {
            Ok(Appointee {
                seat: SeatId(n),
                holder: pair(holder)?,
                deputy: pair(deputy)?,
            })
        });
        Ok(board::Command::Appoint {
            term: self.term,
            from: self.from,
            until: self.until,
            seats: seats.collect::<Result<_, CliError>>()?,
        })
    }
}

impl RotateKey {
    fn asked(&self, chain_id: &str) -> Result<Asked, CliError> {
        let key = keys::material(&self.cert)?.signing;
        let (voter, owner) = match self.speaks_as {
            SpeaksAs::Holder => (Voter::Holder, Role::Seat(self.seat)),
            SpeaksAs::Deputy => (Voter::Deputy, Role::Deputy(self.seat)),
        };
        let key_proof = match &self.proof {
            Some(proof) => proof.0.clone(),
            None => member::prove(&self.cert, chain_id, owner, &key)?,
        };
        Ok(Asked {
            command: Command::Board(board::Command::RotateKey {
                seat: self.seat,
                voter,
                key,
                fingerprint: signature::fingerprint(&KeyBody::Sign(key)),
                // What the chain makes of the proof's octets; it does not travel.
                proof: Proof::Holds,
            }),
            key_proof,
        })
    }
}

/// The two keys of a certificate.
fn pair(path: &Path) -> Result<Pair, CliError> {
    let material = keys::material(path)?;
    let encrypt = material.encryption.ok_or_else(|| {
        CliError::NotThere(format!("{} receives no files: a seat must", path.display()))
    })?;
    Ok(Pair {
        sign: material.signing,
        sign_fingerprint: signature::fingerprint(&KeyBody::Sign(material.signing)),
        encrypt,
        encrypt_fingerprint: signature::fingerprint(&KeyBody::Encrypt(encrypt)),
    })
}
