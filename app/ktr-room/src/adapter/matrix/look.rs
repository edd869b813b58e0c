//! One look at the homeserver: the session's room with its members, nets and posts, and every other room.
//! Looking changes nothing.

use std::collections::{BTreeMap, BTreeSet};

use ktr_core::id::{SessionId, Sha256};
use reqwest::Method;
use serde_json::Value;

use super::http::segment;
use super::room::{DELAYED, MatrixRoom, in_room, join_rules};
use super::wire::{
    Capabilities, Delayed, DelayedList, JoinRules, MemberEvent, MemberList, MessageEvent, Messages,
    PostMark, RoomList, RoomListed, RoomNamed, StateList, Versions,
};
use crate::error::RoomError;
use crate::limits::ROOM_PAGES_MAX;
use crate::matrix_id::{Account, DelayId, EventId, RoomId};
use crate::port::{Look, Unmade};
use crate::seen::{Joins, Message, Net, Pending, Presence, Sight};

/// The capability that says how long and how many delayed events may be.
const CAPABILITY: &str = "org.matrix.msc4140.delayed_events";

impl MatrixRoom {
    pub(super) async fn look_around(
        &self,
        session: SessionId,
        known: Option<&RoomId>,
    ) -> Result<Look, RoomError> {
        // Whatever it says of itself, its rooms can be looked at: nets are armed by what it announces, ends are not.
        let (max_delay_ms, max_scheduled) = match self.capability().await {
            Err(RoomError::ServerRefused { .. } | RoomError::ServerGarbled(_)) => (0, 0),
            known => known?,
        };
        let before = self.find(session).await?;
        let listed: BTreeSet<RoomId> = self
            .rooms()
            .await?
            .into_iter()
            .map(|room| RoomId(room.room_id))
            .collect();
        let after = self.find(session).await?;
        let own = after
            .clone()
            .or_else(|| known.cloned())
            .filter(|room| listed.contains(room));
        let unmade = match &own {
            Some(room) if known != Some(room) => self.unmade(room).await?,
            Some(_) | None => None,
        };
        let own = own.filter(|_| unmade.is_none());
        let strays = listed
            .into_iter()
            .filter(|room| ![before.as_ref(), after.as_ref(), known].contains(&Some(room)))
            .collect();
        let stands = own.clone();
        let room = match own {
            Some(id) => self.sight(id).await?,
            None => None,
        };
        Ok(Look {
            room,
            stands,
            strays,
            unmade,
            max_delay_ms,
            max_scheduled,
        })
    }

    /// The room that has the session's alias.
    pub(super) async fn find(&self, session: SessionId) -> Result<Option<RoomId>, RoomError> {
        let path = format!(
            "/_matrix/client/v3/directory/room/{}",
            segment(&self.alias(session))
        );
        let answer = self.call("find", Method::GET, path, None).await?;
        if answer.status == 404 {
            return Ok(None);
        }
        let named: RoomNamed = answer.ok()?;
        Ok(Some(RoomId(named.room_id)))
    }

    /// A room of which the homeserver has the creation and not the rules: they are written after it, and a homeserver that dies between
    /// never writes them. The bot may not be in it yet, so the administration is asked.
    async fn unmade(&self, room: &RoomId) -> Result<Option<Unmade>, RoomError> {
        let path = format!("/_synapse/admin/v1/rooms/{}/state", segment(room.as_str()));
        // One that went between two looks is an error, and the next look shows it gone.
        let list: StateList = self
            .call("room state", Method::GET, path, None)
            .await?
            .ok()?;
        let of = |kind: &str| list.state.iter().find(|event| event.kind == kind);
        if of("m.room.join_rules").is_some() {
            return Ok(None);
        }
        let begun = of("m.room.create").map(|event| event.origin_server_ts);
        Ok(begun.map(|begun_ms| Unmade {
            room: room.clone(),
            begun_ms,
        }))
    }

    /// After `M_ROOM_IN_USE`: the room that has the alias; an alias that hangs on no room is freed.
    pub(super) async fn find_or_free(
        &self,
        session: SessionId,
    ) -> Result<Option<RoomId>, RoomError> {
        let Some(room) = self.find(session).await? else {
            return Ok(None);
        };
        if self
            .rooms()
            .await?
            .iter()
            .any(|listed| listed.room_id == room.as_str())
        {
            // One that was never finished has to go first.
            let unmade = self.unmade(&room).await?;
            return Ok(unmade.is_none().then_some(room));
        }
        self.delete_alias(&self.alias(session)).await?;
        Ok(None)
    }

    /// Every room of the server, page by page: strays must not hide the session's own.
    pub(super) async fn rooms(&self) -> Result<Vec<RoomListed>, RoomError> {
        let mut rooms = Vec::new();
        let mut next = Some(0);
        for _ in 0..ROOM_PAGES_MAX {
            let Some(from) = next else {
                break;
            };
            let path = format!("/_synapse/admin/v1/rooms?limit=100&from={from}");
            let list: RoomList = self.call("rooms", Method::GET, path, None).await?.ok()?;
            rooms.extend(list.rooms);
            next = list.next_batch;
        }
        Ok(rooms)
    }

