//! The rules of sessions by number, 1400 to 1499.
//! The order of the checks stands in `decide`.

use crate::rejection::rejections;

rejections! {
    /// The signing key is not live any more: it was revoked earlier in this block.
    KeyNotLive = 1400:
        "whoever signs with a key that a transaction earlier in the same block revoked"
        => "Sign with another live key of yours.",
    /// Only the studio may run a session.
    StudioRequired = 1401:
        "anyone who runs a session with a key that is not the studio's"
        => "Let the studio sign.",
    /// Only the named county's sidecar may report of its room.
    SidecarRequired = 1402:
        "a sidecar that reports of another county's room, or a key that is no sidecar's"
        => "Set `county` in `room.toml`, and sign with the sidecar key of that county.",
    /// The number is not the last one plus one.
    SessionNotNext = 1403:
        "the studio, with a number that leaves a gap or is taken"
        => "Leave `--session` out, or give the last number plus one: `ktr session list`.",
    /// It would be seeded too soon.
    SeedsTooSoon = 1404:
        "the studio, when rooms would be seeded earlier than `schedule_ahead_secs` from now"
        => "Schedule with a later `--seeds-at`.",
    /// The times do not rise: seeds, opens, dissolves.
    TimesNotRising = 1405:
        "the studio, when opening is not after seeding, or dissolving not after opening"
        => "Give three rising times.",
    /// The rooms would stand too long.
    SessionTooLong = 1406:
        "the studio, when the rooms would stand longer than `session_length_max_secs`"
        => "Schedule an earlier `--dissolves-at`.",
    /// The session before would not be over.
    SessionsOverlap = 1407:
        "the studio, when the session before has not ended by `seeds_at`"
        => "Schedule it later.",
    /// A session has 1 to 16 languages, rising, none twice.
    LanguagesOutOfRange = 1408:
        "the studio, with no language, more than 16, or a list that is not rising"
        => "Give 1 to 16 languages; `ktr session schedule` sorts them.",
    /// No such session.
    SessionUnknown = 1409:
        "the studio or a sidecar, with a number that was never scheduled"
        => "Compare the number with `ktr session list`.",
    /// It was opened before.
    SessionNotScheduled = 1410:
        "the studio, when it opens a session that was opened before"
        => "Nothing: it is open, or over.",
    /// It is not open.
    SessionNotOpened = 1411:
        "the studio or a sidecar, for a session that was never opened or was closed"
        => "Nothing, if it is over; else the studio opens it first.",
    /// The time for it has not come; try again.
    TooEarly = 1412:
        "the studio, more than `open_early_secs` before the opening, or a sidecar that reports before its time"
        => "Try again when the time has come; `ktr` and the sidecars do so by themselves.",
    /// `dissolves_at` has passed.
    SessionOver = 1413:
        "the studio or a sidecar, after `dissolves_at`"
        => "Nothing: the hour is over.",
    /// The session has no release.
    ReleaseNotSealed = 1414:
        "the studio, when it opens a session that has nothing to show"
        => "Let the release desk seal first.",
    /// A count that is so small is withheld.
    CountTooSmall = 1415:
        "a studio or sidecar that reports a number below the network's minimum"
        => "Leave the number out: a count that small is withheld.",
    /// This county has reported it.
    AlreadyReported = 1416:
        "a sidecar that reports the same thing twice"
        => "Nothing: the first report counts. A sidecar takes this as success.",
    /// The attempt is not the last one plus one.
    AttemptNotNext = 1417:
        "a sidecar whose attempts leave a gap"
        => "Number the report with the last attempt plus one; `ktr query session N` shows it.",
    /// The county has reported as often as it may.
    AttemptsTooMany = 1418:
        "a sidecar that reported eight destructions of one room"
        => "Look at the room by hand: `ktr-room scan` names what is left, and the operators tell the other counties.",
    /// The report's times do not rise, or a flag has no meaning.
    ReportInconsistent = 1419:
        "a sidecar whose report has times that do not rise, or a flag without meaning"
        => "Report this as a fault of the sidecar, and check the clock of its machine.",
    /// Only the studio may do this, or a county with a mandate.
    MandateRequired = 1420:
        "anyone but the studio, and a county without an enacted proposal"
        => "Let the studio sign, or name the counties' proposal.",
    /// The revision is not the last one plus one.
    RevisionNotNext = 1421:
        "the studio, with a revision that leaves a gap or is taken"
        => "Give the last revision plus one: `ktr query session N` shows it.",
    /// The rooms are being seeded: `seeds_at` has passed, or a county has reported.
    SeedingBegun = 1422:
        "the studio, after `seeds_at` or the first county's report"
        => "Nothing: the session is held as it is scheduled.",
    /// The session was called off.
    SessionCancelled = 1423:
        "the studio or a sidecar, for a session that was called off"
        => "Nothing: it is not held. The studio may schedule the next one.",
    /// Only the sidecar of another county may witness.
    OtherSidecarRequired = 1424:
        "a sidecar that witnesses its own county's destruction, or a key that is no sidecar's"
        => "Let the sidecar of another county witness.",
    /// The county has reported no such attempt.
    AttemptUnknown = 1425:
        "a sidecar that witnesses an attempt that was never reported"
        => "Wait for the report: `ktr query session N` shows the attempts.",
    /// This county has witnessed this attempt.
    AlreadyWitnessed = 1426:
        "a sidecar that witnesses one attempt twice"
        => "Nothing: the first word counts.",
    /// The session's release was retracted.
    ReleaseRetracted = 1427:
        "the studio, when it opens a session whose release was retracted"
        => "Cancel the session: it has no other release, and the correction goes into the next session's.",
}
