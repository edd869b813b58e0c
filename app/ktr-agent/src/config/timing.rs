//! The times an operator may set, with the product's defaults and a localnet's (design: rulings, section 2).
//! Hours of a session are the chain's.

use serde::Deserialize;

/// The `[timing]` table; all in seconds.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Timing {
    /// Period of the loop.
    pub tick_secs: u64,
    /// How long before a session opens its pass is looked for.
    pub pass_before_secs: u64,
    /// How long after T the agent leaves by itself.
    pub leave_after_secs: u64,
    /// The next county is asked this long after the home county should have seeded.
    pub fallback_after_secs: u64,
    /// The newest proven header may be this old: two heartbeats and a minute.
    pub header_age_max_secs: u64,
    /// A plain hit waits uniformly up to this long after the ingestion was observed.
    pub hit_wait_max_secs: u64,
    /// Pauses before the second and third try of a plain hit.
    pub hit_retry_secs: [u64; 2],
}

impl Default for Timing {
    fn default() -> Self {
        Self {
            tick_secs: 5,
            pass_before_secs: 2_100,
            leave_after_secs: 5,
            fallback_after_secs: 60,
            header_age_max_secs: 180,
            hit_wait_max_secs: 600,
            hit_retry_secs: [30, 120],
        }
    }
}

impl Timing {
    /// The times of a localnet, where an hour lasts a minute and a half.
    #[must_use]
    pub fn localnet() -> Self {
        Self {
            tick_secs: 1,
            pass_before_secs: 60,
            fallback_after_secs: 30,
            header_age_max_secs: 62,
            hit_wait_max_secs: 3,
            hit_retry_secs: [1, 3],
            ..Self::default()
        }
    }

    /// What differs from the defaults, as `name=seconds`.
    #[must_use]
    pub fn changed(&self) -> Vec<String> {
        let usual = Self::default();
        let [second, third] = self.hit_retry_secs;
        let [usual_second, usual_third] = usual.hit_retry_secs;
        let all = [
            ("tick_secs", self.tick_secs, usual.tick_secs),
            (
                "pass_before_secs",
                self.pass_before_secs,
                usual.pass_before_secs,
            ),
            (
                "leave_after_secs",
                self.leave_after_secs,
                usual.leave_after_secs,
            ),
            (
                "fallback_after_secs",
                self.fallback_after_secs,
                usual.fallback_after_secs,
            ),
            (
                "header_age_max_secs",
                self.header_age_max_secs,
                usual.header_age_max_secs,
            ),
            (
                "hit_wait_max_secs",
                self.hit_wait_max_secs,
                usual.hit_wait_max_secs,
            ),
            ("hit_retry_secs.0", second, usual_second),
            ("hit_retry_secs.1", third, usual_third),
        ];
        let changed = all.into_iter().filter(|(_, now, usual)| now != usual);
        changed
            .map(|(name, now, _)| format!("{name}={now}"))
            .collect()
    }
}
