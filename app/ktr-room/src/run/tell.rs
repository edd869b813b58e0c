//! Alarms and complaints: one log line with a stable code, and the operator's command; each alarm rings once until its cause is gone.
//! No line holds a Matrix ID, a room id, a media id, a token or a delay id.

use super::sidecar::Sidecar;
use crate::action::Alarm;
use crate::error::RoomError;
use crate::journal::ReportState;
use crate::limits::{STUCK_GAP_SECS, STUCK_SECS};
use crate::receipt;
use crate::report::Kind;

/// Alarms that a session leaves behind: another session's report, sweep or scan says whether their cause is still there.
const LASTING: [Alarm; 3] = [Alarm::Residue, Alarm::ReportRefused, Alarm::UnknownVersion];

impl<C, R, P, K> Sidecar<C, R, P, K> {
    /// Rings an alarm unless it rings already.
    pub(super) fn ring(&mut self, alarm: Alarm) {
        self.raised.insert(alarm);
        if !self.ringing.insert(alarm) {
            return;
        }
        let count = self.counted(alarm);
        tracing::error!(code = alarm.code(), count, "alarm");
        if let Err(error) = ktr_os::alarm::call(&self.site.on_alarm, alarm.code()) {
            tracing::warn!(%error, "the alarm's command could not be run");
        }
    }

    /// How many accounts an alarm is about, if it is about some of many.
    fn counted(&self, alarm: Alarm) -> Option<u32> {
        let journal = self.journal.as_ref()?;
        if alarm == Alarm::Unarmed {
            return Some(journal.unarmed());
        }
        let keys = u32::try_from(journal.unusable.len()).unwrap_or(u32::MAX);
        (alarm == Alarm::BadKey).then_some(keys)
    }

    /// Alarms for which a pass that saw everything found no cause end. What a scan, a sweep or the chain said of a session outlives it.
    pub(super) fn hush(&mut self) {
        let ended: Vec<Alarm> = self
            .ringing
            .difference(&self.raised)
            .copied()
            .filter(|alarm| !LASTING.contains(alarm))
            .collect();
        for alarm in ended {
            self.lower(alarm);
        }
    }

    /// What the scan of a session found: the alarm ends when nothing is left of any session, for each scan looks for its own.
    pub(super) fn scanned(&mut self, session: u32, clean: bool) {
        if clean {
            self.unclean.remove(&session);
        } else {
            self.unclean.insert(session);
        }
        if self.unclean.is_empty() {
            self.lower(Alarm::Residue);
        }
    }

    /// What the last scan of each session that is done had found, by its receipt: it rings on after a restart.
    pub(super) fn recall_residue(&mut self) -> Result<(), RoomError> {
        for remnant in self.store.done()? {
            let (session, attempt) = (remnant.session, remnant.attempt);
            match receipt::read(&self.store.receipt(session, attempt)) {
                Ok(opening) => self.scanned(session, opening.dissolution.clean()),
                Err(error) => {
                    tracing::warn!(session, attempt, %error, "what its scan found is not known");
                }
            }
        }
        if !self.unclean.is_empty() {
            self.ring(Alarm::Residue);
        }
        Ok(())
    }

    /// Whether the chain refused the last session's report of its end: it rings on after a restart, until an order or the next session has
    /// sent one that is taken.
    pub(super) fn recall_refusal(&mut self) -> Result<(), RoomError> {
        let done = self.store.done()?;
        if done.last().is_some_and(|remnant| remnant.refused) {
            self.refused.insert(Kind::Dissolved);
            self.ring(Alarm::ReportRefused);
        }
        Ok(())
    }

    /// Rings if passes have met what only an operator can mend for longer than a minute. One that was cut short says nothing of what it
    /// did not come to, and what it says nothing of for long is forgotten.
    pub(super) fn ring_stuck(&mut self, now_ms: u64, is_whole: bool) {
        if !self.stuck {
            if is_whole {
                self.stuck_ms = None;
            }
            return;
        }
        let gap_ms = STUCK_GAP_SECS.saturating_mul(1_000);
        let before = self.stuck_ms;
        let before = before.filter(|(_, last_ms)| now_ms.saturating_sub(*last_ms) <= gap_ms);
        let since_ms = before.map_or(now_ms, |(since_ms, _)| since_ms);
        self.stuck_ms = Some((since_ms, now_ms));
        if now_ms.saturating_sub(since_ms) > STUCK_SECS.saturating_mul(1_000) {
            self.ring(Alarm::Stuck);
        }
    }

