//! The calls of the destruction (design: room, section 9.1, steps 1 to 8); each may be repeated.
//! Their order, and the grace between them, is the policy's.

use std::collections::BTreeSet;
use std::time::Duration;

use reqwest::Method;
use serde_json::json;

use super::http::segment;
use super::room::{MatrixRoom, in_room};
use super::wire::{
    Delayed, DeleteStatus, Deleting, MediaDeleted, MemberEvent, MemberList, ReportList,
};
use crate::error::RoomError;
use crate::limits::PURGE_SECS;
use crate::matrix_id::{Account, DelayId, RoomId};
use crate::port::{Cleared, Room};
use crate::setback::Setbacks;

/// How often a purge's status is asked for.
const POLL_MS: u64 = 100;

/// Most rounds of deletion; each takes a hundred reports or a thousand media.
const ROUNDS_MAX: u32 = 1_000;

impl MatrixRoom {
    /// Step 1. Media ids that were never used go too; the bot's resist alone.
    pub(super) async fn delete_media(
        &self,
        now_ms: u64,
        deleted: &mut u32,
    ) -> Result<(), RoomError> {
        let mut setbacks = Setbacks::default();
        setbacks.take(self.delete_own_media(deleted).await)?;
        let before_ms = now_ms.saturating_add(1_000);
        let path = format!(
            "/_synapse/admin/v1/media/delete?before_ts={before_ms}&size_gt=0&keep_profiles=false"
        );
        let others: MediaDeleted = self
            .call("delete all media", Method::POST, path, Some(json!({})))
            .await?
            .ok()?;
        *deleted = deleted.saturating_add(others.total);
        setbacks.end()
    }

    async fn delete_own_media(&self, deleted: &mut u32) -> Result<(), RoomError> {
        let path = format!(
            "/_synapse/admin/v1/users/{}/media?limit=1000",
            segment(&self.bot_user())
        );
        for _ in 0..ROUNDS_MAX {
            let round: MediaDeleted = self
                .call("delete media", Method::DELETE, path.clone(), None)
                .await?
                .ok()?;
            *deleted = deleted.saturating_add(round.total);
            if round.total == 0 {
                break;
            }
        }
        Ok(())
    }

    /// Step 2.
    pub(super) async fn delete_alias(&self, alias: &str) -> Result<(), RoomError> {
        let path = format!("/_matrix/client/v3/directory/room/{}", segment(alias));
        self.call("delete alias", Method::DELETE, path, None)
            .await?
            .done(&[404])
    }

    /// Step 3. A report that resists keeps no other.
    pub(super) async fn delete_reports(&self, room: &RoomId) -> Result<(), RoomError> {
        let mut setbacks = Setbacks::default();
        for _ in 0..ROUNDS_MAX {
            let path = format!(
                "/_synapse/admin/v1/event_reports?room_id={}",
                segment(room.as_str())
            );
            let list: ReportList = self.call("reports", Method::GET, path, None).await?.ok()?;
            if list.event_reports.is_empty() {
                return Ok(());
            }
            if setbacks.count() > 0 {
                return setbacks.end();
            }
            for report in list.event_reports {
                let path = format!("/_synapse/admin/v1/event_reports/{}", report.id);
                let answer = self.call("delete report", Method::DELETE, path, None).await;
                setbacks.take(answer.and_then(|answer| answer.done(&[404])))?;
            }
        }
        Err(RoomError::Overdue("deleting reports"))
    }

    /// Whom step 4 kicks: everybody in the room or invited, but the bot. `None` if there is no such room any more.
    pub(super) async fn present(
        &self,
        room: &RoomId,
    ) -> Result<Option<BTreeSet<Account>>, RoomError> {
        let members = self.memberships(room, "?not_membership=leave").await?;
        Ok(members.map(|members| {
            let guests = members.iter().filter_map(|one| self.guest(&one.state_key));
            guests.collect()
        }))
    }

