//! The time between two sessions of a homeserver that is booted for each: what is due is removed, and the next session is waited for.
//! Nothing here asks a homeserver: there is none.

use std::path::PathBuf;
use std::time::Duration;

use super::choose::{Choice, choose};
use super::order::order;
use super::removal::{is_due, pending};
use super::sidecar::Site;
use crate::error::RoomError;
use crate::figures;
use crate::journal::{Journal, Store};
use crate::limits::{CURRENT_MS_MAX, EARLY_MS, UNIT_SPARE_SECS};
use crate::plan::{Outlook, Session};
use crate::port::{Chain, Clock};
use crate::seen::{Link, Now};
use crate::standing;
use crate::timing::Timing;

/// What is needed while no homeserver runs.
#[derive(Debug)]
pub struct Interval<C, K> {
    /// The chain.
    pub chain: C,
    /// The clock.
    pub clock: K,
    /// The state folder.
    pub store: Store,
    /// The county's place on this machine.
    pub site: Site,
    /// The homeserver's data folder.
    pub data: PathBuf,
    /// The Matrix server name.
    pub server_name: String,
    /// Its port on 127.0.0.1.
    pub port: u16,
    /// The times.
    pub timing: Timing,
    /// Until when whoever asks may live, in milliseconds; `None` for ever.
    pub lives_until_ms: Option<u64>,
}

/// Why an interval ends.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Call {
    /// A session needs a homeserver.
    Session,
    /// A homeserver was removed, and the chain knows it.
    Removed,
    /// Nothing is to be done, and no session ends while whoever asks may live.
    Nothing,
    /// The same, and the next session opens soon: whoever asks came too early for it, and has to come again.
    TooEarly,
}

impl<C: Chain, K: Clock> Interval<C, K> {
    /// Waits until something is to be done by whoever asks.
    ///
    /// # Errors
    /// The state folder cannot be read or written, or what has to go cannot be removed.
    pub async fn pass(&self) -> Result<Call, RoomError> {
        standing::idle(&self.store)?;
        if !self.busy()? {
            // What rang at the end of the last session rings no more: its homeserver goes, and nobody looks before the next one.
            figures::withdraw(self.site.figures.as_deref());
        }
        let mut outlook: Option<Outlook> = None;
        loop {
            if let Ok(newest) = self.chain.outlook().await {
                outlook = Some(newest);
            }
            let now = Now {
                local_ms: self.clock.local_ms(),
                block: outlook.as_ref().map(|outlook| outlook.newest),
                skew_ms: None,
                chain: Link::Silent,
            };
            let after_secs = self.timing.remove_after_secs;
            if !self.busy()? && is_due(&self.store, after_secs, now.judged_ms())? {
                self.remove().await?;
            }
            let before = pending(&self.store)?.len();
            if let Err(error) = self.report_all().await {
                tracing::warn!(%error, "the removal is not reported yet; it is tried again");
            }
            if pending(&self.store)?.len() < before {
                return Ok(Call::Removed);
            }
            if self.called(outlook.as_ref(), now)? {
                return Ok(Call::Session);
            }
            if let Some(call) = self.in_vain(outlook.as_ref(), now)? {
                return Ok(call);
            }
            tokio::time::sleep(Duration::from_secs(self.timing.tick_secs)).await;
        }
    }

    /// Whether a session has begun: a crash came in it, and its homeserver is not to go with one before.
    fn busy(&self) -> Result<bool, RoomError> {
        Ok(self.store.load()?.as_ref().is_some_and(Journal::begun))
    }

    /// Whether a session needs a homeserver: one that has begun, one that is ordered to be dissolved, one that opens soon, one that is
    /// done and whose door other counties' probes still ask at.
    fn called(&self, outlook: Option<&Outlook>, now: Now) -> Result<bool, RoomError> {
        let is_asked = pending(&self.store)?.iter().any(|served| !served.removed);
        if self.busy()? || is_asked || self.is_ordered(outlook, now)? {
            return Ok(true);
        }
        let now_ms = now.judged_ms();
        Ok(self.next(outlook, now)?.is_some_and(|next| {
            let boots_at = next
                .times
                .opens_at
                .saturating_sub(self.timing.boot_before_secs);
            now_ms >= boots_at.saturating_mul(1_000)
        }))
    }

    /// Whether a session is ordered to be dissolved. An order that cannot be read calls for nothing.
    fn is_ordered(&self, outlook: Option<&Outlook>, now: Now) -> Result<bool, RoomError> {
        let journal = self.store.load()?;
        let of_now = outlook.filter(|_| is_of_now(now));
        match order(&self.store, journal.as_ref(), of_now) {
            Ok(order) => Ok(order.is_some()),
            Err(error) => {
                tracing::warn!(%error, "the order is passed over");
                Ok(false)
            }
        }
    }

    /// `Some` if it is known that nothing comes while whoever asks may live: a state of now names no session that ends by then, and
    /// nothing is left to report. The next one is named in the log: whoever is to start for it has to know.
    fn in_vain(&self, outlook: Option<&Outlook>, now: Now) -> Result<Option<Call>, RoomError> {
        let (Some(until_ms), Some(outlook)) = (self.lives_until_ms, outlook) else {
            return Ok(None);
        };
        if !is_of_now(now) || !pending(&self.store)?.is_empty() {
            return Ok(None);
        }
        let Some(next) = self.next(Some(outlook), now)? else {
            tracing::info!("the chain names no session to come: nothing is to be done");
            return Ok(Some(Call::Nothing));
        };
        let times = next.times;
        let ends_at = times
            .dissolves_at
            .saturating_add(self.timing.remove_after_secs)
            .saturating_add(UNIT_SPARE_SECS);
        if ends_at.saturating_mul(1_000) <= until_ms {
            return Ok(None);
        }
        say_next(&next);
        let soon_ms = now.judged_ms().saturating_add(EARLY_MS);
        let is_soon = times.opens_at.saturating_mul(1_000) <= soon_ms;
        Ok(Some(if is_soon {
            Call::TooEarly
        } else {
            Call::Nothing
        }))
    }

    /// The session that needs this county next.
    fn next(&self, outlook: Option<&Outlook>, now: Now) -> Result<Option<Session>, RoomError> {
        let done = self.store.done()?;
        let choice = Choice {
            outlook,
            journal: None,
            done: &done,
            order: None,
            // A session that moved after its end was reported is reported on again.
            is_current: is_of_now(now),
        };
        let plan = choose(choice, self.site.county, &self.site.county_secret);
        Ok(plan.map(|plan| plan.session))
    }
}

/// Whether the newest proven state is one of now, though the chain be silent by now.
fn is_of_now(now: Now) -> bool {
    now.local_ms.saturating_sub(now.block_ms()) <= CURRENT_MS_MAX
}

/// Names a session that this start does not live to the end of.
fn say_next(next: &Session) {
    tracing::warn!(
        session = next.id.0,
        opens_at = next.times.opens_at,
        dissolves_at = next.times.dissolves_at,
        "the next session ends later than this start may live: it needs another one"
    );
}
