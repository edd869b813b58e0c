//! One pass: look, decide, perform, and say how it stands. A room's end goes on whatever the homeserver answers.
//! Which session is at hand is in `choose.rs`, how an action is carried out in `perform.rs`.

use std::collections::BTreeSet;

use ktr_core::id::SessionId;

use super::choose::{Choice, choose, has_inbox};
use super::dissolve::in_time;
use super::inbox::empty;
use super::order::{order, put_away};
use super::sidecar::Sidecar;
use crate::action::{Action, Strand};
use crate::entropy;
use crate::error::RoomError;
use crate::figures;
use crate::journal::{Fact, Journal};
use crate::plan::{Plan, Status};
use crate::policy::{RoomPolicy, seen_late};
use crate::port::{Chain, Cipher, Clock, Room};
use crate::seen::{Inbox, Link, Now, Seen};
use crate::standing;

impl<C: Chain, R: Room, P: Cipher, K: Clock> Sidecar<C, R, P, K> {
    /// One pass; says when to look again, in milliseconds of the local clock.
    ///
    /// # Errors
    /// Anything that kept an action from being carried out; the next pass goes on from what is journalled.
    pub async fn pass(&mut self) -> Result<u64, RoomError> {
        self.raised.clear();
        self.failing = 0;
        self.stuck = false;
        let link = self.ask_chain().await;
        let now = self.now(link);
        self.outlive_timers(now.local_ms);
        let order = self.order(now);
        let Some(plan) = self.plan(order, now)? else {
            self.see_probes_out(now).await;
            self.show(None);
            let idled = self.idle_or_ring(now).await;
            self.show(None);
            idled?;
            return Ok(now
                .local_ms
                .saturating_add(self.policy.timing.tick_secs.saturating_mul(1_000)));
        };
        let wake = self.attend(&plan, order, now).await;
        if let Err(error) = &wake {
            self.raise_of(error);
            // What failed before the first action sticks as well.
            self.ring_stuck(self.ports.clock.local_ms(), false);
        }
        self.say(&plan, now);
        wake
    }

    /// What is done with no session at hand. A homeserver that shows no rooms, or a stray that cannot be swept after, rings if that lasts.
    async fn idle_or_ring(&mut self, now: Now) -> Result<(), RoomError> {
        let idled = self.idle(now).await;
        if let Err(error) = &idled {
            self.raise_of(error);
        }
        // With a silent chain, or one of before, nothing was looked at.
        let is_whole = now.current() && idled.is_ok();
        self.ring_stuck(self.ports.clock.local_ms(), is_whole);
        if is_whole {
            self.hush();
        }
        idled
    }

    /// The session that is ordered to be dissolved. An order that cannot be read stops no pass.
    fn order(&mut self, now: Now) -> Option<SessionId> {
        let of_now = self.outlook.as_ref().filter(|_| now.current());
        match order(&self.store, self.journal.as_ref(), of_now) {
            Ok(order) => order,
            Err(error) => {
                self.complain(&error);
                None
            }
        }
    }

    /// Ends an order for a session that was cancelled before anything was there of it: else none could be taken up any more.
    fn put_away(&mut self, id: SessionId) {
        let why = "the session was cancelled, and there is no room";
        if let Err(error) = put_away(&self.store, id, why) {
            self.complain(&error);
        }
    }

    /// The session at hand.
    fn plan(&self, order: Option<SessionId>, now: Now) -> Result<Option<Plan>, RoomError> {
        let done = self.store.done()?;
        let choice = Choice {
            outlook: self.outlook.as_ref(),
            journal: self.journal.as_ref(),
            done: &done,
            order,
            is_current: now.current(),
        };
        Ok(choose(choice, self.site.county, &self.site.county_secret))
    }

    /// Does for a session what can be done now.
    async fn attend(
        &mut self,
        plan: &Plan,
        order: Option<SessionId>,
        now: Now,
    ) -> Result<u64, RoomError> {
        let ordered = order == Some(plan.session.id);
        let own = self.journal.as_ref();
        let own = own.filter(|journal| journal.session == plan.session.id.0);
        let ending = own.is_some_and(|journal| journal.end.is_some());
        let is_emptied = own.is_some_and(Journal::emptied);
        let over = ending || RoomPolicy::is_over(plan, ordered, now);
        if over && !is_emptied {
            self.wipe(plan.session.id);
        }
        self.see_probes_out(now).await;
        self.take_up(plan)?;
        let seen = self.look(plan, order, over, now).await?;
        self.learn(plan, &seen, now)?;
        self.raise_of_journal();
        let before = self.written()?.clone();
        let is_needless =
            plan.session.status == Status::Cancelled && RoomPolicy::is_untouched(&seen, &before);
        if ordered && is_needless {
            self.put_away(plan.session.id);
        }
        let actions = self.policy.next(plan, &seen, &before, now);
        self.say(plan, now);
        let performed = self.perform_all(plan, &seen, &actions, now).await;
        let whole = !matches!(&performed, Err(error) if error.ends_the_pass());
        self.ring_stuck(self.ports.clock.local_ms(), whole);
        if whole && !seen.blind {
            self.hush();
        }
        performed?;
        // What was just done may have made the next thing possible: look again at once.
        Ok(match &self.journal {
            Some(journal) if *journal == before => self.policy.wake_ms(plan, journal, now),
            Some(_) | None => now.local_ms,
        })
    }

