//! Every bound of the core that is not a genesis parameter, in one place.
//! Bounds that a network may choose for itself are in [`crate::governance::Parameters`].

use crate::time::Secs;

/// Seats of the board; also the approvals that clear a nomination, because every seat must approve.
pub const SEATS: u8 = 3;
/// Live keys that one member may hold for one purpose.
pub const LIVE_KEYS_MAX: usize = 4;
/// Keys of one role of the network and one purpose that are valid or are yet to be: each new one names all that it ends.
pub const ROLE_KEYS_MAX: usize = 16;
/// Open nominations of one member at a time.
pub const OPEN_NOMINATIONS_MAX: usize = 10;
/// Recusals of one seat in one term: more than it has cases, and no seat uses up those of the others.
pub const SEAT_RECUSALS_MAX: usize = 85;
/// Recusals of one term: those of its three seats.
pub const RECUSALS_MAX: usize = 3 * SEAT_RECUSALS_MAX;
/// Counties whose sidecars must have found a room's door shut before its destruction counts as confirmed.
pub const WITNESSES: usize = 2;
/// Nominations in one release.
pub const RELEASE_NOMINATIONS_MAX: usize = 64;
/// Octets of one `bundle.json`: 16 MiB, because room uploads end at 20 MB.
pub const BUNDLE_SIZE_MAX: u64 = 16 * 1024 * 1024;
/// The only STIX profile in force: KTR profile 1.
pub const PROFILE: u32 = 1;
/// Languages of one session.
pub const TAGS_MAX: usize = 16;
/// Octets of one BCP 47 language tag.
pub const TAG_LEN_MAX: usize = 12;
/// Reports of destruction by one county for one session: a worse later finding is recordable, but not for ever.
pub const ATTEMPTS_MAX: usize = 8;
/// Classes of residue in a report of destruction.
pub const RESIDUE_CLASSES: usize = 8;
/// First window of RM-1.
pub const RM1_WINDOW_FIRST: u8 = 1;
/// Last window of RM-1: the buckets of plain hits follow.
pub const RM1_WINDOW_LAST: u8 = BUCKET_FIRST - 1;
/// Windows of one session in RM-1.
pub const RM1_WINDOWS_MAX: usize = 8;
/// Cells of one window in RM-1.
pub const RM1_CELLS_MAX: usize = 8;
/// Sums of a report of tickets.
pub const TICKET_SUMS: usize = 4;
/// First bucket of plain hits; smaller numbers are RM-1 windows.
pub const BUCKET_FIRST: u8 = 64;
/// Last bucket of plain hits: whatever fell into no other.
pub const BUCKET_REST: u8 = 68;
/// Buckets with an end of their own: 64, 65, 66, 67.
pub const BUCKET_ENDS: usize = 4;
/// Counties of one network.
pub const COUNTIES_MAX: usize = 16;
/// Validators of one network.
pub const VALIDATORS_MAX: usize = 16;
/// Validators that must remain where the power of one is taken for misbehaviour.
pub const VALIDATORS_LEFT_MIN: usize = 3;
/// Voting power of all validators together: the engine's own bound, an eighth of the largest signed 64-bit number.
pub const POWER_TOTAL_MAX: u64 = (1 << 60) - 1;
/// The least `tx_window_secs`: header time lags by up to two heartbeats, and what expires sooner might never be in a block.
pub const TX_WINDOW_MIN: Secs = Secs(300);
/// The most `tx_window_secs`: nodes keep used nonces for so long, and hand on no older ones.
pub const TX_WINDOW_MAX: Secs = Secs(86_400);
/// A proposal is open for at most 30 days.
pub const PROPOSAL_OPEN_MAX: Secs = Secs(30 * 86_400);
/// An enacted act serves for so long after nobody can approve it any more: 60 days after its proposal at most.
pub const MANDATE_MAX: Secs = Secs(30 * 86_400);
/// The newest version of these rules that this program executes.
pub const APP_VERSION: u64 = 1;
/// The version with which every network begins: `version.app` of its genesis. Upgrades raise it.
pub const APP_VERSION_FIRST: u64 = 1;