    /// Rings what the journal holds the cause of, and ends what it holds the contrary of.
    pub(super) fn raise_of_journal(&mut self) {
        let Some(journal) = &self.journal else {
            return;
        };
        for (kind, state) in &journal.reports {
            match state {
                ReportState::Refused => self.refused.insert(*kind),
                ReportState::Settled => self.refused.remove(kind),
                ReportState::Signed(_) => false,
            };
        }
        let is_refused = !self.refused.is_empty();
        let end = journal.end.as_ref();
        let known = end
            .and_then(|end| end.sweep)
            .map(|sweep| sweep.version_known);
        if let Some(scan) = end.and_then(|end| end.scans.last()) {
            let (session, clean) = (journal.session, scan.clean());
            self.scanned(session, clean);
        }
        for (alarm, holds, has_ended) in [
            (Alarm::ReportRefused, is_refused, !is_refused),
            (
                Alarm::UnknownVersion,
                known == Some(false),
                known == Some(true),
            ),
        ] {
            if holds {
                self.ring(alarm);
            } else if has_ended {
                self.lower(alarm);
            }
        }
    }

    /// Ends one alarm.
    pub(super) fn lower(&mut self, alarm: Alarm) {
        if self.ringing.remove(&alarm) {
            tracing::info!(code = alarm.code(), "alarm ended");
        }
    }

    /// Says why something failed.
    pub(super) fn complain(&mut self, error: &RoomError) {
        self.raise_of(error);
        tracing::warn!(%error, "the pass failed; it is tried again");
    }

