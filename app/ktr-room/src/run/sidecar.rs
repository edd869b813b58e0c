//! The sidecar itself: what it holds, one pass, and the loop around it.
//! Everything it does outward is in the files beside this one.

use std::collections::BTreeSet;
use std::future::Future;
use std::path::PathBuf;
use std::time::Duration;

use ktr_core::id::{CountyId, SessionId};
use tokio::time::Instant;

use super::choose::{Choice, begun, choose};
use super::inbox::Inbox;
use super::removal::is_due;
use crate::action::Alarm;
use crate::adapter::residue;
use crate::entropy;
use crate::error::RoomError;
use crate::journal::{Fact, Journal, Store};
use crate::limits::BACK_OFF_MS;
use crate::plan::{Outlook, Plan};
use crate::policy::RoomPolicy;
use crate::port::{Chain, Cipher, Clock, Room};
use crate::seen::{Link, Now, Seen};
use crate::standing;
use crate::synapse::Homeserver;

/// The outside, behind its ports.
#[derive(Debug)]
pub struct Ports<C, R, P, K> {
    /// The chain.
    pub chain: C,
    /// The homeserver.
    pub room: R,
    /// OpenPGP.
    pub cipher: P,
    /// The clock.
    pub clock: K,
}

/// A county's place on this machine.
#[derive(Clone, Debug)]
pub struct Site {
    /// The county.
    pub county: CountyId,
    /// What makes accounts unlinkable to the ledger.
    pub county_secret: [u8; 32],
    /// Where passes are laid out.
    pub passes: PathBuf,
    /// Where the release arrives.
    pub inbox: PathBuf,
    /// What is cleaned and scanned.
    pub residue: residue::Site,
    /// The command for alarms; may be empty.
    pub on_alarm: Vec<String>,
    /// How long after T a homeserver that was booted for a session is removed, in seconds; `None` for one that stays.
    pub remove_after_secs: Option<u64>,
}

/// Why the loop ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Ended {
    /// It was told to.
    Stopped,
    /// The homeserver has to go with its folder.
    Due,
}

/// The sidecar.
#[derive(Debug)]
pub struct Sidecar<C, R, P, K> {
    pub(super) ports: Ports<C, R, P, K>,
    pub(super) site: Site,
    pub(super) policy: RoomPolicy,
    pub(super) store: Store,
    pub(super) inbox: Inbox,
    pub(super) journal: Option<Journal>,
    pub(super) outlook: Option<Outlook>,
    pub(super) ringing: BTreeSet<Alarm>,
}

/// How long the chain may take to answer before a pass goes on without it.
const CHAIN_WAIT: Duration = Duration::from_secs(3);

impl<C: Chain, R: Room, P: Cipher, K: Clock> Sidecar<C, R, P, K> {
    /// A sidecar that goes on where its journal stands.
    ///
    /// # Errors
    /// The journal cannot be read.
    pub fn open(
        ports: Ports<C, R, P, K>,
        site: Site,
        policy: RoomPolicy,
        store: Store,
    ) -> Result<Self, RoomError> {
        let journal = store.load()?;
        let inbox = Inbox::new(site.inbox.clone());
        Ok(Self {
            ports,
            site,
            policy,
            store,
            inbox,
            journal,
            outlook: None,
            ringing: BTreeSet::new(),
        })
    }

    /// Puts another homeserver connection in the place of one whose token is refused.
    pub fn replace_room(&mut self, room: R) {
        self.ports.room = room;
        self.ringing.remove(&Alarm::TokenRefused);
    }

    /// One pass; says when to look again, in milliseconds of the local clock.
    ///
    /// # Errors
    /// Anything that kept an action from being carried out; the next pass goes on from what is journalled.
    pub async fn pass(&mut self) -> Result<u64, RoomError> {
        let link = self.ask_chain().await;
        let now = self.now(link);
        if let Err(error) = self.end_probes(now.local_ms).await {
            tracing::warn!(%error, "the tokens of probes are not ended; a room's own end does not wait for them");
        }
        let order = standing::order(&self.store)?;
        let done = self.store.done()?;
        let choice = Choice {
            outlook: self.outlook.as_ref(),
            journal: self.journal.as_ref(),
            done: &done,
            order,
            is_current: now.current(),
        };
        let Some(plan) = choose(choice, self.site.county, &self.site.county_secret) else {
            self.idle(link).await?;
            return Ok(now
                .local_ms
                .saturating_add(self.policy.timing.tick_secs.saturating_mul(1_000)));
        };
        self.take_up(&plan)?;
        let seen = self.look(&plan, order).await?;
        let journal = self.journal.as_mut().ok_or(RoomError::Journal)?;
        if journal.absorb(&seen, now.local_ms) {
            self.store.save(journal)?;
        }
        let before = journal.clone();
        let actions = self.policy.next(&plan, &seen, journal, now);
        self.hush(&actions);
        for action in &actions {
            self.perform(&plan, &seen, action).await?;
        }
        standing::write(
            &self.store,
            &plan,
            &seen,
            self.journal.as_ref(),
            &self.ringing,
            now,
        )?;
        // What was just done may have made the next thing possible: look again at once.
        Ok(match &self.journal {
            Some(journal) if *journal == before => self.policy.wake_ms(&plan, journal, now),
            Some(_) | None => now.local_ms,
        })
    }

