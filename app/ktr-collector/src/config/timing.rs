//! The times an operator may set, with the product's defaults and a localnet's.
//! Bounds of the buckets are not among them: those are genesis parameters.

use ktr_core::time::Secs;
use serde::Deserialize;

/// The `[timing]` table; all in seconds.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Timing {
    /// How long after its end a bucket is published.
    pub publish_secs: u64,
    /// How often the chain is asked for news.
    pub follow_secs: u64,
}

impl Default for Timing {
    fn default() -> Self {
        Self {
            publish_secs: 600,
            follow_secs: 5,
        }
    }
}

impl Timing {
    /// The times of a localnet, where an hour lasts a minute and a half.
    #[must_use]
    pub const fn localnet() -> Self {
        Self {
            publish_secs: 2,
            follow_secs: 1,
        }
    }

    /// How long after its end a bucket is published.
    #[must_use]
    pub const fn publish(&self) -> Secs {
        Secs(self.publish_secs)
    }

    /// What differs from the defaults, as `name=seconds`.
    #[must_use]
    pub fn changed(&self) -> Vec<String> {
        let usual = Self::default();
        let all = [
            ("publish_secs", self.publish_secs, usual.publish_secs),
            ("follow_secs", self.follow_secs, usual.follow_secs),
        ];
        let changed = all.into_iter().filter(|(_, now, usual)| now != usual);
        changed
            .map(|(name, now, _)| format!("{name}={now}"))
            .collect()
    }
}
