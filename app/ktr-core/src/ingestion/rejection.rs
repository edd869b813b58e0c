//! The rules of ingestion by number, 1500 to 1599.
//! The order of the checks stands in `decide`.

use crate::rejection::rejections;

rejections! {
    /// The signing key is not live any more: it was revoked earlier in this block.
    KeyNotLive = 1500:
        "whoever signs with a key that a transaction earlier in the same block revoked"
        => "Sign with another live key of yours.",
    /// Only the collector may publish.
    CollectorRequired = 1501:
        "anyone who publishes with a key that is not the collector's"
        => "Let the collector sign.",
    /// No such session.
    SessionUnknown = 1502:
        "the collector, with a number that was never scheduled"
        => "Compare the number with `ktr session list`.",
    /// The session was never opened.
    SessionNotOpened = 1503:
        "the collector, for a session without an opening: its buckets never began"
        => "Nothing: there is nothing to publish.",
    /// The bucket is still running; try again.
    TooEarly = 1504:
        "the collector, before the bucket's end in header time"
        => "Try again later; the collector does so by itself.",
    /// The bucket is published.
    AlreadyReported = 1505:
        "the collector, for a bucket that is on the chain"
        => "Nothing: the first number counts.",
    /// The session's release has another beacon.
    BeaconUnknown = 1506:
        "the collector, with a beacon that is not this session's"
        => "Take the beacon from the chain: `ktr query release RELEASE`.",
    /// A count that is so small is withheld.
    CountTooSmall = 1507:
        "the collector, with a number below `count_min`"
        => "Leave the number out: a count that small is withheld.",
    /// RM-1 is not in force in this version.
    NotEnabled = 1508:
        "whoever sends a command of RM-1, whatever `rm1_from` says"
        => "Nothing: wait for an upgrade to a version that has RM-1.",
}
