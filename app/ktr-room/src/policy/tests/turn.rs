//! What befalls the world besides its members: a chain that cancels or moves the session, a homeserver that shows nothing, an end.
//! The world itself, and what is done in it, is in `world.rs`.

#![expect(
    clippy::arithmetic_side_effects,
    reason = "test code with small numbers"
)]

use super::world::{TIMES, World};
use crate::action::{Action, Mark, Step};
use crate::journal::{Journal, Phase};
use crate::plan::Status;
use crate::policy::RoomPolicy;
use crate::report::Kind;
use crate::seen::{Now, Seen};

impl World {
    /// What a look gives; `None` if it fails while nothing is over.
    pub(super) fn look(&self, now: Now) -> Option<Seen> {
        if !self.blind {
            return Some(self.seen());
        }
        let journal = self.disk.as_ref();
        let is_ending = journal.is_some_and(|journal| journal.end.is_some());
        let over = is_ending || RoomPolicy::is_over(&self.plan, self.ordered, now);
        over.then(|| Seen {
            ordered: self.ordered,
            blind: true,
            ..Seen::default()
        })
    }

    /// The chain cancels the session, as long as it is not over.
    pub(super) fn cancel(&mut self) {
        if self.may_change() {
            self.plan.session.status = Status::Cancelled;
        }
    }

    /// The chain moves T by so many seconds from where it first was, never into the past.
    pub(super) fn move_end(&mut self, secs: i8) {
        if self.may_change() {
            let moved = TIMES.dissolves_at.saturating_add_signed(i64::from(secs));
            self.plan.session.times.dissolves_at = moved.max(self.ms / 1_000 + 5);
        }
    }

    /// Whether the chain may change the session, and the sidecar hears of it.
    fn may_change(&self) -> bool {
        let session = &self.plan.session;
        let is_live = session.status != Status::Cancelled && self.ms < session.times.dissolves_ms();
        is_live && !self.silent
    }

    /// What is over stays over, and nothing but destruction follows.
    pub(super) fn judge_end(&self, seen: &Seen, journal: &Journal, actions: &[Action], now: Now) {
        if journal.end.is_none() && !RoomPolicy::is_over(&self.plan, seen.ordered, now) {
            return;
        }
        // What a silent chain was not told is told when nothing is left.
        let end = journal.end.as_ref();
        let is_scanned = end.is_some_and(|end| !end.scans.is_empty());
        for action in actions {
            let is_late = matches!(action, Action::Report(Kind::Seeded | Kind::Joined));
            assert!(
                (is_late && is_scanned)
                    || matches!(
                        action,
                        Action::DestroyStray(_)
                            | Action::BeginDissolution(..)
                            | Action::Destroy(_)
                            | Action::Sweep
                            | Action::Scan
                            | Action::Report(Kind::Dissolved)
                            | Action::Finish
                            | Action::Alarm(_)
                    ),
                "after T nothing but destruction: {action:?}"
            );
        }
    }

    /// What closes a session stands on a scan.
    pub(super) fn judge_close(action: &Action, journal: &Journal) {
        if matches!(action, Action::Report(Kind::Dissolved) | Action::Finish) {
            let end = journal.end.as_ref();
            let is_scanned = end.is_some_and(|end| !end.scans.is_empty());
            assert!(
                is_scanned || journal.phase == Phase::Done,
                "{action:?} without a scan"
            );
        }
    }

    /// Whether the runner carries an action out as things stand by now.
    pub(super) fn may(&self, action: &Action, journal: &Journal, now: Now) -> bool {
        let (Action::Destroy(step), Some(end)) = (action, &journal.end) else {
            return RoomPolicy::may_close(journal, action);
        };
        let is_unseen = end.marks.contains(&Mark::Unseen) && journal.room.is_none();
        let needs_none = matches!(step, Step::Media | Step::Passes);
        self.policy.may(end, *step, now) && (needs_none || !is_unseen)
    }
}