    /// Carries actions out in their order. One that fails holds back what builds on it and nothing else.
    async fn perform_all(
        &mut self,
        plan: &Plan,
        seen: &Seen,
        actions: &[Action],
        now: Now,
    ) -> Result<(), RoomError> {
        let mut torn: BTreeSet<Strand> = BTreeSet::new();
        let mut first = None;
        for action in actions {
            let strand = action.strand();
            if strand.is_some_and(|strand| torn.contains(&strand)) || !self.may(action, now) {
                continue;
            }
            match self.perform(plan, seen, action, now).await {
                Ok(()) => {}
                Err(error) if error.ends_the_pass() => return Err(error),
                Err(error) => {
                    torn.extend(strand);
                    self.raise_of(&error);
                    if first.is_none() {
                        first = Some(error);
                    } else {
                        self.complain(&error);
                    }
                }
            }
            self.say(plan, now);
        }
        first.map_or(Ok(()), Err)
    }

    /// Whether an action may be carried out as things stand by now.
    fn may(&self, action: &Action, now: Now) -> bool {
        let Some(journal) = &self.journal else {
            return true;
        };
        let Some(end) = &journal.end else {
            return true;
        };
        let local_ms = self.ports.clock.local_ms();
        let came_due = [now.local_ms, local_ms].map(|at_ms| RoomPolicy::left_ms(end, at_ms));
        if matches!(came_due, [Some(1..), Some(0)]) {
            // The purge came due in this pass: the next one begins with it.
            return false;
        }
        if let Action::Destroy(step) = action {
            self.policy.may(end, *step, now)
        } else {
            RoomPolicy::may_close(journal, action)
        }
    }

    /// Begins a journal for the plan's session unless there is one, and keeps its times.
    fn take_up(&mut self, plan: &Plan) -> Result<(), RoomError> {
        let id = plan.session.id;
        if self
            .journal
            .as_ref()
            .is_none_or(|journal| journal.session != id.0)
        {
            let journal = match standing::reopened(&self.store, id, plan.session.times)? {
                Some(journal) => journal,
                None => Journal::begin(id, plan.session.times, entropy::draw::<32>()),
            };
            self.store.save(&journal)?;
            self.journal = Some(journal);
        }
        if self.written()?.times != plan.session.times {
            self.note(Fact::Rescheduled(plan.session.times))?;
        }
        Ok(())
    }

    /// Looks at the homeserver and the inbox. What is over goes on unseen if the homeserver does not let itself be looked at.
    async fn look(
        &mut self,
        plan: &Plan,
        order: Option<SessionId>,
        over: bool,
        now: Now,
    ) -> Result<Seen, RoomError> {
        let ordered = order == Some(plan.session.id);
        let known = self.written()?.room.clone();
        let looking = self.ports.room.look(plan.session.id, known.as_ref());
        let looked = if over {
            in_time(self.patience(), looking).await
        } else {
            looking.await
        };
        let look = match looked {
            Err(error) if over && !matches!(error, RoomError::TokenRefused) => {
                self.complain(&error);
                return Ok(Seen {
                    ordered,
                    blind: true,
                    ..Seen::default()
                });
            }
            looked => looked?,
        };
        let strays = look.others(over, now.local_ms)?;
        let guests = [plan.guests.len(), plan.wards.len(), plan.probes.len()]
            .into_iter()
            .fold(0, usize::saturating_add);
        let seen = Seen {
            capable: look.enough_for(guests),
            room: look.room,
            stands: look.stands,
            strays,
            inbox: if over {
                Inbox::Empty
            } else {
                self.inbox.look(&self.ports.cipher, &plan.session)
            },
            ordered,
            blind: false,
        };
        if plan.session.sealed.is_none() && !over {
            self.expire(now);
        }
        self.last = Some((seen.clone(), now.local_ms));
        Ok(seen)
    }

