//! Every command of the core as flags: what `tx build` takes, and what the words for people use too.
//! Signing and sending are elsewhere; nothing here asks the chain.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use ktr_core::{
    Command, bundle,
    id::{Commitment, CountyId, Fingerprint, MemberId, ReleaseId, SessionId, Sha256},
    ingestion::{self, Bucket},
    key::RevocationReason,
    limits::PROFILE,
    membership,
    nomination::{self, Severity, Verdict, VetoCategory},
    session::{self, LanguageTag, Seeded},
    time::Time,
};

use super::governance::Governance;
use super::member::{AddKey, Admit};
use super::parts;
use super::revision::{Retract, Revision};
use super::seat::Board;
use super::session::Times;
use super::standing::Standing;
use crate::args;
use crate::error::CliError;
use crate::render;
use crate::sender::Asked;
use crate::when;

/// One command, by subject.
#[derive(Debug, Subcommand)]
pub(crate) enum Build {
    /// Members and their keys.
    #[command(subcommand)]
    Membership(Membership),
    /// Seats and deputies.
    #[command(subcommand)]
    Board(Board),
    /// Nominations and votes.
    #[command(subcommand)]
    Nomination(Nomination),
    /// The release.
    #[command(subcommand)]
    Bundle(Bundle),
    /// The session.
    #[command(subcommand)]
    Session(SessionCommand),
    /// Published counts.
    #[command(subcommand)]
    Ingestion(Ingestion),
    /// What counties resolve together.
    #[command(subcommand)]
    Governance(Governance),
}

/// Commands about members.
#[derive(Debug, Subcommand)]
pub(crate) enum Membership {
    /// A home county admits an organisation.
    #[command(
        after_help = "Examples:\n  ktr tx build --chain ktr-local-1 --out tx.body membership admit --home-county 1 --cert m1.asc.pub --proof PROOF"
    )]
    Admit(Admit),
    /// The member or its home county adds a key.
    #[command(
        after_help = "Examples:\n  ktr tx build --chain ktr-local-1 --out tx.body membership add-key --member MEMBER --purpose room --cert m1.asc.pub"
    )]
    AddKey(AddKey),
    /// The member or its home county ends a key.
    #[command(
        after_help = "Examples:\n  ktr tx build --chain ktr-local-1 --out tx.body membership revoke-key --member MEMBER --fingerprint FINGERPRINT --reason superseded"
    )]
    RevokeKey(RevokeKey),
    /// What changes a member after its admission.
    #[command(flatten)]
    Standing(Standing),
}

/// Ends a key for good.
#[derive(Debug, Args)]
#[group(skip)]
pub(crate) struct RevokeKey {
    /// Whose key.
    #[arg(long, env = "KTR_MEMBER", value_parser = args::member)]
    pub(crate) member: MemberId,
    /// Which key.
    #[arg(long, env = "KTR_FINGERPRINT", value_parser = args::fingerprint)]
    pub(crate) fingerprint: Fingerprint,
    /// Why.
    #[arg(long, env = "KTR_REASON", value_enum)]
    pub(crate) reason: Reason,
}

/// Why a key ends.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Reason {
    /// No longer used.
    Retired,
    /// Replaced by another.
    Superseded,
    /// Lost, or seen by others.
    Compromised,
}

