//! How far the local clock is from the chain's, from headers that arrived while we looked (design: room, section 7.2).
//! Header H + 1 carries the time at which H was precommitted; when H was seen here is known only between two looks.

use crate::limits::HEIGHTS_MAX;

/// Two looks, and what the second of them shows.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct SkewMeter {
    /// The last look: local time in milliseconds.
    looked_ms: Option<u64>,
    /// The newest height, and the two looks between which it appeared.
    seen: Option<Seen>,
    skew_ms: Option<u64>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Seen {
    height: u64,
    /// The look before it; `None` if it was there at the first look, so it did not arrive live.
    after_ms: Option<u64>,
    by_ms: u64,
}

impl SkewMeter {
    /// Takes a look in: the newest height, its header's time, and the local clock.
    pub(super) fn look(&mut self, height: u64, header_secs: u64, local_ms: u64) {
        let before = self.looked_ms.replace(local_ms);
        let Some(seen) = self.seen else {
            self.seen = Some(Seen {
                height,
                after_ms: None,
                by_ms: local_ms,
            });
            return;
        };
        let risen = height.saturating_sub(seen.height);
        if risen == 0 {
            return;
        }
        // The block before this header appeared with the last one, or between the last look and this.
        let bracket = if risen == 1 {
            (seen.after_ms, seen.by_ms)
        } else {
            (before, local_ms)
        };
        if let (Some(after_ms), by_ms) = bracket
            && risen <= HEIGHTS_MAX
        {
            let from_ms = header_secs.saturating_mul(1_000);
            let to_ms = from_ms.saturating_add(999);
            self.skew_ms = Some(
                after_ms
                    .saturating_sub(to_ms)
                    .max(from_ms.saturating_sub(by_ms)),
            );
        }
        self.seen = Some(Seen {
            height,
            after_ms: before,
            by_ms: local_ms,
        });
    }

    /// The skew in milliseconds; `None` before a pair arrived live.
    pub(super) const fn skew_ms(&self) -> Option<u64> {
        self.skew_ms
    }
}
