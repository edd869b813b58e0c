//! Tokens of probes outlive the room they ask about: they are kept beside the journal and end when their pass does.
//! What is kept opens an account that belongs to no member and is in no room.

use super::sidecar::Sidecar;
use crate::error::RoomError;
use crate::file;
use crate::journal::Pass;
use crate::port::{Chain, Cipher, Clock, Room};
use crate::setback::Setbacks;

/// The file of the state folder in which they lie.
const FILE: &str = "probes.json";

impl<C: Chain, R: Room, P: Cipher, K: Clock> Sidecar<C, R, P, K> {
    /// Keeps the tokens of probes; repeated after a crash, none stands twice.
    pub(super) fn keep_probes(&self, probes: Vec<Pass>) -> Result<(), RoomError> {
        let mut kept = self.kept_probes()?;
        for pass in probes {
            if !kept.contains(&pass) {
                kept.push(pass);
            }
        }
        self.write_probes(&kept)
    }

    /// Logs out those whose pass has ended. A homeserver that is down must not keep a room's own end from coming: the next
    /// pass asks again.
    ///
    /// # Errors
    /// The file cannot be read or written.
    pub(super) async fn end_probes(&self, now_ms: u64) -> Result<(), RoomError> {
        let kept = self.kept_probes()?;
        let (ended, mut lasting): (Vec<_>, Vec<_>) = kept
            .into_iter()
            .partition(|pass| pass.expires.saturating_mul(1_000) <= now_ms);
        if ended.is_empty() {
            return Ok(());
        }
        let mut setbacks = Setbacks::default();
        let mut silent = false;
        for pass in ended {
            let out = if silent {
                None
            } else {
                let out = setbacks.take(self.ports.room.log_out(&pass.token).await);
                silent = out.is_err();
                out.ok().flatten()
            };
            lasting.extend(out.is_none().then_some(pass));
        }
        if silent || setbacks.count() > 0 {
            tracing::warn!("probes are not logged out; it is tried again");
        }
        self.write_probes(&lasting)
    }

    fn kept_probes(&self) -> Result<Vec<Pass>, RoomError> {
        let Some(octets) = file::find(&self.store.path(FILE))? else {
            return Ok(Vec::new());
        };
        serde_json::from_slice(&octets).map_err(|_secret_inside| RoomError::Journal)
    }

    fn write_probes(&self, passes: &[Pass]) -> Result<(), RoomError> {
        let octets = serde_json::to_vec(passes).map_err(|_secret_inside| RoomError::Journal)?;
        self.store.put(&self.store.path(FILE), &octets)
    }
}
