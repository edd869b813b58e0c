//! Days as the profile writes them: `YYYY-MM-DDT00:00:00.000Z`, so that no instant of a bundle tells an hour.
//! There is no clock and no time zone; the day of a build is an argument.

use std::fmt;

use ktr_core::time::Time;
use serde::{Deserialize, Serialize};

use crate::finding::{Rule, rule};

/// A day in UTC, from 1970-01-01 to 9999-12-31.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Day(u32);

impl Day {
    /// The day in which `time` lies.
    ///
    /// # Errors
    /// [`rule::INSTANT`] after the year 9999.
    pub fn of(time: Time) -> Result<Self, Rule> {
        u32::try_from(time.0 / SECS)
            .ok()
            .filter(|day| *day <= LAST)
            .map(Self)
            .ok_or(rule::INSTANT)
    }

    /// Reads `2026-11-25` or `2026-11-25T00:00:00.000Z`.
    ///
    /// # Errors
    /// [`rule::INSTANT`] for anything else, any other hour of the day included.
    pub fn parse(text: &str) -> Result<Self, Rule> {
        let date = text.strip_suffix(MIDNIGHT).unwrap_or(text);
        let mut parts = date.split('-').map(|part| part.parse::<u32>().ok());
        let (Some(Some(year)), Some(Some(month)), Some(Some(day)), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(rule::INSTANT);
        };
        let found = Self::of_date(year, month, day).ok_or(rule::INSTANT)?;
        let written = found.to_string();
        if written == text || written.strip_suffix(MIDNIGHT) == Some(text) {
            Ok(found)
        } else {
            Err(rule::INSTANT)
        }
    }

    /// The day `days` later; the last representable day if that lies beyond.
    #[must_use]
    pub fn plus(self, days: u16) -> Self {
        Self(self.0.saturating_add(u32::from(days)).min(LAST))
    }

    /// Its first second.
    #[must_use]
    pub fn start(self) -> Time {
        Time(u64::from(self.0).saturating_mul(SECS))
    }

    /// How many days lie between the two.
    #[must_use]
    pub const fn distance(self, other: Self) -> u32 {
        self.0.abs_diff(other.0)
    }

    fn of_date(year: u32, month: u32, day: u32) -> Option<Self> {
        if !(1970..=9999).contains(&year) {
            return None;
        }
        let whole_years: u32 = (1970..year).map(year_days).sum();
        let lengths = month_days(year);
        let before = usize::try_from(month.checked_sub(1)?).ok()?;
        let length = lengths.get(before)?;
        let whole_months: u32 = lengths.iter().take(before).sum();
        (1..=*length).contains(&day).then(|| {
            Self(
                whole_years
                    .saturating_add(whole_months)
                    .saturating_add(day.saturating_sub(1)),
            )
        })
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut left = self.0;
        let mut year = 1970_u32;
        while left >= year_days(year) {
            left = left.saturating_sub(year_days(year));
            year = year.saturating_add(1);
        }
        let mut month = 1_u32;
        for length in month_days(year) {
            if left < length {
                break;
            }
            left = left.saturating_sub(length);
            month = month.saturating_add(1);
        }
        write!(
            f,
            "{year:04}-{month:02}-{:02}{MIDNIGHT}",
            left.saturating_add(1)
        )
    }
}

impl TryFrom<String> for Day {
    type Error = Rule;

    /// Inside an object only the long form stands.
    fn try_from(text: String) -> Result<Self, Rule> {
        if text.ends_with(MIDNIGHT) {
            Self::parse(&text)
        } else {
            Err(rule::INSTANT)
        }
    }
}

impl From<Day> for String {
    fn from(day: Day) -> Self {
        day.to_string()
    }
}

const fn year_days(year: u32) -> u32 {
    if is_leap(year) { 366 } else { 365 }
}

const fn month_days(year: u32) -> [u32; 12] {
    [
        31,
        if is_leap(year) { 29 } else { 28 },
        31,
        30,
        31,
        30,
        31,
        31,
        30,
        31,
        30,
        31,
    ]
}

const fn is_leap(year: u32) -> bool {
    year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400))
}

const SECS: u64 = 86_400;
/// 9999-12-31.
const LAST: u32 = 2_932_896;
const MIDNIGHT: &str = "T00:00:00.000Z";

#[cfg(test)]
mod tests {
    use ktr_core::time::Time;

    use super::Day;

    #[test]
    fn days_are_written_and_read_alike() {
        for (secs, text) in [
            (0, "1970-01-01"),
            (951_782_400, "2000-02-29"),
            (1_774_569_599, "2026-03-26"),
            (4_107_542_400, "2100-03-01"),
            (253_402_300_799, "9999-12-31"),
        ] {
            let day = Day::of(Time(secs)).unwrap();
            assert_eq!(day.to_string(), format!("{text}T00:00:00.000Z"));
            assert_eq!(Day::parse(text), Ok(day));
            assert_eq!(Day::parse(&day.to_string()), Ok(day));
        }
        assert!(Day::of(Time(253_402_300_800)).is_err());
    }

    #[test]
    fn anything_finer_or_looser_than_a_day_is_refused() {
        for bad in [
            "2026-02-29",
            "2026-13-01",
            "2026-1-1",
            "2026-01-01T00:00:00Z",
            "2026-01-01T12:00:00.000Z",
            "1969-12-31",
            "26-01-01",
            "+2026-01-01",
            "",
        ] {
            assert!(Day::parse(bad).is_err(), "{bad}");
        }
    }
}
