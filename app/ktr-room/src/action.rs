//! What the policy asks for: each action is repeatable, and is journalled before it goes out.
//! How an action is carried out is the business of `run/`.

use serde::{Deserialize, Serialize};

use crate::matrix_id::{Account, DelayId, RoomId};
use crate::report::{Cause, Kind};
use crate::seen::Net;

/// One step of a pass, in the order in which the policy lists them.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Action {
    /// Destroy a room that is not the session's (rule 1).
    DestroyStray(RoomId),
    /// Write down that the end has begun and why (rule 2).
    BeginDissolution(Cause, Vec<Mark>),
    /// One step of the destruction (rule 2).
    Destroy(Step),
    /// Clean the homeserver's database and log (rule 3).
    Sweep,
    /// Count what is left (rule 3).
    Scan,
    /// Send a report to the chain.
    Report(Kind),
    /// Forget all but session and receipt (rule 3).
    Finish,
    /// Say loudly that something keeps the room from its work (rule 4).
    Alarm(Alarm),
    /// Make the room and invite these (rule 5).
    CreateRoom(Vec<Account>),
    /// Invite those who are missing (rule 6).
    Invite(Vec<Account>),
    /// Mint, sign, encrypt and lay out the passes of these (rule 6).
    WritePasses(Vec<Account>),
    /// Cancel nets that are armed for another hour (rule 7).
    Cancel(Vec<DelayId>),
    /// Arm nets for the hour the plan names (rule 7).
    Arm(Vec<Net>),
    /// Let joins end by themselves unless the sidecar says in time that it lives (rule 8).
    ArmLease,
    /// Say that the sidecar lives: the lease runs anew (rule 8).
    RestartLease(DelayId),
    /// Let the invited join again after a lease that ran out (rule 8).
    OpenJoins,
    /// Let nobody join any more (rule 8).
    CloseJoins,
    /// Encrypt post `n` to these and spool the bytes (rules 9 and 10).
    Encrypt(u32, Vec<Account>),
    /// Ask the homeserver for a media id for post `n`.
    NameMedia(u32),
    /// Upload the spooled bytes of post `n`.
    Upload(u32),
    /// Send post `n` into the room.
    Post(u32),
}

/// The steps of the destruction, in order (design: room, section 9.1; the sweep, scan and receipt follow).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// 1: the bot's media, unused ids too, and everything else that was uploaded.
    Media,
    /// 2: the alias; purging the room would leave its row.
    Alias,
    /// 3: reports of the room's events, which hold a copy of them.
    Reports,
    /// 4: kick everybody and cancel their delayed kicks.
    Kicks,
    /// 6: cancel what still waits, the bot's own leave last, until no row is left.
    Nets,
    /// 7: delete and purge the room.
    Purge,
    /// 8: nothing answers for it; unblock its id.
    Gone,
    /// 9: log the passes out; remove passes, spool and inbox.
    Passes,
}

/// Actions of which each builds on the one before it in a pass.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Strand {
    /// A post on its way: nothing is sent that is not up.
    Post,
    /// Who may join: nothing is opened without a lease.
    Joins,
    /// What follows the purge: nothing is scanned unswept, nothing reported unscanned.
    WrapUp,
}

impl Action {
    /// The strand it belongs to; `None` if it needs nothing of this pass, or what it needs is in the journal.
    #[must_use]
    pub const fn strand(&self) -> Option<Strand> {
        match self {
            Self::Encrypt(..) | Self::NameMedia(_) | Self::Upload(_) | Self::Post(_) => {
                Some(Strand::Post)
            }
            Self::ArmLease | Self::RestartLease(_) | Self::OpenJoins | Self::CloseJoins => {
                Some(Strand::Joins)
            }
            Self::Sweep | Self::Scan | Self::Finish => Some(Strand::WrapUp),
            Self::DestroyStray(_)
            | Self::BeginDissolution(..)
            | Self::Destroy(_)
            | Self::Report(_)
            | Self::Alarm(_)
            | Self::CreateRoom(_)
            | Self::Invite(_)
            | Self::WritePasses(_)
            | Self::Cancel(_)
            | Self::Arm(_) => None,
        }
    }
}

