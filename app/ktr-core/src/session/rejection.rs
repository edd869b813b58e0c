//! The rules of sessions by number, 1400 to 1499.
//! The order of the checks stands in `decide`.

use crate::rejection::rejections;

rejections! {
    /// The signing key is not live any more: it was revoked earlier in this block.
    KeyNotLive = 1400,
    /// Only the studio may run a session.
    StudioRequired = 1401,
    /// Only the named county's sidecar may report of its room.
    SidecarRequired = 1402,
    /// The number is not the last one plus one.
    SessionNotNext = 1403,
    /// It would be seeded too soon.
    SeedsTooSoon = 1404,
    /// The times do not rise: seeds, opens, dissolves.
    TimesNotRising = 1405,
    /// The rooms would stand too long.
    SessionTooLong = 1406,
    /// The session before would not be over.
    SessionsOverlap = 1407,
    /// A session has 1 to 16 languages, rising, none twice.
    LanguagesOutOfRange = 1408,
    /// No such session.
    SessionUnknown = 1409,
    /// It was opened before.
    SessionNotScheduled = 1410,
    /// It is not open.
    SessionNotOpened = 1411,
    /// The time for it has not come; try again.
    TooEarly = 1412,
    /// `dissolves_at` has passed.
    SessionOver = 1413,
    /// The session has no release.
    ReleaseNotSealed = 1414,
    /// A count that is so small is withheld.
    CountTooSmall = 1415,
    /// This county has reported it.
    AlreadyReported = 1416,
    /// The attempt is not the last one plus one.
    AttemptNotNext = 1417,
    /// The county has reported as often as it may.
    AttemptsTooMany = 1418,
    /// The report's times do not rise, or a flag has no meaning.
    ReportInconsistent = 1419,
}
