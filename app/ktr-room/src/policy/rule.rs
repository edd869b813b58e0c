//! The rules while a room lives (design: room, section 7.1), in the order in which they act.
//! The rules of its end are in `end.rs`; if one of those holds, nothing here is asked.

use std::collections::BTreeSet;
use std::ops::RangeInclusive;

use super::end::others;
use super::unarmed::may_put_out;
use crate::action::{Action, Alarm};
use crate::journal::{Journal, Phase, Post};
use crate::limits::{ARMED_SLACK_MS, POST_KEYS_MAX, POSTS_MAX, PROBE_PASS_SECS};
use crate::matrix_id::{Account, DelayId};
use crate::plan::{Plan, Status};
use crate::report::Kind;
use crate::seen::{Inbox, Joins, Link, Net, Now, Pending, Presence, Seen, Sight};
use crate::timing::Timing;

/// The policy of a county's room.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct RoomPolicy {
    /// The times it goes by.
    pub timing: Timing,
}

impl RoomPolicy {
    /// What to do now. Performing the answer in order and asking again ends in [`Phase::Done`].
    ///
    /// **Invariants:** no post while a joined member is unarmed, but for one that could neither be armed nor be put out; from T on nothing but
    /// destruction.
    #[must_use]
    pub fn next(&self, plan: &Plan, seen: &Seen, journal: &Journal, now: Now) -> Vec<Action> {
        if journal.phase == Phase::Done {
            // It died before the journal was put away, and that holds the room's id and every token.
            return vec![Action::Finish];
        }
        // A state of before may not know of the session whose room it is, as long as nothing was begun by it.
        let is_known = journal.begun() || now.current();
        let strays = others(seen, journal).into_iter().filter(|_| is_known);
        let strays = strays.map(Action::DestroyStray);
        if let Some(end) = self.end(plan, seen, journal, now) {
            // Nothing bounds a stray that hangs before the end has begun: it is from then that the purge's time runs.
            let begun = journal.end.as_ref();
            let comes_first = begun.is_none_or(|end| Self::left_ms(end, now.local_ms) == Some(0));
            return if comes_first {
                end.into_iter().chain(strays).collect()
            } else {
                strays.chain(end).collect()
            };
        }
        let mut actions: Vec<Action> = strays.collect();
        let alarms = alarms(seen, journal, now);
        let calm = alarms.is_empty();
        actions.extend(alarms.into_iter().map(Action::Alarm));
        actions.extend(unhanded(plan, seen, journal, now).map(Action::Alarm));
        actions.extend(misfit(plan, journal).map(Action::Alarm));
        if seen.room.is_some() {
            actions.extend(self.tend(plan, seen, journal, now));
        } else if calm {
            actions.extend(self.create(plan, journal, now));
        }
        actions
    }

    /// Rules 6 to 10 and the reports, in a room that stands.
    fn tend(&self, plan: &Plan, seen: &Seen, journal: &Journal, now: Now) -> Vec<Action> {
        let Some(room) = &seen.room else {
            return Vec::new();
        };
        let is_ready = alarms(seen, journal, now).is_empty() && now.steady();
        let posts = if is_ready && seen.inbox == Inbox::Good {
            self.seed(plan, room, journal, now)
        } else {
            Vec::new()
        };
        let spent = if posts.is_empty() {
            BTreeSet::new()
        } else {
            self.spent(plan, room, journal, now)
        };
        let served = self.served(plan, room, journal, now);
        let leaving = if may_put_out(&served, journal, &spent) {
            spent.clone()
        } else {
            BTreeSet::new()
        };
        let mut actions = self.gather(plan, room, journal, now);
        if seen.capable {
            actions.extend(self.arm(plan, room, &leaving, now));
        }
        actions.extend(self.joins(plan, room, seen.capable, now));
        let lingering = self.lingering(plan, room, journal, now);
        let out: Vec<Account> = lingering.into_iter().chain(leaving).collect();
        if !out.is_empty() {
            actions.push(Action::PutOut(out));
        }
        if !spent.is_empty() || !journal.put_out.is_empty() {
            actions.push(Action::Alarm(Alarm::Unarmed));
        }
        if self.covered(plan, room, journal, now) {
            actions.extend(posts);
        }
        actions.extend(self.report(plan, journal, now));
        actions
    }

