//! The pace of a play: a factor on every time of the localnet's table, for a slow or loaded machine.
//! What hangs on the homeserver's own minute is not stretched.

use std::{fs, path::Path, str::FromStr};

use super::Failure;

/// Times that follow the pace, by the file that a sidecar's `init` writes (design: rulings, section 2).
const STRETCHED: [(&str, &[&str]); 3] = [
    (
        "room.toml",
        &[
            "create_before_secs",
            "tick_secs",
            "batch_secs",
            "joins_close_secs",
            "report_joined_secs",
            "grace_secs",
            "fallback_after_secs",
            "probe_after_secs",
            "probe_every_secs",
        ],
    ),
    (
        "agent.toml",
        &[
            "tick_secs",
            "fallback_after_secs",
            "hit_wait_max_secs",
            "hit_retry_secs",
        ],
    ),
    ("collector.toml", &["publish_secs", "follow_secs"]),
];

/// The slowest pace: a room's grace, a second at pace 1, may not outlast the 30 s after which its nets fall due.
const FACTOR_MAX: u64 = 30;

/// A factor from 1 to 30 in hundredths.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Pace(u64);

impl Default for Pace {
    fn default() -> Self {
        Self(100)
    }
}

impl FromStr for Pace {
    type Err = Failure;

    /// Reads a factor with at most two decimals, such as `1.5`.
    fn from_str(text: &str) -> Result<Self, Failure> {
        let (whole, part) = text.split_once('.').unwrap_or((text, ""));
        let is_number = |digits: &str| digits.bytes().all(|digit| digit.is_ascii_digit());
        let hundredths = (part.len() <= 2 && is_number(whole) && is_number(part))
            .then(|| format!("{whole}{part:0<2}"))
            .and_then(|digits| digits.parse::<u64>().ok());
        let allowed = 100..=FACTOR_MAX.saturating_mul(100);
        hundredths
            .filter(|hundredths| !whole.is_empty() && allowed.contains(hundredths))
            .map(Self)
            .ok_or_else(|| {
                Failure::new(format!(
                    "{text:?} is no factor from 1 to {FACTOR_MAX}, such as 1.5"
                ))
            })
    }
}

impl Pace {
    /// The factor in hundredths.
    #[must_use]
    pub const fn percent(self) -> u64 {
        self.0
    }

    /// Seconds of the design at this pace; a part of a second counts as a whole one.
    #[must_use]
    pub const fn secs(self, secs: u64) -> u64 {
        secs.saturating_mul(self.0).div_ceil(100)
    }

    /// Stretches the times of a configuration that a sidecar's `init` wrote into `home`.
    pub(crate) fn apply(self, home: &Path) -> Result<(), Failure> {
        for (name, times) in STRETCHED {
            let path = home.join(name);
            if path.exists() {
                let text = self.stretched(&fs::read_to_string(&path)?, times)?;
                fs::write(&path, text).map_err(|error| Failure::of(path.display(), error))?;
            }
        }
        Ok(())
    }

    /// The same text with these times stretched; every other line stays as it is.
    fn stretched(self, text: &str, times: &[&str]) -> Result<String, Failure> {
        let mut found = 0_usize;
        let mut lines = Vec::new();
        for line in text.lines() {
            match line.split_once(" = ") {
                Some((name, value)) if times.contains(&name) => {
                    found = found.saturating_add(1);
                    // What follows the value on its line is for people, and stays.
                    let (value, comment) = value.split_at(value.find(" #").unwrap_or(value.len()));
                    let stretched = self.each(value.trim_end())?;
                    lines.push(format!("{name} = {stretched}{comment}"));
                }
                _ => lines.push(line.to_owned()),
            }
        }
        if found == times.len() {
            return Ok(format!("{}\n", lines.join("\n")));
        }
        Err(Failure::new(format!(
            "{found} of {} times stand in the configuration",
            times.len()
        )))
    }

    /// One number, or a list of them.
    fn each(self, value: &str) -> Result<String, Failure> {
        let numbers: Vec<String> = value
            .trim_matches(['[', ']'])
            .split(", ")
            .map(|number| {
                let secs = number.parse::<u64>();
                secs.map(|secs| self.secs(secs).to_string())
                    .map_err(|error| Failure::of(value, error))
            })
            .collect::<Result<_, _>>()?;
        let numbers = numbers.join(", ");
        Ok(if value.starts_with('[') {
            format!("[{numbers}]")
        } else {
            numbers
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{Pace, STRETCHED};

    fn pace(text: &str) -> Pace {
        text.parse().expect(text)
    }

    #[test]
    fn a_factor_has_at_most_two_decimals_and_lies_between_one_and_thirty() {
        for (text, percent) in [
            ("1", 100),
            ("1.5", 150),
            ("2.25", 225),
            ("30", 3_000),
            ("1.0", 100),
        ] {
            assert_eq!(pace(text).percent(), percent, "{text}");
        }
        for text in [
            "", ".5", "0.99", "30.01", "1.234", "1,5", "-2", "+2", "2x", "1.+5",
        ] {
            assert!(text.parse::<Pace>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_part_of_a_second_is_a_whole_one_and_pace_one_changes_nothing() {
        assert_eq!(pace("1").secs(115), 115);
        assert_eq!(pace("1.5").secs(1), 2);
        assert_eq!(pace("1.5").secs(45), 68);
        assert_eq!(pace("2").secs(0), 0);
    }

    #[test]
    fn the_times_of_the_table_are_stretched_and_every_other_line_stays() {
        let text = "port = 8\n\n[timing]                         # seconds\ncreate_before_secs = 20\n\
                    tick_secs = 1\nbatch_secs = 3\njoins_close_secs = 8\nreport_joined_secs = 5\ngrace_secs = 1\n\
                    kick_after_secs = 30\nleave_after_secs = 90\nrescan_secs = 65\nprobe_after_secs = 15\nprobe_every_secs = 5\nfallback_after_secs = 30 # why\n";
        let wanted = "port = 8\n\n[timing]                         # seconds\ncreate_before_secs = 40\n\
                    tick_secs = 2\nbatch_secs = 6\njoins_close_secs = 16\nreport_joined_secs = 10\ngrace_secs = 2\n\
                    kick_after_secs = 30\nleave_after_secs = 90\nrescan_secs = 65\nprobe_after_secs = 30\nprobe_every_secs = 10\nfallback_after_secs = 60 # why\n";
        let (_, times) = STRETCHED[0];
        assert_eq!(
            pace("2").stretched(text, times).expect("it is whole"),
            wanted
        );
        assert_eq!(pace("1").stretched(text, times).expect("it is whole"), text);
        assert!(pace("2").stretched("tick_secs = 1\n", times).is_err());
    }

    #[test]
    fn a_list_of_times_is_stretched_number_by_number() {
        assert_eq!(pace("3").each("[1, 3]").expect("numbers"), "[3, 9]");
        assert!(pace("3").each("soon").is_err());
    }
}