    /// Step 4. Probes are kicked like members and not counted. The kick comes before its net is cancelled, so that a crash between leaves
    /// the net; one who cannot be kicked keeps nobody else in. Of `company` those are counted who are out in the end and did not leave by
    /// themselves, so that a step that is begun again counts nobody twice and forgets nobody; in a room that is gone nobody is left.
    pub(super) async fn kick_all(
        &self,
        room: &RoomId,
        company: &BTreeSet<Account>,
        cleared: &mut Cleared,
    ) -> Result<(), RoomError> {
        let mut setbacks = Setbacks::default();
        let Some(present) = self.present(room).await? else {
            cleared.kicked = members(company);
            return Ok(());
        };
        let delayed = setbacks.take(self.delayed().await)?.unwrap_or_default();
        for guest in &present {
            let counted = u32::from(!guest.is_probe());
            let kicked = self.kick(room, guest).await;
            if setbacks.take(kicked)?.is_none() {
                continue;
            }
            let user = self.user(guest);
            let nets = delayed.iter().filter(|event| {
                event.room_id == room.as_str() && event.state_key.as_ref() == Some(&user)
            });
            for net in nets {
                let cancelled = self.cancel(&DelayId(net.delay_id.clone())).await;
                if setbacks.take(cancelled)?.is_some() {
                    cleared.cancelled = cleared.cancelled.saturating_add(counted);
                }
            }
        }
        cleared.kicked = match self.memberships(room, "").await? {
            None => members(company),
            Some(all) => {
                let out = all.iter().filter(|one| one.content.membership == "leave");
                let moved = out.filter(|one| one.sender != one.state_key);
                let moved = moved.filter_map(|one| self.guest(&one.state_key));
                let counted: BTreeSet<Account> =
                    moved.filter(|guest| company.contains(guest)).collect();
                members(&counted)
            }
        };
        setbacks.end()
    }

    /// One kick; who is out already is out.
    pub(super) async fn kick(&self, room: &RoomId, guest: &Account) -> Result<(), RoomError> {
        let path = format!("{}/kick", in_room(room));
        let body = json!({"user_id": self.user(guest)});
        self.call("kick", Method::POST, path, Some(body))
            .await?
            .done(&[403])
    }

    /// Memberships of a room, as the query asks; `None` of a room that is gone.
    async fn memberships(
        &self,
        room: &RoomId,
        query: &str,
    ) -> Result<Option<Vec<MemberEvent>>, RoomError> {
        let path = format!("{}/members{query}", in_room(room));
        let answer = self.call("members", Method::GET, path, None).await?;
        if matches!(answer.status, 403 | 404) {
            return Ok(None);
        }
        Ok(Some(answer.ok::<MemberList>()?.chunk))
    }

    /// Step 6, without the wait for the database's rows (the caller looks there).
    pub(super) async fn cancel_all(
        &self,
        room: &RoomId,
        cancelled: &mut u32,
    ) -> Result<(), RoomError> {
        let mut nets: Vec<_> = self
            .delayed()
            .await?
            .into_iter()
            .filter(|event| event.room_id == room.as_str())
            .collect();
        nets.sort_by_key(|event| event.state_key.as_deref() == Some(self.bot_user().as_str()));
        let of_probe = |net: &Delayed| {
            let user = net.state_key.as_deref().and_then(|user| self.guest(user));
            user.is_some_and(|guest| guest.is_probe())
        };
        let mut setbacks = Setbacks::default();
        for net in &nets {
            let answer = self.cancel(&DelayId(net.delay_id.clone())).await;
            if setbacks.take(answer)?.is_some() {
                *cancelled = cancelled.saturating_add(u32::from(!of_probe(net)));
            }
        }
        setbacks.end()
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

/// How many of them are members: probes are in no count.
fn members(company: &BTreeSet<Account>) -> u32 {
    let members = company.iter().filter(|guest| !guest.is_probe());
    u32::try_from(members.count()).unwrap_or(u32::MAX)
}
