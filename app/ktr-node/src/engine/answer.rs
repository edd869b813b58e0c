//! What an engine's RPC answers, this node's own or another county's: the clock in its HTTP head, and the `result` of its JSON.
//! Who is asked, and for how long, is `rpc.rs`'s.

use ktr_core::time::Time;
use serde_json::Value;

/// What an engine answered.
#[derive(Debug)]
pub(crate) struct Answered {
    /// The field `result`.
    pub(crate) result: Value,
    /// The clock of that machine, in whole seconds.
    pub(crate) date: Option<Time>,
}

/// The whole text of an answer: an HTTP head, and JSON with a field `result`.
pub(crate) fn read(text: &str) -> Option<Answered> {
    let (head, body) = text.split_once("\r\n\r\n")?;
    let mut body: Value = serde_json::from_str(body).ok()?;
    let result = body.get_mut("result")?.take();
    let date = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("date")
            .then(|| http_date(value.trim()))?
    });
    Some(Answered { result, date })
}

/// A number that the engine writes as a string.
pub(crate) fn number(answer: &Value, pointer: &str) -> Option<u64> {
    answer.pointer(pointer)?.as_str()?.parse().ok()
}

/// `Sat, 28 Nov 2026 17:23:41 GMT` (RFC 9110, section 5.6.7).
pub(super) fn http_date(text: &str) -> Option<Time> {
    let (_, rest) = text.split_once(", ")?;
    let mut words = rest.split(' ');
    let day: u64 = words.next()?.parse().ok()?;
    let name = words.next()?;
    let month = u64::try_from(MONTHS.iter().position(|month| *month == name)?).ok()?;
    let year: u64 = words.next()?.parse().ok()?;
    let mut clock = words.next()?.split(':').map(str::parse::<u64>);
    let mut part = || clock.next()?.ok();
    let (hours, minutes, seconds) = (part()?, part()?, part()?);
    let days = days_since_1970(year, month, day)?;
    let seconds = hours
        .checked_mul(3_600)?
        .checked_add(minutes.checked_mul(60)?)?
        .checked_add(seconds)?;
    days.checked_mul(86_400)?.checked_add(seconds).map(Time)
}

/// Days of the Gregorian calendar; `month` counts from 0. Years begin in March, so that the leap day is the last.
fn days_since_1970(year: u64, month: u64, day: u64) -> Option<u64> {
    let is_early = month < 2;
    let year = if is_early { year.checked_sub(1)? } else { year };
    let month = if is_early {
        month.checked_add(10)?
    } else {
        month.checked_sub(2)?
    };
    let of_year = month
        .checked_mul(153)?
        .checked_add(2)?
        .checked_div(5)?
        .checked_add(day)?;
    let leaps = (year / 4)
        .checked_sub(year / 100)?
        .checked_add(year / 400)?;
    year.checked_mul(365)?
        .checked_add(leaps)?
        .checked_add(of_year)?
        .checked_sub(DAYS_BEFORE_1970)
}

/// From the March of year 0 to 1970, one more for days that count from 1.
const DAYS_BEFORE_1970: u64 = 719_469;
const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];
