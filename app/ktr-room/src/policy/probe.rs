//! Rule 12: when this county asks at the doors of the others, and when it testifies (design: room, section 11).
//! What answers prove is in `door.rs`; a testimony is about the door alone, and what lies behind it no probe can see.

use crate::door::{Door, Errand, Found, Gate, Moment, Watch};
use crate::limits::{FORGET_SECS, WITNESS_SECS};
use crate::plan::{Session, Status};
use crate::seen::{Link, Now};
use crate::timing::Probing;

/// The policy of a county's probes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct WatchPolicy {
    /// The times it goes by.
    pub timing: Probing,
}

impl WatchPolicy {
    /// Whether a watch of this session begins: from the hour at which rooms are seeded, and never after T.
    #[must_use]
    pub fn begins(&self, session: &Session, now: Now) -> bool {
        let times = session.times;
        session.status != Status::Cancelled
            && now.judged_ms() >= millis(times.seeds_at)
            && now.judged_ms() < times.dissolves_ms()
    }

    /// What to do now at the doors of the other counties.
    #[must_use]
    pub fn next(&self, session: &Session, gates: &[Gate], watch: &Watch, now: Now) -> Vec<Errand> {
        let door = |gate: Gate| watch.doors.get(&gate.county.0);
        let is_over = gates
            .iter()
            .all(|gate| self.is_over(session, *gate, door(*gate), now));
        if is_over || session.status == Status::Cancelled {
            return vec![Errand::Close];
        }
        let unseen = Door::default();
        gates
            .iter()
            .filter_map(|gate| self.at(session, *gate, door(*gate).unwrap_or(&unseen), now))
            .collect()
    }

    /// When this machine forgets what probes ask for by its own clock alone: an hour after the passes have ended, so that a clock that is
    /// ahead ends no probe.
    #[must_use]
    pub fn forgets_at_ms(&self, session: &Session) -> u64 {
        let ended = session
            .times
            .dissolves_at
            .saturating_add(self.timing.pass_secs);
        millis(ended.saturating_add(FORGET_SECS))
    }

    /// The one thing to do at a door.
    ///
    /// **Invariant:** every attempt has its own testimony. The chain counts the witnesses of each attempt apart, and counties
    /// that spoke about different ones would never meet.
    fn at(&self, session: &Session, gate: Gate, door: &Door, now: Now) -> Option<Errand> {
        if door.inside.is_some() && has_passed(self.timing.pass_secs, session, now) {
            return Some(Errand::Leave(gate.county));
        }
        if gate.witnessed || door.settled(gate.attempts) {
            return None;
        }
        if let Some(found) = door.found_about(gate.attempts) {
            return testify(gate, found, now);
        }
        if door.inside.is_none() {
            let is_open = matches!(session.status, Status::Opened | Status::Closed);
            let is_before = now.judged_ms() < session.times.dissolves_ms();
            return (is_open && is_before).then_some(Errand::Enter(gate.county));
        }
        let moment = self.moment(session, now)?;
        let waited_ms = now.local_ms.saturating_sub(door.tried_ms);
        let has_waited = waited_ms >= millis(self.timing.every_secs);
        let is_asked = match moment {
            // There is one T: the control is taken again at each pass until it is good.
            Moment::Before => !door.opened,
            Moment::After => door.opened && has_waited,
            Moment::Last => has_waited,
        };
        is_asked.then_some(Errand::Probe(gate.county, moment, gate.attempts))
    }

    /// Which probes are due.
    ///
    /// **Invariant:** an open door is held against a county by proven block time alone. A local clock that runs ahead must not
    /// accuse anybody.
    fn moment(&self, session: &Session, now: Now) -> Option<Moment> {
        let timing = &self.timing;
        let t = session.times.dissolves_at;
        let (judged_ms, from) = (now.judged_ms(), |secs: u64| millis(t.saturating_add(secs)));
        if judged_ms < millis(t) {
            let control_ms = millis(t.saturating_sub(timing.before_secs));
            return (judged_ms >= control_ms).then_some(Moment::Before);
        }
        if now.chain == Link::Proven && now.block_ms() > from(timing.last_secs) {
            return (judged_ms < from(timing.pass_secs)).then_some(Moment::Last);
        }
        let is_due = judged_ms >= from(timing.after_secs) && judged_ms <= from(timing.last_secs);
        is_due.then_some(Moment::After)
    }

    /// Whether nothing can be found out or said any more about a county.
    fn is_over(&self, session: &Session, gate: Gate, door: Option<&Door>, now: Now) -> bool {
        let settled = |attempt| door.is_some_and(|door| door.settled(attempt));
        if gate.confirmed && (gate.witnessed || settled(gate.attempts)) {
            return true;
        }
        let can_testify = match door.and_then(|door| door.found) {
            // It may be said about this attempt and, until two witnesses have met, about each that follows.
            Some(Found::Shut) => true,
            // Only this attempt's: a later one is asked about while the pass is good.
            Some(Found::Open { .. }) => {
                let attempt = gate.attempts.max(1);
                let found = door.and_then(|door| door.found_about(attempt));
                found.is_some() && !gate.witnessed && !settled(attempt)
            }
            None => false,
        };
        let patience = if can_testify {
            WITNESS_SECS
        } else {
            self.timing.pass_secs
        };
        has_passed(patience, session, now)
    }
}

/// Whether so many seconds have passed since T, by the later clock.
fn has_passed(secs: u64, session: &Session, now: Now) -> bool {
    now.judged_ms() >= millis(session.times.dissolves_at.saturating_add(secs))
}

/// A testimony names a report of destruction, so it waits for one.
fn testify(gate: Gate, found: Found, now: Now) -> Option<Errand> {
    let can = gate.attempts > 0 && now.chain == Link::Proven;
    can.then(|| Errand::Testify(gate.county, gate.attempts, found.testimony()))
}

const fn millis(secs: u64) -> u64 {
    secs.saturating_mul(1_000)
}
