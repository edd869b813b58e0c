//! Rooms that the homeserver has no more and its database still names: where the journal is lost after the nets have taken a room,
//! nothing else knows that room's id. Only a homeserver that serves nothing else.

use std::collections::BTreeSet;

use super::site::Site;
use crate::error::RoomError;
use crate::matrix_id::RoomId;

/// The table of the rooms that stand.
const STANDING: &str = "rooms";

/// The table of tasks, which names rooms in a column of another name.
const TASKS: &str = "scheduled_tasks";

/// How the tables begin in which a scan of a cluster tries itself.
const SELFTEST: &str = "ktr_selftest_";

impl Site {
    /// Every room that some row names and that does not stand, in whatever version of the homeserver.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn past_rooms(&self) -> Result<BTreeSet<RoomId>, RoomError> {
        let mut named = BTreeSet::<RoomId>::new();
        let mut standing = BTreeSet::<RoomId>::new();
        self.database.read(&mut |line| {
            if line.table.starts_with(SELFTEST) {
                return;
            }
            let room = line.room.and_then(room_id);
            if line.table == STANDING {
                standing.extend(room);
                return;
            }
            named.extend(room);
            if line.table == TASKS {
                named.extend(line.values.iter().filter_map(|octets| room_id(octets)));
            }
        })?;
        Ok(named.difference(&standing).cloned().collect())
    }
}

/// A room's id, if these octets are one. What a member chose for an account of its own may begin like one: a short word would be found everywhere.
fn room_id(octets: &[u8]) -> Option<RoomId> {
    let text = std::str::from_utf8(octets).ok()?;
    let opaque = text.strip_prefix('!')?;
    let is_of_one = |octet: u8| octet.is_ascii_alphanumeric() || b"._~:-".contains(&octet);
    let is_room = opaque.len() >= OPAQUE_MIN && opaque.bytes().all(is_of_one);
    is_room.then(|| RoomId(text.to_owned()))
}

/// As many octets has the drawn part of an id at least, in every version of rooms.
const OPAQUE_MIN: usize = 18;
