//! Timers of a homeserver: it keeps one in memory for the post that it has to empty next, at T. Where the room went before T there is no post any more,
//! and at T its event id would stand in the homeserver's log, when the receipt has long said that nothing is left.

use std::fs;
use std::io;

use super::sidecar::Sidecar;
use crate::error::RoomError;
use crate::file;
use crate::limits::TIMERS_MS;
use crate::port::Clock;
use crate::synapse::Homeserver;

/// The file of the state folder that says until when there are some.
pub(super) const FILE: &str = "timers.json";

impl<C, R, P, K: Clock> Sidecar<C, R, P, K> {
    /// Writes down, after a sweep, that the homeserver has timers until T. A disk that takes nothing keeps no room from its end.
    pub(super) fn note_timers(&mut self) {
        let journal = self.journal.as_ref();
        let local_ms = self.ports.clock.local_ms();
        let until_ms = journal.map(|journal| journal.times.dissolves_ms());
        let Some(until_ms) = until_ms.filter(|until_ms| *until_ms > local_ms) else {
            return;
        };
        let octets = serde_json::to_vec(&until_ms).map_err(|_opaque| RoomError::Journal);
        let kept = octets.and_then(|octets| self.store.put(&self.store.path(FILE), &octets));
        if let Err(error) = kept {
            self.complain(&error);
        }
    }

    /// Ends the timers with the process that has them, if it is ours and T is still to come.
    ///
    /// # Errors
    /// The homeserver does not come up again: the loop revives it.
    pub(super) async fn end_timers(
        &mut self,
        homeserver: &mut Homeserver,
    ) -> Result<(), RoomError> {
        let local_ms = self.ports.clock.local_ms();
        if self.timers()?.is_some_and(|until_ms| local_ms < until_ms) {
            homeserver.end().await;
            // With the process, before it is back: one that comes up slowly is not ended again for it.
            self.forget_timers()?;
            homeserver.revive().await?;
            tracing::info!("the homeserver was started anew: it had timers of a room that is gone");
        }
        Ok(())
    }

    /// Cuts the log of a homeserver whose timers nobody ended.
    pub(super) fn outlive_timers(&mut self, local_ms: u64) {
        let outlived = self.timers().and_then(|until_ms| match until_ms {
            Some(until_ms) if local_ms >= until_ms.saturating_add(TIMERS_MS) => {
                self.site.residue.cut_logs()?;
                self.forget_timers()
            }
            Some(_) | None => Ok(()),
        });
        if let Err(error) = outlived {
            self.complain(&error);
        }
    }

    /// Until when there are some, in milliseconds.
    fn timers(&self) -> Result<Option<u64>, RoomError> {
        let Some(octets) = file::find(&self.store.path(FILE))? else {
            return Ok(None);
        };
        serde_json::from_slice(&octets)
            .map(Some)
            .map_err(|_opaque| RoomError::Journal)
    }

    fn forget_timers(&self) -> Result<(), RoomError> {
        match fs::remove_file(self.store.path(FILE)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error.into()),
            Ok(()) | Err(_) => Ok(()),
        }
    }
}