/// Commands about nominations.
#[derive(Debug, Subcommand)]
pub(crate) enum Nomination {
    /// A member nominates.
    #[command(
        after_help = "Examples:\n  ktr tx build --chain ktr-local-1 --out tx.body nomination submit --commitment COMMITMENT --severity high --decide-by +7d"
    )]
    Submit {
        /// The salted commitment.
        #[arg(long, env = "KTR_COMMITMENT", value_parser = args::commitment)]
        commitment: Commitment,
        /// What the matrix says.
        #[arg(long, env = "KTR_SEVERITY", value_enum)]
        severity: Level,
        /// The matrix's version.
        #[arg(long, env = "KTR_MATRIX_VERSION", default_value_t = ktr_artefact::matrix::VERSION)]
        matrix_version: u32,
        /// When silence ends it.
        #[arg(long, env = "KTR_DECIDE_BY", value_parser = when::parse)]
        decide_by: Time,
    },
    /// A seat votes.
    #[command(
        after_help = "Examples:\n  ktr tx build --chain ktr-local-1 --out tx.body nomination vote --commitment COMMITMENT --approve\n  ktr tx build --chain ktr-local-1 --out tx.body nomination vote --commitment COMMITMENT --veto quality"
    )]
    Vote {
        /// On which.
        #[arg(long, env = "KTR_COMMITMENT", value_parser = args::commitment)]
        commitment: Commitment,
        /// Approve it.
        #[arg(
            long,
            env = "KTR_APPROVE",
            required_unless_present = "veto",
            conflicts_with = "veto"
        )]
        approve: bool,
        /// Veto it on this ground.
        #[arg(long, env = "KTR_VETO", value_parser = args::veto)]
        veto: Option<VetoCategory>,
    },
    /// The nominator takes it back.
    #[command(
        after_help = "Examples:\n  ktr tx build --chain ktr-local-1 --out tx.body nomination withdraw --commitment COMMITMENT"
    )]
    Withdraw {
        /// Which.
        #[arg(long, env = "KTR_COMMITMENT", value_parser = args::commitment)]
        commitment: Commitment,
    },
}

/// A level of the matrix.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Level {
    /// Never nominated.
    Low,
    /// Never nominated.
    Medium,
    /// May be nominated.
    High,
    /// May be nominated.
    Critical,
}

/// Commands of the release desk.
#[derive(Debug, Subcommand)]
pub(crate) enum Bundle {
    /// Puts the hash of a bundle on the chain.
    #[command(
        after_help = "Examples:\n  ktr tx build --chain ktr-local-1 --out tx.body bundle seal --release RELEASE --session 1 --sha256 SHA256 --size 4096 --beacon SHA256 --nominations COMMITMENT"
    )]
    Seal(Seal),
    /// Tells every holder of a release to drop it: the release desk, or a county with a mandate.
    #[command(
        after_help = "Examples:\n  ktr tx build --chain ktr-local-1 --out tx.body bundle retract --release RELEASE --reason quality"
    )]
    Retract(Retract),
}

/// Facts of a sealed bundle.
#[derive(Debug, Args)]
pub(crate) struct Seal {
    /// The release.
    #[arg(long, env = "KTR_RELEASE", value_parser = args::release)]
    release: ReleaseId,
    /// The session.
    #[arg(long, env = "KTR_SESSION", value_parser = args::session)]
    session: SessionId,
    /// SHA-256 of bundle.json.
    #[arg(long, env = "KTR_SHA256", value_parser = args::sha256)]
    sha256: Sha256,
    /// Octets of bundle.json.
    #[arg(long, env = "KTR_SIZE")]
    size: u64,
    /// The STIX profile.
    #[arg(long, env = "KTR_PROFILE", default_value_t = PROFILE)]
    profile: u32,
    /// SHA-256 of the STIX bundle's id.
    #[arg(long, env = "KTR_BEACON", value_parser = args::sha256)]
    beacon: Sha256,
    /// The nominations in it.
    #[arg(long, env = "KTR_NOMINATIONS", value_parser = args::commitment, value_delimiter = ',', required = true)]
    nominations: Vec<Commitment>,
}