    /// Rings what an error is to be rung for.
    pub(super) fn raise_of(&mut self, error: &RoomError) {
        if matches!(error, RoomError::Limited(_)) {
            self.ring(Alarm::Limited);
        }
        if matches!(error, RoomError::NotEmptied(_)) {
            self.ring(Alarm::NotEmptied);
        }
        if error.is_unwritable() {
            self.ring(Alarm::DiskFull);
        }
        self.stuck |= error.is_lasting();
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    use ktr_core::id::{CountyId, SessionId};

    use crate::action::Alarm;
    use crate::adapter::residue;
    use crate::error::{CipherError, RoomError};
    use crate::journal::{Fact, Journal, Store, Sweep};
    use crate::plan::Times;
    use crate::policy::RoomPolicy;
    use crate::report::{Cause, Kind};
    use crate::run::inbox::Inbox;
    use crate::run::{Ports, Sidecar, Site};
    use crate::timing::Timing;

    type Alone = Sidecar<(), (), (), ()>;

    fn alone(folder: &Path) -> Alone {
        let ports = Ports {
            chain: (),
            room: (),
            cipher: (),
            clock: (),
        };
        let passes = folder.join("passes");
        let site = Site {
            county: CountyId(1),
            county_secret: [0; 32],
            inbox: folder.join("inbox"),
            residue: residue::Site::of(folder, folder.join("spool"), passes.clone()),
            passes,
            on_alarm: Vec::new(),
            figures: None,
            remove_after_secs: None,
        };
        Sidecar {
            ports,
            inbox: Inbox::new(site.inbox.clone()),
            site,
            policy: RoomPolicy {
                timing: Timing::default(),
            },
            store: Store::open(&folder.join("state")).expect("store"),
            journal: None,
            outlook: None,
            ringing: BTreeSet::new(),
            raised: BTreeSet::new(),
            unclean: BTreeSet::new(),
            refused: BTreeSet::new(),
            stuck: false,
            stuck_ms: None,
            last: None,
            failing: 0,
        }
    }

    /// A pass that sees everything, with such a journal at hand.
    fn passes(sidecar: &mut Alone, journal: Option<Journal>) {
        sidecar.raised.clear();
        sidecar.journal = journal;
        sidecar.raise_of_journal();
        sidecar.hush();
    }

    fn journal(session: u32, version_known: bool, report: Fact) -> Journal {
        let times = Times {
            seeds_at: 1,
            opens_at: 2,
            dissolves_at: 3,
        };
        let mut journal = Journal::begin(SessionId(session), times, [1; 32]);
        journal.note(report);
        journal.note(Fact::Dissolving(Cause::Time, Vec::new(), 3_000, 1));
        journal.note(Fact::Swept(Sweep {
            at_ms: 3_100,
            swept: version_known,
            wal_truncated: version_known,
            secure_delete: true,
            version_known,
            server_version: [1, 163, 2],
        }));
        journal
    }

    #[test]
    fn what_a_session_leaves_behind_rings_until_the_next_ones_report_and_sweep_say_otherwise() {
        let folder = tempfile::tempdir().expect("folder");
        let mut sidecar = alone(folder.path());
        let both = BTreeSet::from([Alarm::ReportRefused, Alarm::UnknownVersion]);
        let bad = journal(4, false, Fact::Refused(Kind::Seeded));
        passes(&mut sidecar, Some(bad));
        assert_eq!(sidecar.ringing, both);
        // Between two sessions nobody has reported or swept anything.
        passes(&mut sidecar, None);
        assert_eq!(sidecar.ringing, both);
        // One of another kind says nothing of it.
        let other = journal(5, true, Fact::Settled(Kind::Joined));
        passes(&mut sidecar, Some(other));
        assert_eq!(sidecar.ringing, BTreeSet::from([Alarm::ReportRefused]));
        let good = journal(5, true, Fact::Settled(Kind::Seeded));
        passes(&mut sidecar, Some(good));
        assert_eq!(sidecar.ringing, BTreeSet::new());
    }

    #[test]
    fn what_only_an_operator_can_mend_rings_after_a_minute_and_until_a_whole_pass_is_without_it() {
        let folder = tempfile::tempdir().expect("folder");
        let mut sidecar = alone(folder.path());
        for (at_ms, is_met, is_whole, rings) in [
            (0, true, true, false),
            (60_000, true, true, false),
            (60_001, true, true, true),
            (70_000, false, true, false),
            (80_000, true, true, false),
            // The disk was full: nothing was tried.
            (100_000, false, false, false),
            (140_001, true, true, true),
            (150_000, false, true, false),
            (160_000, true, true, false),
            // That was another event.
            (760_001, true, true, false),
            (820_002, true, true, true),
        ] {
            sidecar.raised.clear();
            sidecar.stuck = false;
            if is_met {
                sidecar.raise_of(&RoomError::ScanVoid("db"));
            }
            sidecar.ring_stuck(at_ms, is_whole);
            if is_whole {
                sidecar.hush();
            }
            let is_ringing = sidecar.ringing.contains(&Alarm::Stuck);
            assert_eq!(is_ringing, rings, "at {at_ms} ms");
        }
    }

    #[test]
    fn a_homeserver_that_refuses_and_a_post_that_cannot_be_made_count_as_what_sticks() {
        let refused = RoomError::ServerRefused {
            call: "rooms",
            status: 500,
            code: String::new(),
        };
        for (error, sticks) in [
            (refused, true),
            (RoomError::ServerSilent, true),
            (RoomError::ServerGarbled("rooms"), true),
            (RoomError::Overdue("the purge"), true),
            (RoomError::TooLarge(0), true),
            (RoomError::Cipher(CipherError::Key), true),
            (RoomError::LeaseGone, false),
        ] {
            assert_eq!(error.is_lasting(), sticks, "{error}");
        }
    }

    #[test]
    fn residue_of_one_session_is_not_gone_because_another_left_none() {
        let folder = tempfile::tempdir().expect("folder");
        let mut sidecar = alone(folder.path());
        sidecar.scanned(4, false);
        sidecar.ring(Alarm::Residue);
        sidecar.scanned(5, true);
        assert!(sidecar.ringing.contains(&Alarm::Residue));
        sidecar.scanned(4, true);
        assert!(!sidecar.ringing.contains(&Alarm::Residue));
    }
}
