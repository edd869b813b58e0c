//! The end of a homeserver that was booted for a session (design: room, section 2.3): killed, its folder removed, and a further report
//! that says so. What is to be removed is written down before the session's journal goes, so a crash forgets none of it.

use ktr_core::id::SessionId;
use serde::{Deserialize, Serialize};

use super::dissolve::off_thread;
use super::interval::Interval;
use super::report::{by_number, compose, count_min};
use super::{stray, timers};
use crate::action::{Alarm, Mark};
use crate::adapter::residue::Canaries;
use crate::error::{ChainError, RoomError};
use crate::file;
use crate::journal::{Dissolving, Fact, Journal, Remnant, Scan, Store, Sweep};
use crate::limits::ALARM_WAIT;
use crate::name;
use crate::plan::{Outlook, Times};
use crate::port::{Chain, Clock, Sent};
use crate::receipt;
use crate::report::{Cause, Report};
use crate::seen::{Link, Now};
use crate::synapse::obliterate;

/// The file of the state folder in which it lies.
const FILE: &str = "removal.json";

/// Files of the state folder that mean nothing to the next homeserver: the bot's and the probes' tokens, and rooms and timers that it never had.
const TOKENS: [&str; 5] = [
    "bot.json",
    "bot.refused.json",
    "probes.json",
    stray::FILE,
    timers::FILE,
];

/// A session that is done and whose homeserver has still to go.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Removal {
    /// The session.
    pub session: u32,
    /// Its times.
    pub times: Times,
    /// Why its room was dissolved.
    pub cause: Cause,
    /// What the last sweep of its room could do.
    pub sweep: Option<Sweep>,
    /// Whether the folder is gone, and only the report still missing.
    pub removed: bool,
    /// The further report, once it is signed: these bytes go out, now and after a crash.
    pub signed: Option<Signed>,
}

/// A further report that is signed.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Signed {
    /// Its number.
    pub attempt: u8,
    /// Its bytes.
    #[serde(with = "hex::serde")]
    pub octets: Vec<u8>,
}

/// Every session whose homeserver has still to go.
///
/// # Errors
/// The file cannot be read.
pub(super) fn pending(store: &Store) -> Result<Vec<Removal>, RoomError> {
    let Some(octets) = file::find(&store.path(FILE))? else {
        return Ok(Vec::new());
    };
    serde_json::from_slice(&octets).map_err(|_opaque| RoomError::Journal)
}

/// Writes down that the homeserver has to go for this session, too; repeated after a crash, it stands once.
pub(super) fn plan_for(store: &Store, journal: &Journal) -> Result<(), RoomError> {
    let Some(end) = &journal.end else {
        return Ok(());
    };
    let mut all = pending(store)?;
    all.retain(|other| other.session != journal.session);
    all.push(Removal {
        session: journal.session,
        times: journal.times,
        cause: end.cause,
        sweep: end.sweep,
        removed: false,
        signed: None,
    });
    write(store, &all)
}

/// Whether the homeserver has to go now: the last of the sessions that it served ended so long ago.
///
/// # Errors
/// The file cannot be read.
pub(super) fn is_due(store: &Store, after_secs: u64, now_ms: u64) -> Result<bool, RoomError> {
    let all = pending(store)?;
    let served = all.iter().filter(|removal| !removal.removed);
    let last = served.map(|removal| removal.times.dissolves_at).max();
    let due_ms = last.map(|t| t.saturating_add(after_secs).saturating_mul(1_000));
    Ok(due_ms.is_some_and(|due_ms| now_ms >= due_ms))
}

fn write(store: &Store, all: &[Removal]) -> Result<(), RoomError> {
    let octets = serde_json::to_vec(all).map_err(|_opaque| RoomError::Journal)?;
    store.put(&store.path(FILE), &octets)
}

impl<C: Chain, K: Clock> Interval<C, K> {
    /// Kills the homeserver and removes its folder. Repeated after a crash, it goes on.
    ///
    /// # Errors
    /// The process does not end, or something in the folder cannot be removed.
    pub(super) async fn remove(&self) -> Result<(), RoomError> {
        obliterate(&self.data, self.port).await?;
        forget_tokens(&self.store)?;
        let mut all = pending(&self.store)?;
        for removal in &mut all {
            removal.removed = true;
            tracing::info!(
                session = removal.session,
                "the homeserver's folder is removed"
            );
        }
        write(&self.store, &all)
    }

    /// Reports for each session whose homeserver's folder is gone.
    ///
    /// # Errors
    /// The chain is silent: what is not reported is reported the next time.
    pub(super) async fn report_all(&self) -> Result<(), RoomError> {
        let all = pending(&self.store)?;
        for removal in all.into_iter().filter(|removal| removal.removed) {
            self.report(removal).await?;
        }
        Ok(())
    }

    async fn report(&self, mut removal: Removal) -> Result<(), RoomError> {
        let session = removal.session;
        let signed = match removal.signed.take() {
            Some(signed) => signed,
            None => self.sign(&removal).await?,
        };
        let Some(sent) = self.send(session, &signed).await? else {
            // The bytes stay, and a newer state tells.
            return Ok(());
        };
        match sent {
            Sent::Accepted | Sent::Already => {
                tracing::info!(session, attempt = signed.attempt, "reported the removal");
                self.remember(session, signed.attempt)?;
            }
            Sent::NotYet => return self.keep(removal),
            Sent::Refused(code) => {
                tracing::error!(
                    session,
                    refusal = code,
                    code = Alarm::ReportRefused.code(),
                    "alarm"
                );
                self.call(Alarm::ReportRefused).await;
            }
        }
        let mut all = pending(&self.store)?;
        all.retain(|other| other.session != session);
        write(&self.store, &all)
    }