    /// What the look teaches the journal.
    fn learn(&mut self, plan: &Plan, seen: &Seen, now: Now) -> Result<(), RoomError> {
        let mut journal = self.written()?.clone();
        let marks = seen_late(plan, seen, &journal);
        journal.absorb(seen, now.local_ms);
        if let Some(room) = &seen.room {
            journal.note(Fact::Netless(self.policy.netless(plan, room, now)));
        }
        if *self.written()? != journal {
            match self.store.save(&journal) {
                // The next look shows it again.
                Err(error) if error.is_unwritable() => self.complain(&error),
                saved => saved?,
            }
            self.journal = Some(journal);
        }
        match marks {
            Some(marks) => self.note(Fact::Marked(marks)),
            None => Ok(()),
        }
    }

    /// The tokens of probes that have asked end; a homeserver that keeps them keeps nothing else.
    async fn see_probes_out(&mut self, now: Now) {
        if let Err(error) = self.end_probes(now.local_ms).await {
            self.complain(&error);
        }
    }

    /// Wipes the plaintext, and removes hand-overs, ciphertext and passes: nobody is served any more. It needs no homeserver, and what
    /// cannot be removed keeps nothing else from its end: the last step removes it again.
    pub(super) fn wipe(&mut self, id: SessionId) {
        for error in self.empty_folders(id).into_iter().filter_map(Result::err) {
            self.complain(&error);
        }
    }

    /// The same for the journal's session.
    pub(super) fn wipe_begun(&mut self) {
        if let Some(id) = self.journal.as_ref().map(|journal| journal.session) {
            self.wipe(SessionId(id));
        }
    }

    /// Wipes the plaintext and empties inbox, spool and passes, each whatever becomes of the others. An inbox with another session's hand-over
    /// is left alone.
    pub(super) fn empty_folders(&mut self, id: SessionId) -> [Result<(), RoomError>; 3] {
        let inbox = if self.has_inbox(id) {
            self.inbox.clear().map(|files| say_removed(id, files))
        } else {
            self.inbox.forget();
            Ok(())
        };
        [inbox, empty(&self.store.spool()), empty(&self.site.passes)]
    }

    /// Whether the inbox is this session's. What is not known to be another's is not kept.
    fn has_inbox(&self, id: SessionId) -> bool {
        let done = self.store.done().unwrap_or_else(|_unread| Vec::new());
        let choice = Choice {
            outlook: self.outlook.as_ref(),
            journal: self.journal.as_ref(),
            done: &done,
            order: None,
            is_current: false,
        };
        has_inbox(choice, id)
    }

    /// Removes hand-overs that no sealed release claims, as far as a proven state of now says so.
    pub(super) fn expire(&mut self, now: Now) {
        if now.chain == Link::Silent || !now.current() {
            self.inbox.forget();
            return;
        }
        match self.inbox.expire(now.local_ms) {
            Ok(0) => {}
            Ok(files) => tracing::warn!(files, "hand-overs that belong to no release were removed"),
            Err(error) => self.complain(&error),
        }
    }

    /// Lays down how it stands: after a look, after every action, and when nothing comes off.
    fn say(&mut self, plan: &Plan, now: Now) {
        let view = standing::View {
            plan,
            policy: self.policy,
            seen: self.last.as_ref(),
            journal: self.journal.as_ref(),
            ringing: &self.ringing,
            failing: self.failing,
            at_ms: self.ports.clock.local_ms(),
            now,
        };
        if let Err(error) = standing::write(&self.store, &view) {
            tracing::warn!(%error, "how it stands could not be written down");
        }
        self.show(Some(plan));
    }

    /// Lays down how many alarms ring by now, and the figures of a session that lives.
    fn show(&self, plan: Option<&Plan>) {
        let Some(path) = &self.site.figures else {
            return;
        };
        let journal = self.journal.as_ref();
        let living = plan.zip(journal.filter(|journal| journal.end.is_none()));
        let living = living.map(|(plan, journal)| (plan.session.times, journal.posted()));
        let page = figures::page(
            living,
            self.ringing.len(),
            self.ports.clock.local_ms() / 1_000,
        );
        if let Err(error) = figures::write(path, &page) {
            tracing::warn!(%error, "the figures could not be written down");
        }
    }
}

/// Says how many hand-overs went with a session's end.
fn say_removed(id: SessionId, files: usize) {
    if files > 0 {
        tracing::info!(session = id.0, files, "hand-overs were removed at the end");
    }
}