/// Commands about a session.
#[derive(Debug, Subcommand)]
pub(crate) enum SessionCommand {
    /// The studio announces it.
    #[command(
        after_help = "Examples:\n  ktr tx build --chain ktr-local-1 --out tx.body session schedule --session 1 --month 2026-12 --languages de,en"
    )]
    Schedule {
        /// Its number.
        #[arg(long, env = "KTR_SESSION", value_parser = args::session)]
        session: SessionId,
        #[command(flatten)]
        times: Times,
        /// Its languages.
        #[arg(long, env = "KTR_LANGUAGES", value_parser = args::language, value_delimiter = ',', default_value = "en")]
        languages: Vec<LanguageTag>,
    },
    /// The studio begins the hour.
    #[command(
        after_help = "Examples:\n  ktr tx build --chain ktr-local-1 --out tx.body session open --session 1"
    )]
    Open {
        /// Which.
        #[arg(long, env = "KTR_SESSION", value_parser = args::session)]
        session: SessionId,
    },
    /// The studio ends the live part.
    #[command(
        after_help = "Examples:\n  ktr tx build --chain ktr-local-1 --out tx.body session close --session 1 --attendance 24"
    )]
    Close {
        /// Which.
        #[arg(long, env = "KTR_SESSION", value_parser = args::session)]
        session: SessionId,
        /// Heads in the studio; leave it out below the network's minimum.
        #[arg(long, env = "KTR_ATTENDANCE")]
        attendance: Option<u64>,
    },
    /// A sidecar reports its seeded room.
    #[command(
        after_help = "Examples:\n  ktr tx build --chain ktr-local-1 --out tx.body session report-seeded --session 1 --county 1 --room SHA256 --post SHA256"
    )]
    ReportSeeded {
        /// Which.
        #[arg(long, env = "KTR_SESSION", value_parser = args::session)]
        session: SessionId,
        /// Whose room.
        #[arg(long, env = "KTR_COUNTY", value_parser = args::county)]
        county: CountyId,
        /// The room's commitment.
        #[arg(long, env = "KTR_ROOM", value_parser = args::sha256)]
        room: Sha256,
        /// SHA-256 of the first post.
        #[arg(long, env = "KTR_POST", value_parser = args::sha256)]
        post: Sha256,
    },
    /// A sidecar reports who joined.
    #[command(
        after_help = "Examples:\n  ktr tx build --chain ktr-local-1 --out tx.body session report-joined --session 1 --county 1 --count 12"
    )]
    ReportJoined {
        /// Which.
        #[arg(long, env = "KTR_SESSION", value_parser = args::session)]
        session: SessionId,
        /// Whose room.
        #[arg(long, env = "KTR_COUNTY", value_parser = args::county)]
        county: CountyId,
        /// Members; leave it out below the network's minimum.
        #[arg(long, env = "KTR_COUNT")]
        count: Option<u64>,
    },
    /// A sidecar reports the destruction.
    #[command(
        after_help = "Examples:\n  ktr tx build --chain ktr-local-1 --out tx.body session report-dissolved --session 1 --county 1 --report dissolved.json"
    )]
    ReportDissolved {
        /// Which.
        #[arg(long, env = "KTR_SESSION", value_parser = args::session)]
        session: SessionId,
        /// Whose room.
        #[arg(long, env = "KTR_COUNTY", value_parser = args::county)]
        county: CountyId,
        /// JSON with the fields of `dissolved` as `ktr query session` shows them.
        #[arg(long, env = "KTR_REPORT")]
        report: PathBuf,
    },
    /// What changes a session after its announcement.
    #[command(flatten)]
    Revision(Revision),
}

/// Commands of the collector.
#[derive(Debug, Subcommand)]
pub(crate) enum Ingestion {
    /// Publishes one bucket.
    #[command(
        after_help = "Examples:\n  ktr tx build --chain ktr-local-1 --out tx.body ingestion publish --session 1 --bucket 64 --beacon SHA256 --hits 12"
    )]
    Publish {
        /// Which session.
        #[arg(long, env = "KTR_SESSION", value_parser = args::session)]
        session: SessionId,
        /// Which bucket, 64 to 68.
        #[arg(long, env = "KTR_BUCKET")]
        bucket: u8,
        /// SHA-256 of the STIX bundle's id.
        #[arg(long, env = "KTR_BEACON", value_parser = args::sha256)]
        beacon: Sha256,
        /// Hits; leave it out below the network's minimum.
        #[arg(long, env = "KTR_HITS")]
        hits: Option<u64>,
        /// The collector was killed in this bucket.
        #[arg(long, env = "KTR_INTERRUPTED")]
        interrupted: bool,
    },
}

