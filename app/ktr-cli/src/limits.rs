//! Every bound and default of this program, in one place.
//! What a network chooses is in its genesis.

/// A transaction counts for an hour unless told otherwise.
pub(crate) const EXPIRES_SECS: u64 = 3_600;
/// Days that a new key lives unless told otherwise.
pub(crate) const KEY_DAYS: u64 = 730;
/// Days of the Alliance's signing key on a localnet.
pub(crate) const ALLIANCE_DAYS: u64 = 390;
/// Seconds that a registered key is valid where its certificate has no end: 1,095 days.
pub(crate) const VALIDITY_SECS: u64 = 1_095 * 86_400;
/// Days of the first term.
pub(crate) const TERM_DAYS: u64 = 180;
/// Minutes from seeding to opening, where a month names the session.
pub(crate) const SEED_MINUTES: i64 = 30;
/// Minutes of the hour.
pub(crate) const HOUR_MINUTES: i64 = 60;
/// Seconds that a localnet may take until every site has two blocks.
pub(crate) const LOCALNET_WITHIN_SECS: u64 = 90;
/// Seconds that a localnet may take to stop.
pub(crate) const STOP_WITHIN_SECS: u64 = 15;
/// Seconds between two looks at the clock while a nomination is held.
pub(crate) const HOLD_LOOK_SECS: u64 = 1;
/// Seconds that a YARA rule may take on its own sample.
pub(crate) const YARA_WITHIN_SECS: u64 = 5;
/// Seconds that the engine of YARA rules may take for one answer, its start included; then it is ended.
pub(crate) const YARA_ENGINE_SECS: u64 = 30;
/// Releases that are verified at once: a century of months.
pub(crate) const RELEASES_MAX: usize = 1_200;
/// Entries of an archive of many releases: for each two files, their folder, and as many others.
pub(crate) const PACKED_MAX: usize = 6 * RELEASES_MAX;