    /// When to look again: at the next tick, or at a deadline that comes before it.
    #[must_use]
    pub fn wake_ms(&self, plan: &Plan, journal: &Journal, now: Now) -> u64 {
        let times = plan.session.times;
        let second = |secs: u64| secs.saturating_mul(1_000);
        let end = journal.end.as_ref();
        let deadlines = [
            second(
                times
                    .opens_at
                    .saturating_sub(self.timing.create_before_secs),
            ),
            second(times.seeds_at),
            second(
                times
                    .dissolves_at
                    .saturating_sub(self.timing.joins_close_secs),
            ),
            second(
                times
                    .dissolves_at
                    .saturating_sub(self.timing.report_joined_secs),
            ),
            times.dissolves_ms(),
            end.map_or(0, |end| {
                end.emptied_ms
                    .saturating_add(second(self.timing.grace_secs))
            }),
        ];
        let tick = now.local_ms.saturating_add(second(self.timing.tick_secs));
        deadlines
            .into_iter()
            .filter(|at| *at > now.local_ms)
            .fold(tick, u64::min)
    }

    /// Rule 5: the room is made shortly before the session opens, with everybody invited at once.
    fn create(&self, plan: &Plan, journal: &Journal, now: Now) -> Option<Action> {
        let from_ms = plan
            .session
            .times
            .opens_at
            .saturating_sub(self.timing.create_before_secs)
            .saturating_mul(1_000);
        let due = journal.phase == Phase::Absent && now.judged_ms() >= from_ms;
        due.then(|| {
            let everybody = plan.guests.keys().chain(plan.probes.keys());
            Action::CreateRoom(everybody.cloned().collect())
        })
    }

    /// Rule 6: whoever is missing is invited, probes too, and whoever is here or invited has a pass for this T; but not who was put out.
    fn gather(&self, plan: &Plan, room: &Sight, journal: &Journal, now: Now) -> Vec<Action> {
        let company = self.company(plan, journal, now);
        let everybody = company.into_iter().chain(plan.probes.keys());
        let company: BTreeSet<&Account> = everybody
            .filter(|account| !journal.put_out.contains(*account))
            .collect();
        let missing: Vec<Account> = company
            .iter()
            .filter(|account| matches!(room.members.get(**account), None | Some(Presence::Kicked)))
            .map(|account| (*account).clone())
            .collect();
        let passless: Vec<Account> = company
            .iter()
            .filter(|account| room.members.get(**account) != Some(&Presence::Left))
            .filter(|account| journal.reaches(plan.keys_of(account)))
            .filter(|account| {
                journal
                    .passes
                    .get(**account)
                    .is_none_or(|pass| pass.expires != self.pass_expires(plan, account))
            })
            .map(|account| (*account).clone())
            .collect();
        let mut actions = Vec::new();
        if !missing.is_empty() {
            actions.push(Action::Invite(missing));
        }
        if !passless.is_empty() {
            actions.push(Action::WritePasses(passless));
        }
        actions
    }

    /// Until when a pass is good, in seconds. A probe's must outlast the questions that are asked after T.
    #[must_use]
    pub fn pass_expires(&self, plan: &Plan, account: &Account) -> u64 {
        let after_secs = if account.is_probe() {
            PROBE_PASS_SECS
        } else {
            self.timing.pass_after_secs
        };
        plan.session.times.dissolves_at.saturating_add(after_secs)
    }

    /// Rule 7: a net for everybody here or invited but those who leave now, and the bot's own leave, all for this T.
    fn arm(&self, plan: &Plan, room: &Sight, leaving: &BTreeSet<Account>, now: Now) -> Vec<Action> {
        let wanted = room
            .present()
            .filter(|account| !leaving.contains(*account))
            .cloned()
            .map(Net::Kick)
            .chain([Net::OwnLeave]);
        let mut wrong = Vec::new();
        let mut missing = Vec::new();
        for net in wanted {
            let times = waits(self.due_ms(plan, &net), now);
            let pending = room.pending.get(&net).map_or(&[][..], Vec::as_slice);
            wrong.extend(
                pending
                    .iter()
                    .filter(|p| !times.contains(&p.due_ms))
                    .map(|p| p.id.clone()),
            );
            if !pending.iter().any(|p| times.contains(&p.due_ms)) {
                missing.push(net);
            }
        }
        let mut actions = Vec::new();
        if !wrong.is_empty() {
            actions.push(Action::Cancel(wrong));
        }
        if !missing.is_empty() {
            actions.push(Action::Arm(missing));
        }
        actions
    }

