//! The rules of a room's end (design: room, section 7.1, rules 2 and 3, and section 9.1).
//! How a step is carried out is in `run/`; here is only which step is next and when.

use std::collections::BTreeSet;

use super::rule::RoomPolicy;
use crate::action::{Action, Alarm, Mark, Step};
use crate::journal::{Dissolving, Journal, Phase, ReportState, Scan};
use crate::limits::{PURGE_BY_SECS, RESIST_SECS, SKEW_MS_MAX};
use crate::matrix_id::RoomId;
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
            (Some(_), Phase::Purged) => Some(self.wrap_up(plan, seen, journal, now)),
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
            && seen.stands.is_none()
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

    /// Whether an action may be carried out as far as it closes the session: a stray that went in the same pass emptied the scans.
    ///
    /// **Invariant:** nothing is signed, and no journal closed, without a scan that was made after the last room had gone.
    #[must_use]
    pub fn may_close(journal: &Journal, action: &Action) -> bool {
        let closes = matches!(action, Action::Report(Kind::Dissolved) | Action::Finish);
        let end = journal.end.as_ref();
        let is_scanned = end.is_some_and(|end| !end.scans.is_empty());
        !closes || is_scanned || journal.phase == Phase::Done
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

    /// Rule 3: sweep, scan, a second time if something was found, and the media with it, then the receipt; before it, and before the end, what a
    /// silent chain was not told yet. Nothing waits for that: a report that fails is tried once more, and then the session is done.
    fn wrap_up(&self, plan: &Plan, seen: &Seen, journal: &Journal, now: Now) -> Vec<Action> {
        let Some(end) = &journal.end else {
            return Vec::new();
        };
        let Some(last) = end.scans.last() else {
            return vec![Action::Sweep, Action::Scan];
        };
        if !last.clean() && end.scans.len() == 1 {
            let again_ms = last
                .at_ms
                .saturating_add(self.timing.rescan_secs.saturating_mul(1_000));
            // A member's upload that was under way at T is there when step 1 is long done.
            let media = Action::Destroy(Step::Media);
            return if now.local_ms >= again_ms {
                vec![media, Action::Sweep, Action::Scan]
            } else {
                Vec::new()
            };
        }
        let mut actions = Vec::new();
        if !last.clean() {
            actions.push(Action::Alarm(Alarm::Residue));
        }
        if now.chain == Link::Proven {
            actions.extend(untold(plan, journal));
        }
        if journal.settled(Kind::Dissolved) || plan.session.reported.attempts >= end.attempt {
            actions.push(Action::Finish);
        } else if now.chain == Link::Proven && !is_held(seen, journal, last, now) {
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
    let fired = fired(plan, seen, journal);
    let is_alone = by_local && !by_block;
    let differed = match now.skew_ms {
        Some(skew_ms) => skew_ms > SKEW_MS_MAX,
        // Right after a start nobody knows yet: a chain that answers with a block of long ago may be behind, or this clock ahead.
        None => is_alone && now.chain == Link::Proven && !now.current(),
    };
    let is_early = is_alone && differed;
    let cause = match () {
        () if seen.ordered => Cause::Operator,
        () if cancelled || is_early => Cause::Early,
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
        (
            seen.stands.is_none() && !seen.blind,
            Mark::RoomAbsentAtStart,
        ),
        (seen.blind, Mark::Unseen),
    ]
    .into_iter()
    .filter_map(|(holds, mark)| holds.then_some(mark))
    .collect();
    let ringing = is_early.then_some(Action::Alarm(Alarm::Skew));
    let beginning = Action::BeginDissolution(cause, marks);
    Some(ringing.into_iter().chain([beginning]).collect())
}

/// Rooms that have to go besides the session's own: strays, and one that has the session's alias when the session's was purged: its
/// `createRoom` was under way at T. Whether the bot is in it, or any more, is all one: the server lists it.
pub(super) fn others(seen: &Seen, journal: &Journal) -> BTreeSet<RoomId> {
    let end = journal.end.as_ref();
    let is_purged = end.is_some_and(|end| end.steps.contains(&Step::Purge));
    let late = seen.stands.clone().filter(|_| is_purged);
    seen.strays.iter().cloned().chain(late).collect()
}

/// What the chain does not know of a living room that is no more: that it was seeded; and how many had joined, if they were counted while
/// they could be. It takes neither of a session that is cancelled.
fn untold(plan: &Plan, journal: &Journal) -> impl Iterator<Item = Action> {
    let reported = plan.session.reported;
    let takes = plan.session.status != Status::Cancelled;
    let is_open = |kind: Kind| takes && !journal.settled(kind);
    let joined = journal.reports.get(&Kind::Joined);
    let is_counted = journal.joined.is_some() || matches!(joined, Some(ReportState::Signed(_)));
    let was_seeded = journal.posted() > 0;
    let untold = [
        (
            Kind::Seeded,
            was_seeded && !reported.seeded && is_open(Kind::Seeded),
        ),
        (
            Kind::Joined,
            is_counted && !reported.joined && is_open(Kind::Joined),
        ),
    ];
    let untold = untold.into_iter();
    untold.filter_map(|(kind, holds)| holds.then_some(Action::Report(kind)))
}

/// Whether a report is not signed yet because another room stands. One that resists is named in its flags, and holds it no longer.
fn is_held(seen: &Seen, journal: &Journal, last: &Scan, now: Now) -> bool {
    let ends_ms = last.at_ms.saturating_add(RESIST_SECS.saturating_mul(1_000));
    let is_signed = journal.reports.contains_key(&Kind::Dissolved);
    !is_signed && now.local_ms < ends_ms && !others(seen, journal).is_empty()
}

/// What is seen later than the end began and must not be hidden: another room; and what an end that began unseen could not know, once its
/// homeserver shows its rooms, as long as nothing was moved in them.
#[must_use]
pub fn seen_late(plan: &Plan, seen: &Seen, journal: &Journal) -> Option<Vec<Mark>> {
    let end = journal.end.as_ref()?;
    let is_empty = end.company.as_ref().is_none_or(BTreeSet::is_empty);
    let untouched = is_empty && !end.steps.contains(&Step::Purge);
    let is_late = end.marks.contains(&Mark::Unseen) && untouched && !seen.blind;
    let is_other = !end.marks.contains(&Mark::StrayFound) && !others(seen, journal).is_empty();
    (is_late || is_other).then(|| {
        let found = [
            (is_late && fired(plan, seen, journal), Mark::DeadManHadFired),
            (is_other, Mark::StrayFound),
            (is_late && seen.stands.is_none(), Mark::RoomAbsentAtStart),
        ];
        let found = found.into_iter();
        found
            .filter_map(|(holds, mark)| holds.then_some(mark))
            .collect()
    })
}

/// Whether a net had fired before the end began: somebody was kicked whom the sidecar did not put out, or a room that the journal or the
/// chain knows is gone.
fn fired(plan: &Plan, seen: &Seen, journal: &Journal) -> bool {
    match &seen.room {
        None if seen.blind => false,
        None if is_lost(plan, journal) => true,
        None if is_again(journal) => false,
        Some(room) => room
            .members
            .iter()
            .filter(|(account, _)| !journal.put_out.contains(*account))
            .any(|(_, presence)| *presence == Presence::Kicked),
        None => journal.room.is_some(),
    }
}

/// Whether a journal is lost: the chain has this county's report of a seeded room and none of its end, and the journal knows of no room.
const fn is_lost(plan: &Plan, journal: &Journal) -> bool {
    let reported = plan.session.reported;
    journal.room.is_none() && reported.seeded && reported.attempts == 0
}

/// Whether the journal is of another attempt: it knows its room from the receipt alone, and that room went with the first. Its number may be
/// the first one's again, if the chain refused that.
fn is_again(journal: &Journal) -> bool {
    let attempt = journal.end.as_ref().map(|end| end.attempt);
    let is_bare = journal.passes.is_empty() && journal.posts.is_empty();
    attempt.map_or(journal.phase == Phase::Absent, |attempt| {
        attempt > 1 || is_bare
    })
}
