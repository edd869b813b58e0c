//! The calls of the destruction (design: room, section 9.1, steps 1 to 8); each may be repeated.
//! Their order, and the grace between them, is the policy's.

use std::time::Duration;

use reqwest::Method;
use serde_json::json;

use super::http::segment;
use super::room::{MatrixRoom, in_room};
use super::wire::{Delayed, DeleteStatus, Deleting, MediaDeleted, MemberList, ReportList};
use crate::error::RoomError;
use crate::limits::PURGE_SECS;
use crate::matrix_id::{DelayId, RoomId};
use crate::port::{Cleared, Room};

/// How often a purge's status is asked for.
const POLL_MS: u64 = 100;

/// Most rounds of deletion; each takes a hundred reports or a thousand media.
const ROUNDS_MAX: u32 = 1_000;

impl MatrixRoom {
    /// Step 1. Media ids that were never used go too.
    pub(super) async fn delete_media(&self, now_ms: u64) -> Result<u32, RoomError> {
        let mut deleted = 0u32;
        let path = format!(
            "/_synapse/admin/v1/users/{}/media?limit=1000",
            segment(&self.bot_user())
        );
        for _ in 0..ROUNDS_MAX {
            let round: MediaDeleted = self
                .call("delete media", Method::DELETE, path.clone(), None)
                .await?
                .ok()?;
            deleted = deleted.saturating_add(round.total);
            if round.total == 0 {
                break;
            }
        }
        let before_ms = now_ms.saturating_add(1_000);
        let path = format!(
            "/_synapse/admin/v1/media/delete?before_ts={before_ms}&size_gt=0&keep_profiles=false"
        );
        let others: MediaDeleted = self
            .call("delete all media", Method::POST, path, Some(json!({})))
            .await?
            .ok()?;
        Ok(deleted.saturating_add(others.total))
    }

    /// Step 2.
    pub(super) async fn delete_alias(&self, alias: &str) -> Result<(), RoomError> {
        let path = format!("/_matrix/client/v3/directory/room/{}", segment(alias));
        self.call("delete alias", Method::DELETE, path, None)
            .await?
            .done(&[404])
    }

    /// Step 3.
    pub(super) async fn delete_reports(&self, room: &RoomId) -> Result<(), RoomError> {
        for _ in 0..ROUNDS_MAX {
            let path = format!(
                "/_synapse/admin/v1/event_reports?room_id={}",
                segment(room.as_str())
            );
            let list: ReportList = self.call("reports", Method::GET, path, None).await?.ok()?;
            if list.event_reports.is_empty() {
                return Ok(());
            }
            for report in list.event_reports {
                let path = format!("/_synapse/admin/v1/event_reports/{}", report.id);
                self.call("delete report", Method::DELETE, path, None)
                    .await?
                    .done(&[404])?;
            }
        }
        Err(RoomError::Overdue("deleting reports"))
    }

    /// Step 4. Probes are kicked like members and not counted. The kick comes before its net is cancelled, so that a crash between leaves the net.
    pub(super) async fn kick_all(&self, room: &RoomId) -> Result<Cleared, RoomError> {
        let mut cleared = Cleared::default();
        let path = format!("{}/members?not_membership=leave", in_room(room));
        let answer = self.call("members", Method::GET, path, None).await?;
        if matches!(answer.status, 403 | 404) {
            return Ok(cleared);
        }
        let members: MemberList = answer.ok()?;
        let delayed = self.delayed().await?;
        for member in &members.chunk {
            let Some(guest) = self.guest(&member.state_key) else {
                continue;
            };
            let counted = u32::from(!guest.is_probe());
            let path = format!("{}/kick", in_room(room));
            let answer = self
                .call(
                    "kick",
                    Method::POST,
                    path,
                    Some(json!({"user_id": member.state_key})),
                )
                .await?;
            answer.done(&[403])?;
            cleared.kicked =
                cleared
                    .kicked
                    .saturating_add(if answer.status == 200 { counted } else { 0 });
            let nets = delayed.iter().filter(|event| {
                event.room_id == room.as_str()
                    && event.state_key.as_ref() == Some(&member.state_key)
            });
            for net in nets {
                self.cancel(&DelayId(net.delay_id.clone())).await?;
                cleared.cancelled = cleared.cancelled.saturating_add(counted);
            }
        }
        Ok(cleared)
    }

    /// Step 6, without the wait for the database's rows (the caller looks there).
    pub(super) async fn cancel_all(&self, room: &RoomId) -> Result<u32, RoomError> {
        let mut nets: Vec<_> = self
            .delayed()
            .await?
            .into_iter()
            .filter(|event| event.room_id == room.as_str())
            .collect();
        nets.sort_by_key(|event| event.state_key.as_deref() == Some(self.bot_user().as_str()));
        for net in &nets {
            self.cancel(&DelayId(net.delay_id.clone())).await?;
        }
        let of_probe = |net: &&Delayed| {
            let user = net.state_key.as_deref().and_then(|user| self.guest(user));
            user.is_some_and(|guest| guest.is_probe())
        };
        let probes = nets.iter().filter(of_probe).count();
        Ok(u32::try_from(nets.len().saturating_sub(probes)).unwrap_or(u32::MAX))
    }

    /// Step 7. Asking twice, or for a room that is gone, ends `complete` as well.
    pub(super) async fn delete_room(&self, room: &RoomId) -> Result<(), RoomError> {
        let path = format!("/_synapse/admin/v2/rooms/{}", segment(room.as_str()));
        let body = json!({"block": true, "purge": true});
        let answer = self.call("purge", Method::DELETE, path, Some(body)).await?;
        if answer.status == 404 {
            return Ok(());
        }
        let deleting: Deleting = answer.ok()?;
        let path = format!(
            "/_synapse/admin/v2/rooms/delete_status/{}",
            segment(&deleting.delete_id)
        );
        let deadline = tokio::time::Instant::now().checked_add(Duration::from_secs(PURGE_SECS));
        loop {
            let answer = self
                .call("purge status", Method::GET, path.clone(), None)
                .await?;
            let status: DeleteStatus = answer.ok()?;
            match status.status.as_str() {
                "complete" => return Ok(()),
                "failed" => return Err(answer.error()),
                _ => {}
            }
            if deadline.is_none_or(|deadline| tokio::time::Instant::now() > deadline) {
                return Err(RoomError::Overdue("the purge"));
            }
            tokio::time::sleep(Duration::from_millis(POLL_MS)).await;
        }
    }

    /// Step 8. `block` keeps joins out during the purge; its row would be residue.
    pub(super) async fn unblock(&self, room: &RoomId) -> Result<bool, RoomError> {
        let id = segment(room.as_str());
        let answer = self
            .call(
                "gone",
                Method::GET,
                format!("/_synapse/admin/v1/rooms/{id}"),
                None,
            )
            .await?;
        if answer.status != 404 {
            return Ok(false);
        }
        let path = format!("/_synapse/admin/v1/rooms/{id}/block");
        self.call("unblock", Method::PUT, path, Some(json!({"block": false})))
            .await?
            .done(&[])?;
        Ok(self
            .delayed()
            .await?
            .iter()
            .all(|event| event.room_id != room.as_str()))
    }
}
