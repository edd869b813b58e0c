//! The rules of a room's end (design: room, section 7.1, rules 2 and 3, and section 9.1).
//! How a step is carried out is in `run/`; here is only which step is next and when.

use std::collections::BTreeSet;

use super::rule::RoomPolicy;
use crate::action::{Action, Alarm, Mark, Step};
use crate::journal::{Dissolving, Journal, Phase};
use crate::limits::{PURGE_BY_SECS, RESIST_SECS, SKEW_MS_MAX};
use crate::plan::{Plan, Status};
use crate::report::{Cause, Kind};
use crate::seen::{Link, Now, Presence, Seen};

impl RoomPolicy {
    /// Rules 2 and 3: `Some` if the end has come, with what to do for it.
    pub(super) fn end(
        &self,
        plan: &Plan,
        seen: &Seen,
        journal: &Journal,
        now: Now,
    ) -> Option<Vec<Action>> {
        match (&journal.end, journal.phase) {
            (Some(end), Phase::Purged) => Some(self.wrap_up(plan, journal, end, now)),
            (Some(end), _) => Some(self.steps(end, now)),
            (None, _) => begin(plan, seen, journal, now),
        }
    }

    /// Whether the end of a session has come: T by either clock, a cancellation, an operator's order.
    #[must_use]
    pub fn is_over(plan: &Plan, ordered: bool, now: Now) -> bool {
        now.judged_ms() >= plan.session.times.dissolves_ms()
            || plan.session.status == Status::Cancelled
            || ordered
    }

    /// Whether nothing is or was there of a session. One that is dissolved again had a room, which its journal knows from the receipt.
    #[must_use]
    pub fn is_untouched(seen: &Seen, journal: &Journal) -> bool {
        journal.phase == Phase::Absent
            && journal.passes.is_empty()
            && journal.room.is_none()
            && seen.room.is_none()
            && !seen.blind
    }

    /// Whether a step may be done: the grace is over for what waits for it, and the step before it is done, or has resisted for so long
    /// that what is possible is done without it.
    ///
    /// **Invariant:** no answer to one request keeps the room from its purge.
    #[must_use]
    pub fn may(&self, end: &Dissolving, step: Step, now: Now) -> bool {
        let before = step.follows();
        let follows =
            before.is_none_or(|before| end.steps.contains(&before)) || self.resisted(end, now);
        follows && (step < Step::Nets || self.graced(end, now))
    }

    /// How long it may be until the purge comes first, in milliseconds; `None` if the room is purged.
    ///
    /// **Invariant:** no homeserver that is only slow keeps the room from its purge for longer than this, and what is under way then.
    #[must_use]
    pub fn left_ms(end: &Dissolving, local_ms: u64) -> Option<u64> {
        let by_ms = PURGE_BY_SECS.saturating_mul(1_000);
        let left_ms = end
            .started_ms
            .saturating_add(by_ms)
            .saturating_sub(local_ms);
        (!end.steps.contains(&Step::Purge)).then_some(left_ms)
    }

    /// Whether the grace is over. It runs from when everybody was out, however late that was; one for nobody is none, and one that cannot
    /// begin is not waited for.
    fn graced(&self, end: &Dissolving, now: Now) -> bool {
        if Self::left_ms(end, now.local_ms) == Some(0) {
            return true;
        }
        if end.emptied_ms == 0 {
            return self.resisted(end, now);
        }
        let grace_ms = self.timing.grace_secs.saturating_mul(1_000);
        end.kicked == 0 || now.local_ms >= end.emptied_ms.saturating_add(grace_ms)
    }

    fn resisted(&self, end: &Dissolving, now: Now) -> bool {
        let secs = self.timing.grace_secs.saturating_add(RESIST_SECS);
        now.local_ms >= end.started_ms.saturating_add(secs.saturating_mul(1_000))
    }

    /// The steps not yet done, up to the grace if it still runs; the purge before all others when its time has come.
    fn steps(&self, end: &Dissolving, now: Now) -> Vec<Action> {
        let graced = self.graced(end, now);
        let left = Step::ALL
            .into_iter()
            .filter(|step| !end.steps.contains(step))
            .take_while(|step| *step < Step::Nets || graced);
        let mut left: Vec<Step> = left.collect();
        if Self::left_ms(end, now.local_ms) == Some(0) {
            left.sort_by_key(|step| *step != Step::Purge);
        }
        left.into_iter().map(Action::Destroy).collect()
    }