impl Build {
    /// The command of the core, with its key proof.
    pub(crate) fn asked(self, chain_id: &str) -> Result<Asked, CliError> {
        let command = match self {
            Self::Membership(Membership::Admit(admit)) => return admit.asked(chain_id),
            Self::Membership(Membership::AddKey(add)) => return add.asked(chain_id),
            Self::Membership(Membership::RevokeKey(revoke)) => revoke.command(),
            Self::Membership(Membership::Standing(standing)) => return standing.asked(chain_id),
            Self::Board(board) => return board.asked(chain_id),
            Self::Nomination(nomination) => nomination.command(),
            Self::Bundle(Bundle::Seal(seal)) => seal.command(),
            Self::Bundle(Bundle::Retract(retract)) => retract.command(),
            Self::Session(session) => session.command()?,
            Self::Ingestion(publish) => publish.command()?,
            Self::Governance(governance) => return governance.asked(chain_id),
        };
        Ok(command.into())
    }
}

impl RevokeKey {
    pub(crate) fn command(&self) -> Command {
        Command::Membership(membership::Command::RevokeKey {
            member: self.member,
            fingerprint: self.fingerprint,
            reason: match self.reason {
                Reason::Retired => RevocationReason::Retired,
                Reason::Superseded => RevocationReason::Superseded,
                Reason::Compromised => RevocationReason::Compromised,
            },
        })
    }
}

impl Nomination {
    fn command(self) -> Command {
        Command::Nomination(match self {
            Self::Submit {
                commitment,
                severity,
                matrix_version,
                decide_by,
            } => nomination::Command::Submit {
                commitment,
                severity: match severity {
                    Level::Low => Severity::Low,
                    Level::Medium => Severity::Medium,
                    Level::High => Severity::High,
                    Level::Critical => Severity::Critical,
                },
                matrix_version,
                decide_by,
            },
            Self::Vote {
                commitment, veto, ..
            } => nomination::Command::Vote {
                commitment,
                verdict: veto.map_or(Verdict::Approve, Verdict::Veto),
            },
            Self::Withdraw { commitment } => nomination::Command::Withdraw { commitment },
        })
    }
}

impl Seal {
    fn command(mut self) -> Command {
        self.nominations.sort_unstable();
        Command::Bundle(bundle::Command::Seal {
            release: self.release,
            session: self.session,
            sha256: self.sha256,
            size: self.size,
            profile: self.profile,
            beacon: self.beacon,
            nominations: self.nominations,
        })
    }
}

impl SessionCommand {
    fn command(self) -> Result<Command, CliError> {
        Ok(Command::Session(match self {
            Self::Revision(revision) => return revision.command(),
            Self::Schedule {
                session,
                times,
                languages,
            } => parts::schedule(session, times.hours()?, languages),
            Self::Open { session } => session::Command::Open { session },
            Self::Close {
                session,
                attendance,
            } => session::Command::Close {
                session,
                attendance,
            },
            Self::ReportSeeded {
                session,
                county,
                room,
                post,
            } => session::Command::ReportSeeded {
                session,
                county,
                seeded: Seeded { room, post },
            },
            Self::ReportJoined {
                session,
                county,
                count,
            } => session::Command::ReportJoined {
                session,
                county,
                count,
            },
            Self::ReportDissolved {
                session,
                county,
                report,
            } => session::Command::ReportDissolved {
                session,
                county,
                dissolved: render::read_dissolved(&report)?,
            },
        }))
    }
}

impl Ingestion {
    fn command(self) -> Result<Command, CliError> {
        let Self::Publish {
            session,
            bucket,
            beacon,
            hits,
            interrupted,
        } = self;
        let bucket = Bucket::new(bucket)
            .ok_or_else(|| CliError::Usage("a bucket has a number from 64 to 68".to_owned()))?;
        Ok(Command::Ingestion(ingestion::Command::Publish {
            session,
            bucket,
            beacon,
            hits,
            interrupted,
        }))
    }
}
