//! The rules of releases by number, 1300 to 1399.
//! The order of the checks stands in `decide`.

use crate::rejection::rejections;

rejections! {
    /// The signing key is not live any more: it was revoked earlier in this block.
    KeyNotLive = 1300:
        "whoever signs with a key that a transaction earlier in the same block revoked"
        => "Sign with another live key of yours.",
    /// Only the release desk may seal.
    ReleaserRequired = 1301:
        "anyone who seals with a key that is not the Alliance's releaser key"
        => "Let the release desk seal with that key.",
    /// No such session.
    SessionUnknown = 1302:
        "the release desk, for a session that was never scheduled"
        => "Compare the number with `ktr session list`; the studio schedules first.",
    /// The session is not waiting any more: it was opened, cancelled or has ended.
    SessionNotScheduled = 1303:
        "the release desk, for a session that was opened, cancelled or has ended"
        => "Build the release for the next session.",
    /// The room is being seeded: `seeds_at` has passed.
    SeedingBegun = 1304:
        "the release desk, after `seeds_at`"
        => "Build the release for the next session: what the rooms are seeded with is fixed.",
    /// The session has a release.
    SessionSealed = 1305:
        "the release desk, for a second release of one session"
        => "Put what is missing into the next session's release.",
    /// This release id was sealed before.
    ReleaseKnown = 1306:
        "the release desk, with a release id that was sealed before"
        => "Build again with a new seed file, so that a new id is drawn.",
    /// A release holds 1 to 64 nominations, rising, none twice.
    NominationsOutOfRange = 1307:
        "the release desk, with no nomination, more than 64, or a list that is not rising"
        => "Build the bundle with `ktr bundle build`, which sorts them; leave what is too much for the next session.",
    /// One of the nominations does not exist.
    NominationUnknown = 1308:
        "the release desk, with a case that was never submitted"
        => "Take the case out: its form opens no commitment of this chain.",
    /// One of the nominations was not cleared.
    NominationNotCleared = 1309:
        "the release desk, with a case that was vetoed, withdrawn, has lapsed or is still open"
        => "Take the case out; only cleared cases are released.",
    /// One of the nominations is in a release already.
    NominationSealed = 1310:
        "the release desk, with a case that an earlier release holds"
        => "Take the case out.",
    /// The bundle is empty or larger than 16 MiB.
    SizeOutOfRange = 1311:
        "the release desk, with a bundle that is empty or larger than 16 MiB"
        => "Leave cases for the next session.",
    /// No such STIX profile is in force.
    ProfileUnknown = 1312:
        "the release desk, with a program that writes another STIX profile"
        => "Build with a version of `ktr` whose profile is in force.",
    /// Only the release desk may retract, or a county with a mandate.
    MandateRequired = 1313:
        "anyone but the release desk, and a county without an enacted proposal"
        => "Let the release desk sign, or name the counties' proposal.",
    /// No such release.
    ReleaseUnknown = 1314:
        "the release desk or a county, with an id that was never sealed"
        => "Compare the id with `ktr query release RELEASE`.",
    /// The release was retracted before.
    ReleaseRetracted = 1315:
        "the release desk or a county that retracts twice"
        => "Nothing: the release is retracted.",
}
