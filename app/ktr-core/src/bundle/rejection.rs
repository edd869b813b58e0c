//! The rules of releases by number, 1300 to 1399.
//! The order of the checks stands in `decide`.

use crate::rejection::rejections;

rejections! {
    /// The signing key is not live any more: it was revoked earlier in this block.
    KeyNotLive = 1300,
    /// Only the release desk may seal.
    ReleaserRequired = 1301,
    /// No such session.
    SessionUnknown = 1302,
    /// The session is not waiting any more: it was opened, cancelled or has ended.
    SessionNotScheduled = 1303,
    /// The room is being seeded: `seeds_at` has passed.
    SeedingBegun = 1304,
    /// The session has a release.
    SessionSealed = 1305,
    /// This release id was sealed before.
    ReleaseKnown = 1306,
    /// A release holds 1 to 64 nominations, rising, none twice.
    NominationsOutOfRange = 1307,
    /// One of the nominations does not exist.
    NominationUnknown = 1308,
    /// One of the nominations was not cleared.
    NominationNotCleared = 1309,
    /// One of the nominations is in a release already.
    NominationSealed = 1310,
    /// The bundle is empty or larger than 16 MiB.
    SizeOutOfRange = 1311,
    /// No such STIX profile is in force.
    ProfileUnknown = 1312,
}
