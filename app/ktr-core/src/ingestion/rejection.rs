//! The rules of ingestion by number, 1500 to 1599.
//! The order of the checks stands in `decide`.

use crate::rejection::rejections;

rejections! {
    /// The signing key is not live any more: it was revoked earlier in this block.
    KeyNotLive = 1500,
    /// Only the collector may publish.
    CollectorRequired = 1501,
    /// No such session.
    SessionUnknown = 1502,
    /// The session was never opened.
    SessionNotOpened = 1503,
    /// The bucket is still running; try again.
    TooEarly = 1504,
    /// The bucket is published.
    AlreadyReported = 1505,
    /// The session's release has another beacon.
    BeaconUnknown = 1506,
    /// A count that is so small is withheld.
    CountTooSmall = 1507,
}
