//! The end of a room, step by step (design: room, section 9.1); each step may be repeated after a crash.
//! Which step is next is the policy's; what is left is the scanner's.

use std::collections::BTreeSet;
use std::fs;
use std::time::Duration;

use ktr_core::id::SessionId;
use tokio::time::Instant;

use super::removal;
use super::sidecar::Sidecar;
use crate::action::{Mark, Step};
use crate::adapter::residue::Canaries;
use crate::error::RoomError;
use crate::journal::{Done, Fact, Journal, Remnant, Scan};
use crate::limits::{PURGE_SECS, RESIST_SECS, STEP_SECS};
use crate::matrix_id::{Account, RoomId};
use crate::name;
use crate::plan::Plan;
use crate::policy::RoomPolicy;
use crate::port::{Chain, Cipher, Cleared, Clock, Room};
use crate::report::{Cause, Kind};
use crate::seen::Now;
use crate::setback::Setbacks;
use crate::standing;

impl<C: Chain, R: Room, P: Cipher, K: Clock> Sidecar<C, R, P, K> {
    /// Writes down that the end has begun, before anything of it goes out.
    pub(super) fn begin_dissolution(
        &mut self,
        plan: &Plan,
        cause: Cause,
        marks: &[Mark],
        now: Now,
    ) -> Result<(), RoomError> {
        let attempt = self.attempt(plan, now)?;
        // One that the chain refused, or does not know any more, had the same number.
        self.store.set_aside(plan.session.id.0, attempt)?;
        tracing::info!(
            session = plan.session.id.0,
            ?cause,
            attempt,
            "dissolution begins"
        );
        self.note(Fact::Dissolving(
            cause,
            marks.to_vec(),
            self.ports.clock.local_ms(),
            attempt,
        ))
    }

    /// The number of the report: the chain takes the one after the last that it accepted, and no other. Only one that proves a state of before
    /// may know less than this county has reported.
    fn attempt(&self, plan: &Plan, now: Now) -> Result<u8, RoomError> {
        let on_chain = plan.session.reported.attempts;
        if now.current() {
            return Ok(on_chain.saturating_add(1));
        }
        let id = plan.session.id.0;
        let done = self.store.done()?;
        let own = done.iter().filter(|done| done.session == id);
        let own = own.map(|done| done.attempt).max().unwrap_or(0);
        Ok(on_chain.max(own).saturating_add(1))
    }

    /// One step. What one that fails did is counted at once: the next try finds it done.
    pub(super) async fn destroy(&mut self, plan: &Plan, step: Step) -> Result<(), RoomError> {
        let mut done = Done {
            step,
            at_ms: 0,
            kicked: 0,
            cancelled: 0,
            deleted: 0,
        };
        if self.is_unseen(step)? {
            return Err(RoomError::Unseen);
        }
        // What was counted before the time was over is kept: all of it is here, and nothing in the work that is given up.
        let mut cleared = Cleared::default();
        let longest = if step == Step::Purge {
            Duration::from_secs(STEP_SECS)
        } else {
            self.patience()
        };
        let outcome = in_time(longest, self.carry_out(plan, &mut done, &mut cleared)).await;
        done.kicked = cleared.kicked;
        done.cancelled = done.cancelled.saturating_add(cleared.cancelled);
        if outcome.is_err() && done.counts() {
            self.note(Fact::Counted(done))?;
        }
        outcome?;
        done.at_ms = self.ports.clock.local_ms();
        self.note(Fact::Step(done))
    }

    async fn carry_out(
        &mut self,
        plan: &Plan,
        done: &mut Done,
        cleared: &mut Cleared,
    ) -> Result<(), RoomError> {
        let room = self.written()?.room.clone();
        match (done.step, &room) {
            (Step::Media, _) => {
                let now_ms = self.ports.clock.local_ms();
                let deleted = &mut done.deleted;
                self.ports.room.drop_media(now_ms, deleted).await?;
            }
            (Step::Alias, _) => self.ports.room.drop_alias(plan.session.id).await?,
            (Step::Reports, Some(room)) => self.ports.room.drop_reports(room).await?,
            (Step::Kicks, Some(room)) => {
                let company = self.company(room).await?;
                self.ports.room.clear(room, &company, cleared).await?;
            }
            (Step::Nets, Some(room)) => {
                let cancelled = &mut done.cancelled;
                self.ports.room.disarm(room, cancelled).await?;
                self.until_no_net_is_left().await?;
            }
            (Step::Purge, Some(room)) => self.ports.room.purge(room).await?,
            (Step::Gone, Some(room)) => {
                if !self.ports.room.confirm_gone(room).await? {
                    return Err(RoomError::Overdue("the room's disappearance"));
                }
            }
            (Step::Reports | Step::Kicks | Step::Nets | Step::Purge | Step::Gone, None) => {}
            (Step::Passes, _) => self.drop_passes(plan.session.id).await?,
        }
        Ok(())
    }

