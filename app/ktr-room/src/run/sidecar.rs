//! The sidecar itself: what it holds, and the loop around its passes.
//! A pass is in `pass.rs`; everything it does outward is in the files beside it.

use std::collections::BTreeSet;
use std::future::Future;
use std::path::PathBuf;
use std::time::Duration;

use ktr_core::id::CountyId;
use tokio::time::Instant;

use super::inbox::Inbox;
use super::removal::is_due;
use crate::action::Alarm;
use crate::adapter::residue;
use crate::error::RoomError;
use crate::journal::{Fact, Journal, Store};
use crate::limits::BACK_OFF_MS;
use crate::plan::Outlook;
use crate::policy::RoomPolicy;
use crate::port::{Chain, Cipher, Clock, Room};
use crate::report::Kind;
use crate::seen::{Link, Now, Seen};
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
    /// The file of figures for Prometheus, if one is wanted.
    pub figures: Option<PathBuf>,
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
    /// Alarms that ring, and those of them that this pass has found a cause for.
    pub(super) ringing: BTreeSet<Alarm>,
    pub(super) raised: BTreeSet<Alarm>,
    /// Sessions whose last scan found something.
    pub(super) unclean: BTreeSet<u32>,
    /// Kinds of reports of which the chain refused the last one.
    pub(super) refused: BTreeSet<Kind>,
    /// Whether this pass has met what only an operator can mend, and from when to when passes did, in milliseconds.
    pub(super) stuck: bool,
    pub(super) stuck_ms: Option<(u64, u64)>,
    /// What the homeserver last showed, and when, in milliseconds.
    pub(super) last: Option<(Seen, u64)>,
    /// Members for whom something did not come off in this pass.
    pub(super) failing: u32,
}

/// How long the chain may take to answer before a pass goes on without it.
const CHAIN_WAIT: Duration = Duration::from_secs(3);

impl<C: Chain, R: Room, P: Cipher, K: Clock> Sidecar<C, R, P, K> {
    /// A sidecar that goes on where its journal stands.
    ///
    /// # Errors
    /// The journal, or the list of what is done, cannot be read.
    pub fn open(
        ports: Ports<C, R, P, K>,
        site: Site,
        policy: RoomPolicy,
        store: Store,
    ) -> Result<Self, RoomError> {
        let journal = store.load()?;
        let inbox = Inbox::new(site.inbox.clone());
        let mut sidecar = Self {
            ports,
            site,
            policy,
            store,
            inbox,
            journal,
            outlook: None,
            ringing: BTreeSet::new(),
            raised: BTreeSet::new(),
            unclean: BTreeSet::new(),
            refused: BTreeSet::new(),
            stuck: false,
            stuck_ms: None,
            last: None,
            failing: 0,
        };
        sidecar.recall_residue()?;
        sidecar.recall_refusal()?;
        Ok(sidecar)
    }

    /// Puts another homeserver connection in the place of one whose token is refused.
    pub fn replace_room(&mut self, room: R) {
        self.ports.room = room;
        self.lower(Alarm::TokenRefused);
    }

    /// Whether the homeserver has to go: it was booted for sessions that are over, and none has begun since.
    fn is_due(&self) -> Result<bool, RoomError> {
        let Some(after_secs) = self.site.remove_after_secs else {
            return Ok(false);
        };
        let busy = self.journal.as_ref().is_some_and(Journal::begun);
        Ok(!busy && is_due(&self.store, after_secs, self.now(Link::Silent).judged_ms())?)
    }

    /// How long until T of the session at hand, by the local clock; for ever if its end has begun.
    fn until_end(&self) -> Duration {
        let living = self
            .journal
            .as_ref()
            .filter(|journal| journal.end.is_none());
        let left_ms = living
            .map(|journal| journal.times.dissolves_ms())
            .and_then(|t_ms| t_ms.checked_sub(self.ports.clock.local_ms()))
            .filter(|left_ms| *left_ms > 0);
        left_ms.map_or(Duration::MAX, Duration::from_millis)
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

    /// Writes a fact down; it is on disk when this returns, or it is no fact.
    ///
    /// A disk that takes nothing keeps no room from its end: the steps of an end may be repeated, so what cannot be written of them is kept in memory.
    pub(super) fn note(&mut self, fact: Fact) -> Result<(), RoomError> {
        let is_of_end = fact.is_repeatable();
        let mut journal = self.journal.clone().ok_or(RoomError::Journal)?;
        journal.note(fact);
        match self.store.save(&journal) {
            Err(error) if is_of_end && error.is_unwritable() => self.complain(&error),
            saved => saved?,
        }
        self.journal = Some(journal);
        Ok(())
    }

    /// The journal; a pass has one from `take_up` on.
    pub(super) fn written(&self) -> Result<&Journal, RoomError> {
        self.journal.as_ref().ok_or(RoomError::Journal)
    }

    pub(super) async fn ask_chain(&mut self) -> Link {
        match tokio::time::timeout(CHAIN_WAIT, self.ports.chain.outlook()).await {
            Ok(Ok(outlook)) => {
                self.outlook = Some(outlook);
                Link::Proven
            }
            Ok(Err(_)) | Err(_) => Link::Silent,
        }
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
        let until_end = sidecar.until_end();
        let tended = async {
            if let Some(homeserver) = homeserver.as_mut() {
                let kept = if homeserver.alive() {
                    sidecar.end_timers(homeserver).await
                } else {
                    homeserver.revive().await
                };
                if let Err(error) = kept {
                    // What does not need it is done all the same.
                    sidecar.complain(&error);
                }
            }
            sidecar.pass().await
        };
        let result = tokio::select! {
            () = &mut stop => return Ok(Ended::Stopped),
            result = tended => result,
            // T has come, and what is under way may hang: it is dropped as by a crash, and the end begins.
            () = tokio::time::sleep(until_end) => {
                sidecar.wipe_begun();
                continue;
            }
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
                // T comes in its second, whatever failed before it.
                let left_ms = u64::try_from(sidecar.until_end().as_millis());
                pause_ms.min(left_ms.unwrap_or(u64::MAX))
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