    /// Rule 3: sweep, scan, a second time if something was found, then the receipt.
    fn wrap_up(&self, plan: &Plan, journal: &Journal, end: &Dissolving, now: Now) -> Vec<Action> {
        let Some(last) = end.scans.last() else {
            return vec![Action::Sweep, Action::Scan];
        };
        if !last.clean() && end.scans.len() == 1 {
            let again_ms = last
                .at_ms
                .saturating_add(self.timing.rescan_secs.saturating_mul(1_000));
            return if now.local_ms >= again_ms {
                vec![Action::Sweep, Action::Scan]
            } else {
                Vec::new()
            };
        }
        let mut actions = Vec::new();
        if !last.clean() {
            actions.push(Action::Alarm(Alarm::Residue));
        }
        if journal.settled(Kind::Dissolved) || plan.session.reported.attempts >= end.attempt {
            actions.push(Action::Finish);
        } else if now.chain == Link::Proven {
            actions.push(Action::Report(Kind::Dissolved));
        }
        actions
    }
}

/// Rule 2: whether the end begins now, and why.
fn begin(plan: &Plan, seen: &Seen, journal: &Journal, now: Now) -> Option<Vec<Action>> {
    let t_ms = plan.session.times.dissolves_ms();
    let by_local = now.local_ms >= t_ms;
    let by_block = now.block_ms() >= t_ms;
    let cancelled = plan.session.status == Status::Cancelled;
    if !RoomPolicy::is_over(plan, seen.ordered, now) {
        return None;
    }
    if cancelled && RoomPolicy::is_untouched(seen, journal) {
        return Some(Vec::new());
    }
    let fired = fired(seen, journal);
    let differed = now.skew_ms.is_some_and(|skew| skew > SKEW_MS_MAX);
    let cause = match () {
        () if seen.ordered => Cause::Operator,
        () if cancelled || (by_local && !by_block && differed) => Cause::Early,
        () if fired => Cause::DeadMan,
        () if plan.session.reported.overdue => Cause::Overdue,
        () => Cause::Time,
    };
    let marks = [
        (fired, Mark::DeadManHadFired),
        (differed, Mark::ClockDiffered),
        (
            !seen.strays.is_empty() || !journal.strays.is_empty(),
            Mark::StrayFound,
        ),
        (seen.room.is_none() && !seen.blind, Mark::RoomAbsentAtStart),
        (seen.blind, Mark::Unseen),
    ]
    .into_iter()
    .filter_map(|(holds, mark)| holds.then_some(mark))
    .collect();
    Some(vec![Action::BeginDissolution(cause, marks)])
}

/// What an end that began unseen must not hide, once its homeserver shows its rooms: as long as nothing was moved in them.
#[must_use]
pub fn seen_late(seen: &Seen, journal: &Journal) -> Option<Vec<Mark>> {
    let end = journal.end.as_ref()?;
    let is_empty = end.company.as_ref().is_none_or(BTreeSet::is_empty);
    let untouched = is_empty && !end.steps.contains(&Step::Purge);
    let is_late = end.marks.contains(&Mark::Unseen) && untouched && !seen.blind;
    is_late.then(|| {
        let found = [
            (fired(seen, journal), Mark::DeadManHadFired),
            (!seen.strays.is_empty(), Mark::StrayFound),
            (seen.room.is_none(), Mark::RoomAbsentAtStart),
        ];
        let found = found.into_iter();
        found
            .filter_map(|(holds, mark)| holds.then_some(mark))
            .collect()
    })
}

/// Whether a net had fired before the end began: somebody was kicked whom the sidecar did not put out, or a room the journal knows is gone.
fn fired(seen: &Seen, journal: &Journal) -> bool {
    match &seen.room {
        None if seen.blind => false,
        Some(room) => room
            .members
            .iter()
            .filter(|(account, _)| !journal.put_out.contains(*account))
            .any(|(_, presence)| *presence == Presence::Kicked),
        None => journal.room.is_some(),
    }
}