impl Step {
    /// All steps in order. Step 5, the grace, is a wait of the policy between `Kicks` and `Nets`.
    pub const ALL: [Self; 8] = [
        Self::Media,
        Self::Alias,
        Self::Reports,
        Self::Kicks,
        Self::Nets,
        Self::Purge,
        Self::Gone,
        Self::Passes,
    ];

    /// The step that has to be done before it, unless that one resists for long.
    #[must_use]
    pub const fn follows(self) -> Option<Self> {
        match self {
            Self::Media | Self::Alias | Self::Reports | Self::Kicks => None,
            Self::Nets => Some(Self::Kicks),
            Self::Purge => Some(Self::Nets),
            Self::Gone => Some(Self::Purge),
            Self::Passes => Some(Self::Gone),
        }
    }
}

/// A fact about the dissolution that the report must not hide.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mark {
    /// A net had fired before the sidecar came.
    DeadManHadFired,
    /// Local clock and block time disagreed by more than the limit.
    ClockDiffered,
    /// A room that was not the session's was found and destroyed.
    StrayFound,
    /// There was no room when the dissolution began.
    RoomAbsentAtStart,
    /// The homeserver was killed and its folder removed.
    FolderRemoved,
    /// The homeserver did not show its rooms when the end began: what else must not be hidden is seen later.
    Unseen,
}

/// Why the room cannot do its work; the codes are stable.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Alarm {
    /// The local clock is off by more than 5 s.
    Skew,
    /// The homeserver does not announce delayed events: arming might kick at once.
    Incapable,
    /// The inbox holds a file that is not the sealed release.
    BadRelease,
    /// The room of a live session is gone.
    RoomVanished,
    /// The homeserver refuses the bot's token.
    TokenRefused,
    /// The homeserver asks for a longer wait than a minute.
    Limited,
    /// The chain refused a report for good.
    ReportRefused,
    /// The scan found something.
    Residue,
    /// The homeserver's version was never swept clean: no sweep, a smaller claim.
    UnknownVersion,
    /// A stray room could not be destroyed.
    Stray,
    /// Something in the inbox, the spool or among the passes cannot be removed though the room's end has come.
    NotEmptied,
    /// The ciphertext of a post was lost or changed before it was sent: it is encrypted anew.
    SpoolLost,
    /// Something that only an operator can mend has kept a step from coming off for longer than a minute.
    Stuck,
    /// The doctor found something that must be mended before the hour.
    Unfit,
    /// The room must be seeded, and nobody handed a release over.
    NoRelease,
    /// What was done could not be written down: the disk is full, read-only or broken.
    DiskFull,
    /// The unit of one session was started too early for a session of the day.
    UnitTooEarly,
    /// The program has ended by an error, or could not begin.
    Ended,
}

impl Alarm {
    /// The stable code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Skew => "room.skew",
            Self::Incapable => "room.incapable",
            Self::BadRelease => "room.bad_release",
            Self::RoomVanished => "room.vanished",
            Self::TokenRefused => "room.token_refused",
            Self::Limited => "room.limited",
            Self::ReportRefused => "room.report_refused",
            Self::Residue => "room.residue",
            Self::UnknownVersion => "room.unknown_version",
            Self::Stray => "room.stray",
            Self::NotEmptied => "room.not_emptied",
            Self::SpoolLost => "room.spool_lost",
            Self::Stuck => "room.stuck",
            Self::Unfit => "room.unfit",
            Self::NoRelease => "room.no_release",
            Self::DiskFull => "room.disk_full",
            Self::UnitTooEarly => "room.unit_too_early",
            Self::Ended => "room.ended",
        }
    }
}
