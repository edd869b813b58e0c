//! What a county's sidecar reports of its room.
//! Counts of members below the network's minimum are absent; nothing here names a member or a room.

use crate::{id::Sha256, limits::RESIDUE_CLASSES, time::Time};

/// That the room was seeded.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Seeded {
    /// SHA-256 over salt and room id: an auditor who is given both can open it.
    pub room: Sha256,
    /// SHA-256 of the first post's ciphertext.
    pub post: Sha256,
}

/// What another county's sidecar found at a room's door after its destruction: evidence about the door, not about disks.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Testimony {
    /// Every probe answered before, and every one was refused after.
    Gone,
    /// A probe was still answered.
    Standing,
}

/// Why the room went.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Cause {
    /// `dissolves_at` came.
    Time,
    /// The sidecar's clock was ahead.
    Early,
    /// The sidecar came back after `dissolves_at`.
    Overdue,
    /// The nets acted while the sidecar was dead.
    DeadMan,
    /// An operator ordered it.
    Operator,
}

/// The homeserver's make.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Engine {
    /// Element's Synapse.
    Synapse,
}

/// The homeserver's version in three numbers, because no free text reaches the chain.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct ServerVersion {
    /// First number.
    pub major: u32,
    /// Second number.
    pub minor: u32,
    /// Third number.
    pub patch: u32,
}

/// What limits or strengthens the claim, one bit each.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub struct Flags(pub u32);

impl Flags {
    /// The private tables were swept.
    pub const SWEPT: u32 = 1;
    /// The write-ahead log was truncated.
    pub const WAL_TRUNCATED: u32 = 1 << 1;
    /// The database zeroes what it frees.
    pub const SECURE_DELETE: u32 = 1 << 2;
    /// The server's version is one that was swept clean in tests.
    pub const VERSION_KNOWN: u32 = 1 << 3;
    /// A net had fired before the sidecar acted.
    pub const DEAD_MAN_HAD_FIRED: u32 = 1 << 4;
    /// The local clock differed from the chain's.
    pub const CLOCK_DIFFERED: u32 = 1 << 5;
    /// A room that is not the session's was found and destroyed.
    pub const STRAY_FOUND: u32 = 1 << 6;
    /// There was no room when destruction began.
    pub const ROOM_ABSENT_AT_START: u32 = 1 << 7;
    /// The server's folder was removed.
    pub const FOLDER_REMOVED: u32 = 1 << 8;
    /// All bits that have a meaning.
    pub const KNOWN: u32 = (1 << 9) - 1;
}

/// One report of destruction.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Dissolved {
    /// 1, and one more each time: a worse later finding is recorded, nothing is overwritten.
    pub attempt: u32,
    /// Why the room went.
    pub cause: Cause,
    /// When destruction began, by the sidecar's clock.
    pub started_at: Time,
    /// When the last member was out.
    pub emptied_at: Time,
    /// When the server had purged the room.
    pub purged_at: Time,
    /// When the last scan ended.
    pub scanned_at: Time,
    /// Members kicked; absent below the network's minimum.
    pub kicked: Option<u64>,
    /// Posts made.
    pub posts: u64,
    /// Media deleted.
    pub media_deleted: u64,
    /// Delayed events cancelled; absent below the network's minimum.
    pub cancelled: Option<u64>,
    /// Rooms found that were not the session's.
    pub strays: u64,
    /// Hits of the scan: live, database, write-ahead log, media, log, spool, passes, pending.
    pub residue: [u64; RESIDUE_CLASSES],
    /// What limits or strengthens the claim.
    pub flags: Flags,
    /// The homeserver's make.
    pub engine: Engine,
    /// The homeserver's version.
    pub version: ServerVersion,
    /// SHA-256 of the receipt file that stays at the county.
    pub receipt: Sha256,
}