    /// How long a look, a stray or a step before the purge may take now: not much longer than until the purge comes first.
    pub(super) fn patience(&self) -> Duration {
        let longest_ms = STEP_SECS.saturating_mul(1_000);
        let end = self
            .journal
            .as_ref()
            .and_then(|journal| journal.end.as_ref());
        let local_ms = self.ports.clock.local_ms();
        let left_ms = end.and_then(|end| RoomPolicy::left_ms(end, local_ms));
        let shortest_ms = RESIST_SECS.saturating_mul(1_000);
        let left_ms = left_ms.unwrap_or(longest_ms);
        Duration::from_millis(left_ms.clamp(shortest_ms, longest_ms))
    }

    /// Whether a step needs a room, or its absence, and nobody has seen either yet. The alias is what a look finds the room by.
    fn is_unseen(&self, step: Step) -> Result<bool, RoomError> {
        let journal = self.written()?;
        let end = journal.end.as_ref();
        let is_blind = end.is_some_and(|end| end.marks.contains(&Mark::Unseen));
        let needs_none = matches!(step, Step::Media | Step::Passes);
        Ok(is_blind && journal.room.is_none() && !needs_none)
    }

    /// Step 6's second half: the API's list hides what is in flight, the database does not.
    async fn until_no_net_is_left(&mut self) -> Result<(), RoomError> {
        let now = Instant::now();
        let deadline = now
            .checked_add(Duration::from_secs(PURGE_SECS))
            .unwrap_or(now);
        let rooms = Canaries::of(self.written()?, self.ports.room.server_name()).rooms;
        while self.site.residue.nets_left(&rooms)? > 0 {
            if Instant::now() > deadline {
                return Err(RoomError::Overdue("cancelling nets"));
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        Ok(())
    }

    /// Step 9: tokens, passes, spool, inbox, plaintext. Tokens of probes end later: they ask whether the room is gone.
    ///
    /// Tokens first, and what cannot be kept or removed only then: it must not leave anybody logged in.
    async fn drop_passes(&mut self, id: SessionId) -> Result<(), RoomError> {
        let passes = self.written()?.passes.clone();
        let (probes, members): (Vec<_>, Vec<_>) = passes
            .into_iter()
            .partition(|(account, _)| account.is_probe());
        let mut setbacks = Setbacks::default();
        for (_, pass) in &members {
            setbacks.take(self.ports.room.log_out(&pass.token).await)?;
        }
        self.keep_probes(probes.into_iter().map(|(_, pass)| pass).collect())?;
        for emptied in self.empty_folders(id) {
            setbacks.take(emptied)?;
        }
        setbacks.end()
    }

    /// Whom step 4 kicks, written down before the first of them is: a crash between makes nobody uncounted. A room that is gone shows
    /// nobody, and what was written down stays. Who was put out before is counted with them.
    async fn company(&mut self, room: &RoomId) -> Result<BTreeSet<Account>, RoomError> {
        let present = self.ports.room.company(room).await?;
        let journal = self.written()?;
        let end = journal.end.as_ref();
        let known = end.and_then(|end| end.company.clone());
        let is_gone = present.is_none();
        let present = present.into_iter().flatten();
        let before = known.iter().flatten().chain(&journal.put_out);
        let all: BTreeSet<Account> = before.cloned().chain(present).collect();
        if !is_gone && known.as_ref() != Some(&all) {
            self.note(Fact::Emptying(all.clone()))?;
        }
        Ok(all)
    }

    /// The homeserver's version; zeros, which no sweep knows, from one that resists for so long that the room's end cannot wait for it.
    async fn version(&self) -> Result<[u16; 3], RoomError> {
        let purged_ms = self.written()?.end.as_ref().map_or(0, |end| end.purged_ms);
        let ends_ms = purged_ms.saturating_add(RESIST_SECS.saturating_mul(1_000));
        match self.ports.room.version().await {
            Err(error) if !error.ends_the_pass() && self.ports.clock.local_ms() >= ends_ms => {
                Ok([0; 3])
            }
            version => version,
        }
    }

    /// Step 10.
    pub(super) async fn sweep(&mut self, plan: &Plan) -> Result<(), RoomError> {
        let version = self.version().await?;
        let past = self.recall_rooms().await?;
        let (site, mut canaries) = (self.site.residue.clone(), self.canaries(plan)?);
        // Strays from before the session whose sweep failed then.
        let unswept = self.unswept();
        canaries.rooms.extend(unswept.iter().cloned());
        canaries.rooms.extend(past);
        let now_ms = self.ports.clock.local_ms();
        let sweep = off_thread(move || site.sweep(&canaries, version, now_ms)).await?;
        if sweep.version_known && !unswept.is_empty() {
            self.keep_unswept(&BTreeSet::new());
        }
        self.note_timers();
        self.note(Fact::Swept(sweep))
    }

    /// Rooms of the past that the database names. Those that the journal does not know are written down before their rows go: the octets
    /// that they leave are looked for, too.
    async fn recall_rooms(&mut self) -> Result<BTreeSet<RoomId>, RoomError> {
        let site = self.site.residue.clone();
        let named = off_thread(move || site.past_rooms()).await?;
        let journal = self.written()?;
        let known = journal.room.iter().chain(&journal.strays);
        let known: BTreeSet<RoomId> = known.cloned().collect();
        let fresh = named.difference(&known);
        let fresh = fresh.filter(|room| !journal.sought.words.contains(room.bare()));
        let fresh: BTreeSet<RoomId> = fresh.cloned().collect();
        if !fresh.is_empty() {
            let (session, rooms) = (journal.session, fresh.len());
            tracing::warn!(
                session,
                rooms,
                "the database names rooms that the journal does not know"
            );
            self.note(Fact::Past(fresh))?;
        }
        Ok(named)
    }

    /// Step 11.
    pub(super) async fn scan(&mut self, plan: &Plan) -> Result<(), RoomError> {
        let (site, canaries) = (self.site.residue.clone(), self.canaries(plan)?);
        let (residue, tables) =
            off_thread(move || Ok((site.scan(&canaries)?, site.explain(&canaries)?))).await?;
        let session = self.written()?.session;
        tracing::info!(session, residue = ?residue.0, ?tables, "scanned");
        self.scanned(session, residue.clean());
        self.note(Fact::Scanned(Scan {
            at_ms: self.ports.clock.local_ms(),
            residue: residue.0,
        }))
    }

    /// Step 12: of the journal only session and receipt stay.
    pub(super) fn finish(&mut self) -> Result<(), RoomError> {
        self.note(Fact::Finished)?;
        let journal = self.written()?;
        let attempt = journal.end.as_ref().map_or(1, |end| end.attempt);
        let receipt = fs::read(self.store.receipt(journal.session, attempt))
            .unwrap_or_else(|_none| Vec::new());
        let remnant = Remnant {
            session: journal.session,
            attempt,
            receipt: name::sha256(&receipt).to_string(),
            refused: journal.is_refused(Kind::Dissolved),
        };
        tracing::info!(session = remnant.session, attempt, receipt = %remnant.receipt, "session done");
        if self.site.remove_after_secs.is_some() {
            removal::plan_for(&self.store, self.written()?)?;
        }
        self.store.close(&remnant)?;
        self.journal = None;
        if let Err(error) = standing::fulfil(&self.store, SessionId(remnant.session)) {
            self.complain(&error);
        }
        Ok(())
    }

    /// With no session at hand every room is a stray, and every hand-over nobody's: if a state of now names none, for one of before may not know
    /// of the session whose room it is.
    pub(super) async fn idle(&mut self, now: Now) -> Result<(), RoomError> {
        standing::idle(&self.store)?;
        self.expire(now);
        if !now.current() {
            return Ok(());
        }
        self.clear_strays().await
    }

    /// What the journal knows, and whom the chain names: a journal that was lost names nobody.
    fn canaries(&self, plan: &Plan) -> Result<Canaries, RoomError> {
        let journal: &Journal = self.written()?;
        let server = self.ports.room.server_name();
        let mut canaries = Canaries::of(journal, server);
        let named = plan.guests.keys().chain(plan.wards.keys());
        canaries.seek_people(named.chain(plan.probes.keys()).cloned(), server);
        Ok(canaries)
    }
}

/// Gives up work that takes longer than a step may: what it did is done, and what it did not is done again, as after a crash. A homeserver
/// that answers each request late holds the purge back no longer than one that fails.
pub(super) async fn in_time<T>(
    longest: Duration,
    work: impl Future<Output = Result<T, RoomError>>,
) -> Result<T, RoomError> {
    match tokio::time::timeout(longest, work).await {
        Ok(ended) => ended,
        Err(_elapsed) => Err(RoomError::Overdue("a step of the room's end")),
    }
}

/// Runs file and database work where it blocks nobody.
pub(super) async fn off_thread<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, RoomError> + Send + 'static,
) -> Result<T, RoomError> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|_stopped| RoomError::Overdue("work on the database"))?
}
