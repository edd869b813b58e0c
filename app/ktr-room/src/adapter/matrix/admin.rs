//! What the administration API is asked for besides the destruction: the version, and rooms that are not ours.
//! A room without a place in the plan is destroyed as thoroughly as one with.

use std::collections::BTreeSet;

use reqwest::Method;

use super::http::segment;
use super::room::MatrixRoom;
use super::wire::{MediaList, ServerVersion};
use crate::error::RoomError;
use crate::matrix_id::{MediaUri, RoomId};
use crate::port::Cleared;
use crate::setback::Setbacks;

impl MatrixRoom {
    /// The version as three numbers; zeros if it has another shape.
    pub(super) async fn server_version(&self) -> Result<[u16; 3], RoomError> {
        let path = "/_synapse/admin/v1/server_version".to_owned();
        let found: ServerVersion = self
            .call("server version", Method::GET, path, None)
            .await?
            .ok()?;
        Ok(numbers(&found.server_version))
    }

    /// Steps 1 to 8 for a room that is not the session's; media of the session itself stay. What resists keeps it from no purge, but
    /// it is then not called gone.
    pub(super) async fn delete_stray(
        &self,
        room: &RoomId,
        keep: &BTreeSet<MediaUri>,
    ) -> Result<(), RoomError> {
        let mut setbacks = Setbacks::default();
        setbacks.take(self.delete_foreign_media(keep).await)?;
        let listed = setbacks.take(self.rooms().await)?.unwrap_or_default();
        let alias = listed
            .into_iter()
            .find(|listed| listed.room_id == room.as_str())
            .and_then(|r| r.canonical_alias);
        if let Some(alias) = alias {
            setbacks.take(self.delete_alias(&alias).await)?;
        }
        setbacks.take(self.delete_reports(room).await)?;
        let (nobody, mut uncounted) = (BTreeSet::new(), Cleared::default());
        setbacks.take(self.kick_all(room, &nobody, &mut uncounted).await)?;
        setbacks.take(self.cancel_all(room, &mut uncounted.cancelled).await)?;
        self.delete_room(room).await?;
        setbacks.end()?;
        if self.unblock(room).await? {
            Ok(())
        } else {
            Err(RoomError::Overdue("a stray room"))
        }
    }

    /// Deletes the bot's media that `keep` does not name.
    async fn delete_foreign_media(&self, keep: &BTreeSet<MediaUri>) -> Result<(), RoomError> {
        let path = format!(
            "/_synapse/admin/v1/users/{}/media?limit=1000",
            segment(&self.bot_user())
        );
        let list: MediaList = self
            .call("media list", Method::GET, path, None)
            .await?
            .ok()?;
        for media in list.media {
            let uri = MediaUri(format!("mxc://{}/{}", self.server, media.media_id));
            if !keep.contains(&uri) {
                let path = format!(
                    "/_synapse/admin/v1/media/{}/{}",
                    segment(&self.server),
                    segment(&media.media_id)
                );
                self.call("delete medium", Method::DELETE, path, None)
                    .await?
                    .done(&[404])?;
            }
        }
        Ok(())
    }
}

/// Exactly `a.b.c` as three numbers; zeros for anything else, so that `1.163.2rc1` is not taken for `1.163.2`.
fn numbers(version: &str) -> [u16; 3] {
    let parts: Option<Vec<u16>> = version.split('.').map(|part| part.parse().ok()).collect();
    parts
        .and_then(|parts| <[u16; 3]>::try_from(parts).ok())
        .unwrap_or([0; 3])
}
