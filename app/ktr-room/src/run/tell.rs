//! Alarms and complaints: one log line with a stable code, and the operator's command; each alarm rings once until its cause is gone.
//! No line holds a Matrix ID, a room id, a media id, a token or a delay id.

use super::sidecar::Sidecar;
use crate::action::Alarm;
use crate::error::RoomError;
use crate::journal::ReportState;

impl<C, R, P, K> Sidecar<C, R, P, K> {
    /// Rings an alarm unless it rings already.
    pub(super) fn ring(&mut self, alarm: Alarm) {
        self.raised.insert(alarm);
        if !self.ringing.insert(alarm) {
            return;
        }
        tracing::error!(code = alarm.code(), "alarm");
        if let Err(error) = ktr_os::alarm::call(&self.site.on_alarm, alarm.code()) {
            tracing::warn!(%error, "the alarm's command could not be run");
        }
    }

    /// Alarms for which a pass that saw everything found no cause end. What a scan found is there until a scan finds nothing.
    pub(super) fn hush(&mut self) {
        let ended: Vec<Alarm> = self
            .ringing
            .difference(&self.raised)
            .copied()
            .filter(|alarm| *alarm != Alarm::Residue)
            .collect();
        for alarm in ended {
            self.lower(alarm);
        }
    }

    /// Rings what the journal holds the cause of.
    pub(super) fn raise_of_journal(&mut self) {
        let Some(journal) = &self.journal else {
            return;
        };
        let refused = journal
            .reports
            .values()
            .any(|report| *report == ReportState::Refused);
        let sweep = journal.end.as_ref().and_then(|end| end.sweep);
        let unknown = sweep.is_some_and(|sweep| !sweep.version_known);
        for (holds, alarm) in [
            (refused, Alarm::ReportRefused),
            (unknown, Alarm::UnknownVersion),
        ] {
            if holds {
                self.ring(alarm);
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
    }
}