    /// Whether the homeserver has to go: it was booted for sessions that are over, and none has begun since.
    fn is_due(&self) -> Result<bool, RoomError> {
        let Some(after_secs) = self.site.remove_after_secs else {
            return Ok(false);
        };
        let busy = self.journal.as_ref().is_some_and(begun);
        Ok(!busy && is_due(&self.store, after_secs, self.now(Link::Silent).judged_ms())?)
    }

    /// The clocks as they are now.
    pub(super) fn now(&self, chain: Link) -> Now {
        Now {
            local_ms: self.ports.clock.local_ms(),
            block: self.outlook.as_ref().map(|outlook| outlook.newest),
            skew_ms: self.outlook.as_ref().and_then(|outlook| outlook.skew_ms),
            chain,
        }
    }

    /// Writes a fact down; it is on disk when this returns.
    pub(super) fn note(&mut self, fact: Fact) -> Result<(), RoomError> {
        let journal = self.journal.as_mut().ok_or(RoomError::Journal)?;
        journal.note(fact);
        self.store.save(journal)
    }

    /// The journal; a pass has one from `take_up` on.
    pub(super) fn written(&self) -> Result<&Journal, RoomError> {
        self.journal.as_ref().ok_or(RoomError::Journal)
    }

    async fn ask_chain(&mut self) -> Link {
        match tokio::time::timeout(CHAIN_WAIT, self.ports.chain.outlook()).await {
            Ok(Ok(outlook)) => {
                self.outlook = Some(outlook);
                Link::Proven
            }
            Ok(Err(_)) | Err(_) => Link::Silent,
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

    async fn look(&mut self, plan: &Plan, order: Option<SessionId>) -> Result<Seen, RoomError> {
        let known = self.written()?.room.clone();
        let look = self
            .ports
            .room
            .look(plan.session.id, known.as_ref())
            .await?;
        let guests = [plan.guests.len(), plan.wards.len(), plan.probes.len()]
            .into_iter()
            .fold(0, usize::saturating_add);
        Ok(Seen {
            capable: look.enough_for(guests),
            room: look.room,
            strays: look.strays,
            inbox: self.inbox.look(&self.ports.cipher, &plan.session),
            ordered: order == Some(plan.session.id),
        })
    }
}

/// Passes until `stop`, or until the homeserver has to go, with pauses that grow while something fails. A homeserver
/// that is ours is kept alive meanwhile.
///
/// # Errors
/// The bot's token is refused (the caller registers anew), or the homeserver could not be stopped.
pub async fn run<C: Chain, R: Room, P: Cipher, K: Clock>(
    sidecar: &mut Sidecar<C, R, P, K>,
    homeserver: &mut Option<Homeserver>,
    stop: impl Future<Output = ()>,
) -> Result<Ended, RoomError> {
    let (shortest_ms, longest_ms) = BACK_OFF_MS;
    let mut pause_ms = shortest_ms;
    tokio::pin!(stop);
    loop {
        if sidecar.is_due()? {
            return Ok(Ended::Due);
        }
        let tended = async {
            if let Some(homeserver) = homeserver.as_mut()
                && !homeserver.alive()
            {
                homeserver.revive().await?;
            }
            sidecar.pass().await
        };
        let result = tokio::select! {
            () = &mut stop => return Ok(Ended::Stopped),
            result = tended => result,
        };
        let wait_ms = match result {
            Ok(wake_ms) => {
                pause_ms = shortest_ms;
                wake_ms.saturating_sub(sidecar.ports.clock.local_ms())
            }
            Err(RoomError::TokenRefused) => {
                sidecar.ring(Alarm::TokenRefused);
                return Err(RoomError::TokenRefused);
            }
            Err(error) => {
                sidecar.complain(&error);
                pause_ms = pause_ms.saturating_mul(2).min(longest_ms);
                pause_ms
            }
        };
        let until = Instant::now()
            .checked_add(Duration::from_millis(wait_ms))
            .unwrap_or_else(Instant::now);
        tokio::select! {
            () = &mut stop => return Ok(Ended::Stopped),
            () = tokio::time::sleep_until(until) => {}
        }
    }
}
