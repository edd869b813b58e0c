//! Alarms and complaints: one log line with a stable code, and the operator's command; each alarm rings once until it ends.
//! No line holds a Matrix ID, a room id, a media id, a token or a delay id.

use std::collections::BTreeSet;
use std::process::Stdio;

use tokio::process::Command;

use super::sidecar::Sidecar;
use crate::action::{Action, Alarm};
use crate::error::RoomError;

/// The alarms that the policy raises anew at each pass while their cause holds.
const OF_POLICY: [Alarm; 5] = [
    Alarm::Skew,
    Alarm::Incapable,
    Alarm::BadRelease,
    Alarm::RoomVanished,
    Alarm::Residue,
];

impl<C, R, P, K> Sidecar<C, R, P, K> {
    /// Rings an alarm unless it rings already.
    pub(super) fn ring(&mut self, alarm: Alarm) {
        if !self.ringing.insert(alarm) {
            return;
        }
        tracing::error!(code = alarm.code(), "alarm");
        if let Some((program, arguments)) = self.site.on_alarm.split_first() {
            let mut command = Command::new(program);
            command
                .args(arguments)
                .arg(alarm.code())
                .stdin(Stdio::null())
                .stdout(Stdio::null())
                .stderr(Stdio::null());
            // Whoever has ended is taken leave of by the runtime; it is not waited for.
            if let Err(error) = command.spawn() {
                tracing::warn!(%error, "the alarm's command could not be run");
            }
        }
    }

    /// Alarms that the policy no longer raises end.
    pub(super) fn hush(&mut self, actions: &[Action]) {
        let raised: BTreeSet<Alarm> = actions
            .iter()
            .filter_map(|action| {
                if let Action::Alarm(alarm) = action {
                    Some(*alarm)
                } else {
                    None
                }
            })
            .collect();
        self.ringing
            .retain(|alarm| !OF_POLICY.contains(alarm) || raised.contains(alarm));
    }

    /// Says why a pass failed.
    pub(super) fn complain(&mut self, error: &RoomError) {
        if matches!(error, RoomError::Limited(_)) {
            self.ring(Alarm::Limited);
        }
        tracing::warn!(%error, "the pass failed; it is tried again");
    }
}