    /// When a net falls due, in milliseconds.
    #[must_use]
    pub fn due_ms(&self, plan: &Plan, net: &Net) -> u64 {
        let after = match net {
            Net::Kick(_) => self.timing.kick_after_secs,
            Net::OwnLeave => self.timing.leave_after_secs,
        };
        plan.session
            .times
            .dissolves_at
            .saturating_add(after)
            .saturating_mul(1_000)
    }

    /// Rule 8: joins stand open as long as the sidecar says that it lives, and end for good shortly before T.
    ///
    /// **Invariant:** joins never stand open without a lease, whatever fails: they are opened after it, and it is cancelled only when they were
    /// seen closed.
    fn joins(&self, plan: &Plan, room: &Sight, capable: bool, now: Now) -> Vec<Action> {
        let ids = |leases: &[Pending]| leases.iter().map(|lease| lease.id.clone()).collect();
        let mut actions = Vec::new();
        let extra: Vec<DelayId> = match room.leases.as_slice() {
            // Until joins are seen closed their end stays armed: closing them may fail.
            _ if self.late(plan, now) && room.joins == Joins::Open => {
                return vec![Action::CloseJoins];
            }
            // One that fell due while the room is purged would leave its row.
            all if self.late(plan, now) => ids(all),
            [] if !capable => return actions,
            [] => {
                actions.push(Action::ArmLease);
                Vec::new()
            }
            [lease, others @ ..] => {
                actions.push(Action::RestartLease(lease.id.clone()));
                ids(others)
            }
        };
        if !extra.is_empty() {
            actions.push(Action::Cancel(extra));
        }
        if room.joins == Joins::Closed && !self.late(plan, now) {
            actions.push(Action::OpenJoins);
        }
        actions
    }

    /// Rules 9 and 10: post 0 when it is due, and a batch for those who came later; whether anybody holds it back is not asked here.
    fn seed(&self, plan: &Plan, room: &Sight, journal: &Journal, now: Now) -> Vec<Action> {
        if !Self::due(plan, now) {
            return Vec::new();
        }
        // A batch that was not finished before joins close goes out no more; post 0 is owed to everybody.
        let owed = |post: &&Post| post.n == 0 || !self.late(plan, now);
        if let Some(post) = journal.unfinished().filter(owed) {
            let naming = post.media.is_none().then_some(Action::NameMedia(post.n));
            let upload = (!post.uploaded).then_some(Action::Upload(post.n));
            return naming
                .into_iter()
                .chain(upload)
                .chain([Action::Post(post.n)])
                .collect();
        }
        let fresh: Vec<Account> = room
            .joined()
            .filter(|account| plan.member(account).is_some() && !journal.covers(account))
            .filter(|account| journal.reaches(plan.keys_of(account)))
            .filter(|account| !journal.put_out.contains(*account))
            .cloned()
            .collect();
        let fresh = fitting(plan, journal, fresh);
        let n = journal.next_post();
        let batch = match journal.posts.last() {
            None => true,
            Some(last) => {
                let since = now.local_ms.saturating_sub(last.sent_ms);
                since >= self.timing.batch_secs.saturating_mul(1_000)
                    && !self.late(plan, now)
                    && n < POSTS_MAX
            }
        };
        if fresh.is_empty() || !batch {
            return Vec::new();
        }
        vec![
            Action::Encrypt(n, fresh),
            Action::NameMedia(n),
            Action::Upload(n),
            Action::Post(n),
        ]
    }

