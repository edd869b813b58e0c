//! Flags of the commands that change a session or a release after it stands: reschedule, file a roll, cancel, witness, retract.
//! Announcing, opening and closing stand in `build` and `session`.

use clap::{Args, Subcommand, ValueEnum};
use ktr_core::{
    Command,
    bundle::{self, RetractionReason},
    id::{CountyId, ReleaseId, SessionId, Sha256},
    session::{self, Testimony},
};

use super::session::Times;
use crate::args;
use crate::error::CliError;

/// What changes a session.
#[derive(Debug, Subcommand)]
pub(crate) enum Revision {
    /// The studio, or a county with a mandate, moves a session before its rooms are seeded.
    #[command(
        after_help = "Examples:\n  ktr tx build --chain ktr-local-1 --out tx.body session reschedule --session 1 --revision 1 --month 2027-01"
    )]
    Reschedule {
        #[command(flatten)]
        revised: Revised,
        #[command(flatten)]
        times: Times,
    },
    /// The studio, or a county with a mandate, files who may hear the session, as a hash.
    #[command(
        after_help = "Examples:\n  ktr tx build --chain ktr-local-1 --out tx.body session file-roll --session 1 --revision 1 --roll SHA256"
    )]
    FileRoll {
        #[command(flatten)]
        revised: Revised,
        /// SHA-256 of the roll.
        #[arg(long, env = "KTR_ROLL", value_parser = args::sha256)]
        roll: Sha256,
    },
    /// The studio, or a county with a mandate, calls a session off before it is opened.
    #[command(
        after_help = "Examples:\n  ktr tx build --chain ktr-local-1 --out tx.body session cancel --session 1"
    )]
    Cancel {
        /// Which.
        #[arg(long, env = "KTR_SESSION", value_parser = args::session)]
        session: SessionId,
    },
    /// Another county's sidecar tells what it found at a room's door.
    #[command(
        after_help = "Examples:\n  ktr tx build --chain ktr-local-1 --out tx.body session witness --session 1 --county 2 --attempt 1 --found gone"
    )]
    Witness {
        /// Which.
        #[arg(long, env = "KTR_SESSION", value_parser = args::session)]
        session: SessionId,
        /// Whose room.
        #[arg(long, env = "KTR_COUNTY", value_parser = args::county)]
        county: CountyId,
        /// Which report of destruction.
        #[arg(long, env = "KTR_ATTEMPT", value_parser = clap::value_parser!(u32).range(1..))]
        attempt: u32,
        /// What it found.
        #[arg(long, env = "KTR_FOUND", value_enum)]
        found: Found,
    },
}

/// A session, by somebody who knows its changes.
#[derive(Clone, Copy, Debug, Args)]
#[group(skip)]
pub(crate) struct Revised {
    /// Which.
    #[arg(long, env = "KTR_SESSION", value_parser = args::session)]
    session: SessionId,
    /// How often it was changed before, plus one: `revision` of `ktr query session`, plus one.
    #[arg(long, env = "KTR_REVISION", value_parser = clap::value_parser!(u32).range(1..))]
    revision: u32,
}

/// What a witness found.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Found {
    /// All probes answered before, and all were refused after.
    Gone,
    /// A probe was still answered.
    Standing,
}

/// A retraction.
#[derive(Clone, Copy, Debug, Args)]
#[group(skip)]
pub(crate) struct Retract {
    /// Which release.
    #[arg(long, env = "KTR_RELEASE", value_parser = args::release)]
    release: ReleaseId,
    /// Why.
    #[arg(long, env = "KTR_REASON", value_enum)]
    reason: Ground,
}

/// Why a release is retracted.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Ground {
    /// It would identify the victim.
    VictimIdentifiable,
    /// A contract, an insurer or a court forbids it.
    LegalConstraint,
    /// Its indicators hit what is harmless.
    Quality,
    /// The key that sealed it was lost or seen by others.
    KeyCompromised,
    /// None of these.
    Other,
}

impl Revision {
    /// The command of the core.
    pub(crate) fn command(self) -> Result<Command, CliError> {
        Ok(Command::Session(match self {
            Self::Reschedule { revised, times } => session::Command::Reschedule {
                session: revised.session,
                revision: revised.revision,
                hours: times.hours()?,
            },
            Self::FileRoll { revised, roll } => session::Command::FileRoll {
                session: revised.session,
                revision: revised.revision,
                roll,
            },
            Self::Cancel { session } => session::Command::Cancel { session },
            Self::Witness {
                session,
                county,
                attempt,
                found,
            } => session::Command::Witness {
                session,
                county,
                attempt,
                testimony: match found {
                    Found::Gone => Testimony::Gone,
                    Found::Standing => Testimony::Standing,
                },
            },
        }))
    }
}

impl Retract {
    /// The command of the core.
    pub(crate) fn command(self) -> Command {
        Command::Bundle(bundle::Command::Retract {
            release: self.release,
            reason: match self.reason {
                Ground::VictimIdentifiable => RetractionReason::VictimIdentifiable,
                Ground::LegalConstraint => RetractionReason::LegalConstraint,
                Ground::Quality => RetractionReason::Quality,
                Ground::KeyCompromised => RetractionReason::KeyCompromised,
                Ground::Other => RetractionReason::Other,
            },
        })
    }
}
