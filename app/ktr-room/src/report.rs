//! The reports a sidecar sends to the chain, as plain values (design: room, section 11).
//! Their encoding and signature belong to the chain's adapter.

use ktr_core::id::{CountyId, SessionId, Sha256};
use ktr_core::session::Testimony;
use ktr_core::time::Time;
use serde::{Deserialize, Serialize};

/// Which report.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Post 0 stands in the room.
    Seeded,
    /// How many joined.
    Joined,
    /// The room is gone.
    Dissolved,
}

/// A report with its contents.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Report {
    /// `ReportSeeded`.
    Seeded {
        /// The session.
        session: SessionId,
        /// The room's commitment.
        room_commit: Sha256,
        /// SHA-256 of post 0.
        post: Sha256,
    },
    /// `ReportJoined`.
    Joined {
        /// The session.
        session: SessionId,
        /// Joined members; absent below 5.
        count: Option<u32>,
    },
    /// `ReportDissolved`.
    Dissolved {
        /// The session.
        session: SessionId,
        /// Number of the attempt, from 1.
        attempt: u8,
        /// What was done and found.
        dissolution: Dissolution,
    },
    /// `Witness`: what was found at another county's door.
    Witness {
        /// The session.
        session: SessionId,
        /// The county whose door it is.
        county: CountyId,
        /// Number of its report.
        attempt: u32,
        /// What was found.
        testimony: Testimony,
    },
}

/// What was done and found, the body of a dissolution report.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Dissolution {
    /// Why the room was dissolved.
    pub cause: Cause,
    /// When the destruction began.
    #[serde(serialize_with = "secs")]
    pub started_at: Time,
    /// When the last member was out.
    #[serde(serialize_with = "secs")]
    pub emptied_at: Time,
    /// When the room was purged.
    #[serde(serialize_with = "secs")]
    pub purged_at: Time,
    /// When the last scan ended.
    #[serde(serialize_with = "secs")]
    pub scanned_at: Time,
    /// Kicked members; absent below 5.
    pub kicked: Option<u32>,
    /// Posts that were sent.
    pub posts: u32,
    /// Media that were deleted.
    pub media_deleted: u32,
    /// Cancelled nets; absent below 5.
    pub cancelled: Option<u32>,
    /// Stray rooms that were destroyed.
    pub strays: u32,
    /// Hits per class: live, db, wal, media, log, spool, pass, pending.
    pub residue: [u32; 8],
    /// What must be said along with it.
    pub flags: Flags,
    /// The homeserver's make.
    pub engine: Engine,
    /// The homeserver's version as three numbers; zeros if it did not say.
    pub server_version: [u16; 3],
    /// SHA-256 of the receipt file.
    #[serde(skip)]
    pub receipt: Sha256,
}

/// Why a room was dissolved.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// T came.
    Time,
    /// Before T: cancelled, or a local clock that ran ahead.
    Early,
    /// Later than the chain allows.
    Overdue,
    /// The nets had already begun.
    DeadMan,
    /// An operator ordered it.
    Operator,
}

/// Flags of a dissolution, in the order of the design page.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "nine independent flags of one report (design: room, section 11)"
)]
pub struct Flags {
    /// Private tables were cleaned.
    pub swept: bool,
    /// The write-ahead log was cut to nothing.
    pub wal_truncated: bool,
    /// Freed pages are overwritten.
    pub secure_delete: bool,
    /// The homeserver's version was swept clean before.
    pub version_known: bool,
    /// A net had fired before the sidecar came.
    pub dead_man_had_fired: bool,
    /// Local clock and block time disagreed.
    pub clock_differed: bool,
    /// A stray room was found.
    pub stray_found: bool,
    /// There was no room when it began.
    pub room_absent_at_start: bool,
    /// The homeserver's folder was removed (per-session profile).
    pub folder_removed: bool,
}

/// The homeserver's make.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Engine {
    /// Element's Synapse.
    Synapse,
}

/// Serialises a time as whole seconds.
#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde hands a reference to the field"
)]
fn secs<S: serde::Serializer>(time: &Time, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_u64(time.0)
}
