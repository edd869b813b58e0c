//! Strays between two sessions: each is destroyed by itself, and remembered until its rows are swept.
//! Those that are found while a session is at hand are its journal's.

use std::collections::BTreeSet;

use ktr_core::id::SessionId;

use super::dissolve::off_thread;
use super::sidecar::Sidecar;
use crate::action::Alarm;
use crate::adapter::residue::Canaries;
use crate::error::RoomError;
use crate::file;
use crate::matrix_id::RoomId;
use crate::port::{Chain, Cipher, Clock, Room};

/// The file of the state folder with the ids of rooms whose rows are not swept yet: once a room is purged, the homeserver names it no more.
pub(super) const FILE: &str = "unswept.json";

impl<C: Chain, R: Room, P: Cipher, K: Clock> Sidecar<C, R, P, K> {
    /// Destroys every room, for no session has one, and sweeps after those that are gone. One that resists keeps no other.
    ///
    /// # Errors
    /// The homeserver does not show its rooms, or something has not come off: the next pass goes on.
    pub(super) async fn clear_strays(&mut self) -> Result<(), RoomError> {
        let strays = self.ports.room.look(SessionId(0), None).await?.strays;
        let known = self.unswept();
        let all: BTreeSet<RoomId> = known.union(&strays).cloned().collect();
        if all != known {
            self.keep_unswept(&all);
        }
        let mut stand = BTreeSet::new();
        let mut first = Ok(());
        for room in strays {
            let destroyed = self.ports.room.destroy_stray(&room, &BTreeSet::new()).await;
            match destroyed {
                Ok(()) => tracing::warn!("a stray room was destroyed"),
                Err(error) if error.ends_the_pass() => return Err(error),
                Err(error) => {
                    self.ring(Alarm::Stray);
                    stand.insert(room);
                    first = first.and(Err(error));
                }
            }
        }
        let gone: Vec<RoomId> = all.difference(&stand).cloned().collect();
        if !gone.is_empty() {
            if let Err(error) = self.sweep_after(gone).await {
                self.ring(Alarm::Stray);
                return Err(error);
            }
            self.keep_unswept(&stand);
        }
        first
    }

    /// The private tables are swept at once, for no receipt follows.
    async fn sweep_after(&self, rooms: Vec<RoomId>) -> Result<(), RoomError> {
        let version = self.ports.room.version().await?;
        let canaries = Canaries {
            rooms,
            ..Canaries::default()
        };
        let (site, now_ms) = (self.site.residue.clone(), self.ports.clock.local_ms());
        off_thread(move || site.sweep(&canaries, version, now_ms)).await?;
        Ok(())
    }

    /// Rooms that are gone, or were to go, and whose rows are not swept. A file that is not a list of them is none.
    pub(super) fn unswept(&mut self) -> BTreeSet<RoomId> {
        let read = file::find(&self.store.path(FILE)).map_err(RoomError::from);
        let parsed = read.and_then(|octets| match octets {
            Some(octets) => {
                serde_json::from_slice(&octets).map_err(|_ids_inside| RoomError::Journal)
            }
            None => Ok(BTreeSet::new()),
        });
        parsed.unwrap_or_else(|error| {
            self.complain(&error);
            BTreeSet::new()
        })
    }

    /// Keeps them; a disk that takes nothing keeps no stray from going.
    pub(super) fn keep_unswept(&mut self, rooms: &BTreeSet<RoomId>) {
        let octets = serde_json::to_vec(rooms).map_err(|_ids_inside| RoomError::Journal);
        let kept = octets.and_then(|octets| self.store.put(&self.store.path(FILE), &octets));
        if let Err(error) = kept {
            self.complain(&error);
        }
    }
}