    /// Calls the operator, and waits for that: whoever asks may end right after, and its unit takes along whoever is still calling.
    async fn call(&self, alarm: Alarm) {
        let on_alarm = self.site.on_alarm.clone();
        let called = off_thread(move || {
            ktr_os::alarm::call_and_wait(&on_alarm, alarm.code(), ALARM_WAIT)?;
            Ok(())
        });
        if let Err(error) = called.await {
            tracing::warn!(%error, "the alarm's command failed, or could not be run");
        }
    }

    /// Sends a report; what became of it, by how many the chain shows then.
    async fn send(&self, session: u32, signed: &Signed) -> Result<Option<Sent>, RoomError> {
        let sent = self.chain.send(&signed.octets).await?;
        if !matches!(sent, Sent::Refused(_)) {
            return Ok(Some(sent));
        }
        let outlook = self.chain.outlook().await?;
        let known = on_chain(&outlook, session).unwrap_or(0);
        let is_current = self.now(&outlook).current();
        Ok(by_number(sent, signed.attempt, known, is_current))
    }

    /// The clocks, with a state that was proven right now.
    fn now(&self, outlook: &Outlook) -> Now {
        Now {
            local_ms: self.clock.local_ms(),
            block: Some(outlook.newest),
            skew_ms: None,
            chain: Link::Proven,
        }
    }

    /// Scans what is left, writes the receipt, signs, and keeps the bytes before they go out.
    async fn sign(&self, removal: &Removal) -> Result<Signed, RoomError> {
        let outlook = self.chain.outlook().await?;
        let (journal, end) = self.ended(removal, &outlook)?;
        let (dissolution, octets) =
            compose(self.site.county, &journal, &end, count_min(Some(&outlook)))?;
        self.store.set_aside(removal.session, end.attempt)?;
        self.store
            .put(&self.store.receipt(removal.session, end.attempt), &octets)?;
        let report = Report::Dissolved {
            session: SessionId(removal.session),
            attempt: end.attempt,
            dissolution,
        };
        let signed = Signed {
            attempt: end.attempt,
            octets: self.chain.sign(&report)?,
        };
        self.keep(Removal {
            signed: Some(signed.clone()),
            ..removal.clone()
        })?;
        Ok(signed)
    }

    /// The journal of the removal itself, with what a scan found after it.
    fn ended(
        &self,
        removal: &Removal,
        outlook: &Outlook,
    ) -> Result<(Journal, Dissolving), RoomError> {
        let done = self.store.done()?;
        let done = done.iter().find(|done| done.session == removal.session);
        let before = done.ok_or(RoomError::Journal)?.attempt;
        let on_chain = on_chain(outlook, removal.session).unwrap_or(before);
        if on_chain < before && !self.now(outlook).current() {
            // A node that catches up knows less than this county has reported: the receipt of that report would be overwritten.
            return Err(ChainError::Silent.into());
        }
        let opening = receipt::read(&self.store.receipt(removal.session, before))?;
        let mut journal = Journal::begin(SessionId(removal.session), removal.times, opening.salt);
        journal.room = opening.room;
        journal.sought = opening.sought;
        let now_ms = self.clock.local_ms();
        let attempt = on_chain.saturating_add(1);
        journal.note(Fact::Dissolving(
            removal.cause,
            vec![Mark::FolderRemoved],
            now_ms,
            attempt,
        ));
        let canaries = Canaries::of(&journal, &self.server_name);
        let residue = self.site.residue.scan_removed(&canaries)?;
        journal.note(Fact::Scanned(Scan {
            at_ms: self.clock.local_ms(),
            residue: residue.0,
        }));
        if let Some(sweep) = removal.sweep {
            journal.note(Fact::Swept(sweep));
        }
        let end = journal.end.clone().ok_or(RoomError::Journal)?;
        Ok((journal, end))
    }

    fn keep(&self, removal: Removal) -> Result<(), RoomError> {
        let mut all = pending(&self.store)?;
        all.retain(|other| other.session != removal.session);
        all.push(removal);
        write(&self.store, &all)
    }

    /// The receipt of the last report is the one that counts.
    fn remember(&self, session: u32, attempt: u8) -> Result<(), RoomError> {
        let octets = file::read(&self.store.receipt(session, attempt))?;
        self.store.remember(&Remnant {
            session,
            attempt,
            receipt: name::sha256(&octets).to_string(),
            refused: false,
        })
    }
}

/// How many reports of this county the chain shows; `None` if it does not know the session.
fn on_chain(outlook: &Outlook, session: u32) -> Option<u8> {
    let mut sessions = outlook.sessions.iter();
    let known = sessions.find(|known| known.id.0 == session);
    known.map(|known| known.reported.attempts)
}

/// Removes tokens of a homeserver that is no more.
///
/// # Errors
/// A file cannot be removed.
pub fn forget_tokens(store: &Store) -> Result<(), RoomError> {
    for name in TOKENS {
        match std::fs::remove_file(store.path(name)) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error.into()),
            Ok(()) | Err(_) => {}
        }
    }
    Ok(())
}