    /// Every delayed event of the bot.
    pub(super) async fn delayed(&self) -> Result<Vec<Delayed>, RoomError> {
        let list: DelayedList = self
            .call("delayed events", Method::GET, DELAYED.to_owned(), None)
            .await?
            .ok()?;
        Ok(list.delayed_events)
    }

    /// Longest delay in milliseconds and greatest number of delayed events; zeros if the server knows none.
    async fn capability(&self) -> Result<(u64, u64), RoomError> {
        let versions: Versions = self
            .call(
                "versions",
                Method::GET,
                "/_matrix/client/versions".to_owned(),
                None,
            )
            .await?
            .ok()?;
        if versions.unstable_features.get("org.matrix.msc4140") != Some(&true) {
            return Ok((0, 0));
        }
        let path = "/_matrix/client/v3/capabilities".to_owned();
        let found: Capabilities = self
            .call("capabilities", Method::GET, path, None)
            .await?
            .ok()?;
        let number = |field: &str| {
            found
                .capabilities
                .get(CAPABILITY)
                .and_then(|value| value.get(field))
                .and_then(Value::as_u64)
                .unwrap_or(0)
        };
        Ok((number("max_delay_ms"), number("max_scheduled")))
    }

    /// The room from inside; `None` if the bot is not in it (any more), which the caller sees as vanished.
    async fn sight(&self, id: RoomId) -> Result<Option<Sight>, RoomError> {
        let inside = in_room(&id);
        let answer = self
            .call("members", Method::GET, format!("{inside}/members"), None)
            .await?;
        if matches!(answer.status, 403 | 404) {
            return Ok(None);
        }
        let members: MemberList = answer.ok()?;
        let posts = self.timeline(&id).await?;
        let answer = self
            .call("join rules", Method::GET, join_rules(&id), None)
            .await?;
        // A room whose purge was cut short has members and no rules.
        let joins = match answer.status {
            404 => Joins::Closed,
            _ if answer.ok::<JoinRules>()?.join_rule == "private" => Joins::Closed,
            _ => Joins::Open,
        };
        let delayed = self.delayed().await?;
        Ok(Some(Sight {
            members: members
                .chunk
                .iter()
                .filter_map(|event| self.presence(event))
                .collect(),
            leases: leases(&id, &delayed),
            pending: self.pending(&id, delayed),
            posts,
            joins,
            id,
        }))
    }

    /// The posts in the timeline, by number; only the bot may send, and never more than a hundred.
    pub(super) async fn timeline(&self, id: &RoomId) -> Result<BTreeMap<u32, Message>, RoomError> {
        let filter = segment(r#"{"types":["m.room.message"]}"#);
        let path = format!("{}/messages?dir=b&limit=100&filter={filter}", in_room(id));
        let messages: Messages = self.call("messages", Method::GET, path, None).await?.ok()?;
        let posts = messages.chunk.iter();
        Ok(posts.filter_map(|event| self.seen_post(event)).collect())
    }

    /// The localpart of a user of this server; `None` for the bot and for anybody else's.
    pub(super) fn guest(&self, user: &str) -> Option<Account> {
        let local = user
            .strip_prefix('@')?
            .strip_suffix(&self.server)?
            .strip_suffix(':')?;
        (user != self.bot_user()).then(|| Account(local.to_owned()))
    }

    fn presence(&self, event: &MemberEvent) -> Option<(Account, Presence)> {
        let presence = match event.content.membership.as_str() {
            "join" => Presence::Joined,
            "invite" | "knock" => Presence::Invited,
            "leave" if event.sender == event.state_key => Presence::Left,
            _ => Presence::Kicked,
        };
        Some((self.guest(&event.state_key)?, presence))
    }

    fn pending(&self, room: &RoomId, delayed: Vec<Delayed>) -> BTreeMap<Net, Vec<Pending>> {
        let mut pending: BTreeMap<Net, Vec<Pending>> = BTreeMap::new();
        for event in delayed
            .into_iter()
            .filter(|event| event.room_id == room.as_str() && event.kind == "m.room.member")
        {
            let Some(key) = &event.state_key else {
                continue;
            };
            let net = if *key == self.bot_user() {
                Net::OwnLeave
            } else if let Some(account) = self.guest(key) {
                Net::Kick(account)
            } else {
                continue;
            };
            pending.entry(net).or_default().push(waiting(&event));
        }
        pending
    }

    fn seen_post(&self, event: &MessageEvent) -> Option<(u32, Message)> {
        if event.sender != self.bot_user() {
            return None;
        }
        let mark: PostMark =
            serde_json::from_value(event.content.get("ktr.release.v1")?.clone()).ok()?;
        let sha256 = Sha256::from_slice(&hex::decode(mark.sha256).ok()?)?;
        Some((
            mark.n,
            Message {
                event: EventId(event.event_id.clone()),
                sha256,
            },
        ))
    }
}

/// The ends of joins that wait in this room.
fn leases(room: &RoomId, delayed: &[Delayed]) -> Vec<Pending> {
    delayed
        .iter()
        .filter(|event| event.room_id == room.as_str() && event.kind == "m.room.join_rules")
        .map(waiting)
        .collect()
}

fn waiting(event: &Delayed) -> Pending {
    Pending {
        id: DelayId(event.delay_id.clone()),
        due_ms: event.running_since.saturating_add(event.delay),
    }
}