    /// `ReportSeeded` once post 0 is out; `ReportJoined` shortly before T.
    fn report(&self, plan: &Plan, journal: &Journal, now: Now) -> Vec<Action> {
        let mut actions = Vec::new();
        let reported = plan.session.reported;
        if now.chain == Link::Silent {
            return actions;
        }
        if journal.phase == Phase::Seeded && !reported.seeded && !journal.settled(Kind::Seeded) {
            actions.push(Action::Report(Kind::Seeded));
        }
        let from_ms = plan
            .session
            .times
            .dissolves_at
            .saturating_sub(self.timing.report_joined_secs)
            .saturating_mul(1_000);
        if now.judged_ms() >= from_ms && !reported.joined && !journal.settled(Kind::Joined) {
            actions.push(Action::Report(Kind::Joined));
        }
        actions
    }

    /// Seeding is due: the studio opened the session and its time has come.
    pub(super) fn due(plan: &Plan, now: Now) -> bool {
        let opened = match plan.session.status {
            Status::Opened | Status::Closed => true,
            Status::Scheduled | Status::Cancelled => false,
        };
        opened
            && plan.session.sealed.is_some()
            && now.judged_ms() >= plan.session.times.seeds_at.saturating_mul(1_000)
    }

    /// Too late to join or to be served.
    pub(super) fn late(&self, plan: &Plan, now: Now) -> bool {
        now.judged_ms()
            >= plan
                .session
                .times
                .dissolves_at
                .saturating_sub(self.timing.joins_close_secs)
                .saturating_mul(1_000)
    }
}

/// Those of them, from the first on and with all their keys, whom one message can be for; the others are the next batch.
fn fitting(plan: &Plan, journal: &Journal, fresh: Vec<Account>) -> Vec<Account> {
    let mut left = POST_KEYS_MAX;
    let fits = |account: &Account| {
        let keys = plan.keys_of(account).iter();
        let usable = keys.filter(|key| !journal.is_unusable(key)).count();
        let rest = left.checked_sub(usable);
        left = rest.unwrap_or(left);
        rest.is_some()
    };
    fresh.into_iter().take_while(fits).collect()
}

/// The times, by the homeserver's clock, at which a net may wait that falls due at `due_ms`. That clock is this machine's. On one that is
/// slow a net armed for the chain's time waits for an earlier hour, and how slow it is, is known no better than to a block.
pub(super) fn waits(due_ms: u64, now: Now) -> RangeInclusive<u64> {
    let behind_ms = now.judged_ms().saturating_sub(now.local_ms);
    let most_ms = behind_ms.max(now.skew_ms.unwrap_or(0));
    let earliest_ms = due_ms.saturating_sub(most_ms.saturating_add(ARMED_SLACK_MS));
    let latest_ms = due_ms.saturating_sub(behind_ms);
    earliest_ms..=latest_ms.saturating_add(ARMED_SLACK_MS)
}

/// Nothing was handed over though the room must be seeded. It keeps nobody from gathering: a release may still come.
fn unhanded(plan: &Plan, seen: &Seen, journal: &Journal, now: Now) -> Option<Alarm> {
    let is_due = now.judged_ms() >= plan.session.times.seeds_at.saturating_mul(1_000);
    let is_missing = seen.inbox == Inbox::Empty && journal.posts.is_empty();
    (is_due && is_missing).then_some(Alarm::NoRelease)
}

/// Somebody's key cannot be used. It keeps nobody else from a pass or a post.
fn misfit(plan: &Plan, journal: &Journal) -> Option<Alarm> {
    let is_any = plan.keys().any(|key| journal.is_unusable(key));
    is_any.then_some(Alarm::BadKey)
}

/// Rule 4: what keeps the room from being made and seeded.
fn alarms(seen: &Seen, journal: &Journal, now: Now) -> Vec<Alarm> {
    let vanished = seen.room.is_none() && matches!(journal.phase, Phase::Gathering | Phase::Seeded);
    [
        (now.skew_ms.is_some() && !now.steady(), Alarm::Skew),
        (!seen.capable, Alarm::Incapable),
        (seen.inbox == Inbox::Bad, Alarm::BadRelease),
        (vanished, Alarm::RoomVanished),
    ]
    .into_iter()
    .filter_map(|(holds, alarm)| holds.then_some(alarm))
    .collect()
}
