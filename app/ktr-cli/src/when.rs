//! Times as people write them: seconds, `+90s` from now, RFC 3339, or "the last Thursday of the month" in a time zone.
//! Calendars end here: the chain knows seconds only.

use jiff::{
    Span, Timestamp, ToSpan,
    civil::{Date, Time as Clock, Weekday},
    tz::TimeZone,
};
use ktr_core::{
    session::Hours,
    time::{Secs, Time},
};

use crate::clock;
use crate::limits::{HOUR_MINUTES, SEED_MINUTES};

/// A time on the command line.
pub(crate) fn parse(text: &str) -> Result<Time, String> {
    if let Some(ahead) = text.strip_prefix('+') {
        return duration(ahead).map(|ahead| clock::now().plus(ahead));
    }
    if let Ok(seconds) = text.parse() {
        return Ok(Time(seconds));
    }
    let instant: Timestamp = text
        .parse()
        .map_err(|_error| "a time is seconds, +90s, +2h or 2026-11-26T15:00:00Z".to_owned())?;
    of(instant)
}

/// A length such as `90s`, `5m`, `2h`, `3d`.
pub(crate) fn duration(text: &str) -> Result<Secs, String> {
    let wrong = || "a length is a number with s, m, h or d".to_owned();
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let unit = match text.strip_prefix(digits) {
        Some("s" | "") => 1,
        Some("m") => 60,
        Some("h") => 3_600,
        Some("d") => 86_400,
        Some(_) | None => return Err(wrong()),
    };
    let number: u64 = digits.parse().map_err(|_error| wrong())?;
    number.checked_mul(unit).map(Secs).ok_or_else(wrong)
}

/// The session of a month: the last Thursday, opening at `clock` in `zone`; seeded half an hour before, dissolved an hour after.
pub(crate) fn session_of(month: &str, clock: &str, zone: &str) -> Result<Hours, String> {
    let first: Date = format!("{month}-01")
        .parse()
        .map_err(|_error| "a month is written 2026-11".to_owned())?;
    let clock: Clock = clock
        .parse()
        .map_err(|_error| "an hour is written 15:00".to_owned())?;
    let zone = TimeZone::get(zone).map_err(|error| error.to_string())?;
    let opens = first
        .nth_weekday_of_month(-1, Weekday::Thursday)
        .and_then(|day| day.to_datetime(clock).to_zoned(zone))
        .map_err(|error| error.to_string())?;
    let at = |span: Span| {
        let instant = opens.checked_add(span).map_err(|error| error.to_string())?;
        of(instant.timestamp())
    };
    Ok(Hours {
        seeds_at: at(SEED_MINUTES.minutes().negate())?,
        opens_at: of(opens.timestamp())?,
        dissolves_at: at(HOUR_MINUTES.minutes())?,
    })
}

/// RFC 3339 in UTC.
pub(crate) fn show(time: Time) -> String {
    let seconds = i64::try_from(time.0).unwrap_or(i64::MAX);
    Timestamp::from_second(seconds).map_or_else(|_error| time.to_string(), |at| at.to_string())
}

fn of(instant: Timestamp) -> Result<Time, String> {
    u64::try_from(instant.as_second())
        .map(Time)
        .map_err(|_error| "a time before 1970".to_owned())
}
