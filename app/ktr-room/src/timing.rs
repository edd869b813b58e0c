//! The times an operator may set, with the defaults of the design (rulings, section 2) and the localnet's.
//! Nets that hang on Synapse's own 60 s tick are here too, but only tests change them.

use serde::{Deserialize, Serialize};

use crate::limits::{LEASE_SECS, PROBE_BEFORE_SECS, PROBE_LAST_SECS, PROBE_PASS_SECS};

/// The `[timing]` table of `room.toml`; all in seconds.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Timing {
    /// How long before the session opens a homeserver of the profile `per-session` is booted.
    pub boot_before_secs: u64,
    /// How long after T such a homeserver is killed and its folder removed; the probes of other counties have asked by then.
    pub remove_after_secs: u64,
    /// How long before the session opens the room is made.
    pub create_before_secs: u64,
    /// Period of the loop.
    pub tick_secs: u64,
    /// Shortest time between two batches of late joiners.
    pub batch_secs: u64,
    /// How long before T joins end; late joiners get nothing from then on.
    pub joins_close_secs: u64,
    /// How long before T the number of the joined is reported.
    pub report_joined_secs: u64,
    /// How long online clients may see the leave before the room goes.
    pub grace_secs: u64,
    /// The dead-man kicks fall due this long after T.
    pub kick_after_secs: u64,
    /// The bot's own leave falls due this long after T; at least 60 s after the kicks.
    pub leave_after_secs: u64,
    /// A second sweep and scan follow this long after a scan that found something.
    pub rescan_secs: u64,
    /// The members of the county whose fallback this one is are taken in this long after their own should have seeded.
    pub fallback_after_secs: u64,
    /// A pass is good until this long after T.
    pub pass_after_secs: u64,
    /// From this long after T this county's probes ask whether the others' rooms are gone.
    pub probe_after_secs: u64,
    /// How often they ask then.
    pub probe_every_secs: u64,
}

impl Default for Timing {
    fn default() -> Self {
        Self {
            boot_before_secs: 2_700,
            remove_after_secs: 900,
            create_before_secs: 1_800,
            tick_secs: 5,
            batch_secs: 30,
            joins_close_secs: 300,
            report_joined_secs: 60,
            grace_secs: 30,
            kick_after_secs: 30,
            leave_after_secs: 90,
            rescan_secs: 65,
            fallback_after_secs: 60,
            pass_after_secs: 60,
            probe_after_secs: 90,
            probe_every_secs: 30,
        }
    }
}

impl Timing {
    /// The bounds of a localnet, where an hour lasts a minute and a half.
    #[must_use]
    pub fn localnet() -> Self {
        Self {
            boot_before_secs: 40,
            remove_after_secs: 40,
            create_before_secs: 20,
            tick_secs: 1,
            batch_secs: 3,
            joins_close_secs: 8,
            report_joined_secs: 5,
            grace_secs: 1,
            fallback_after_secs: 30,
            probe_after_secs: 15,
            probe_every_secs: 5,
            ..Self::default()
        }
    }

    /// What differs from the defaults, as `name=seconds`.
    #[must_use]
    pub fn changed(&self) -> Vec<String> {
        let usual = Self::default().named();
        let pairs = self.named().into_iter().zip(usual);
        pairs
            .filter(|((_, now), (_, usual))| now != usual)
            .map(|((name, now), _)| format!("{name}={now}"))
            .collect()
    }

    /// Every time by the name that it has in the file.
    const fn named(&self) -> [(&'static str, u64); 15] {
        [
            ("boot_before_secs", self.boot_before_secs),
            ("remove_after_secs", self.remove_after_secs),
            ("create_before_secs", self.create_before_secs),
            ("tick_secs", self.tick_secs),
            ("batch_secs", self.batch_secs),
            ("joins_close_secs", self.joins_close_secs),
            ("report_joined_secs", self.report_joined_secs),
            ("grace_secs", self.grace_secs),
            ("kick_after_secs", self.kick_after_secs),
            ("leave_after_secs", self.leave_after_secs),
            ("rescan_secs", self.rescan_secs),
            ("fallback_after_secs", self.fallback_after_secs),
            ("pass_after_secs", self.pass_after_secs),
            ("probe_after_secs", self.probe_after_secs),
            ("probe_every_secs", self.probe_every_secs),
        ]
    }

    /// The first rule that these times break; `None` if they can work.
    #[must_use]
    pub fn fault(&self) -> Option<&'static str> {
        if self.tick_secs == 0 {
            return Some("tick_secs must be at least 1");
        }
        if self.tick_secs >= LEASE_SECS {
            return Some("tick_secs must be under 30, or joins end between two ticks");
        }
        if self.kick_after_secs < self.grace_secs {
            return Some(
                "kick_after_secs must not lie before grace_secs: no net may fall due during the purge",
            );
        }
        if self.leave_after_secs < self.kick_after_secs.saturating_add(60) {
            return Some(
                "leave_after_secs must lie at least 60 s after kick_after_secs, or the kicks are lost",
            );
        }
        if self.report_joined_secs > self.joins_close_secs {
            return Some("report_joined_secs must not lie before joins_close_secs");
        }
        if self.probe_after_secs >= PROBE_LAST_SECS {
            return Some("probe_after_secs must be under 600: a room that is not gone then stands");
        }
        None
    }

    /// The first rule that a homeserver which is booted for each session breaks with these times; `None` if they can work.
    #[must_use]
    pub fn session_fault(&self) -> Option<&'static str> {
        if self.boot_before_secs < self.create_before_secs {
            return Some(
                "boot_before_secs must not be under create_before_secs: a room needs a homeserver",
            );
        }
        if self.remove_after_secs <= self.probe_after_secs {
            return Some(
                "remove_after_secs must be over probe_after_secs: who asks whether the room is gone must be answered",
            );
        }
        None
    }
}

/// When is asked at the doors of other counties (design: room, section 11).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Probing {
    /// How long before T a door is asked, as a control.
    pub before_secs: u64,
    /// From then on after T it is asked whether it is shut.
    pub after_secs: u64,
    /// How often it is asked.
    pub every_secs: u64,
    /// A door that still opens this long after T stands open; one that is shut later proves nothing.
    pub last_secs: u64,
    /// A probe's pass is good until this long after T.
    pub pass_secs: u64,
}

impl Probing {
    /// The product's times, with those that an operator may set.
    #[must_use]
    pub const fn of(timing: &Timing) -> Self {
        Self {
            before_secs: PROBE_BEFORE_SECS,
            after_secs: timing.probe_after_secs,
            every_secs: timing.probe_every_secs,
            last_secs: PROBE_LAST_SECS,
            pass_secs: PROBE_PASS_SECS,
        }
    }
}
