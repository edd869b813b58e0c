//! The homeserver behind the port [`Room`]: the calls of a living room (design: room, sections 4 and 5).
//! Looking is in `look.rs`, the end in `destroy.rs`, accounts and strays in `admin.rs`.

use std::collections::BTreeSet;

use ktr_core::id::SessionId;
use reqwest::Method;
use serde_json::{Value, json};

use super::account::Bot;
use super::http::{Answer, Body, Call, Http, segment};
use super::wire::{Armed, MediaCreated, RoomNamed, Sent};
use crate::error::RoomError;
use crate::limits::CREATE_SECS;
use crate::matrix_id::{Account, DelayId, EventId, MediaUri, RoomId, Token};
use crate::name;
use crate::port::{Cleared, Look, Room};
use crate::seen::Net;

/// A county's homeserver.
#[derive(Clone, Debug)]
pub struct MatrixRoom {
    pub(super) http: Http,
    pub(super) server: String,
    pub(super) bot: Bot,
}

/// Where delayed events are managed (MSC4140; the path will move, element-hq/synapse#20254).
pub(super) const DELAYED: &str = "/_matrix/client/unstable/org.matrix.msc4140/delayed_events";

impl MatrixRoom {
    /// A homeserver with the bot's account.
    #[must_use]
    pub fn new(http: Http, server: String, bot: Bot) -> Self {
        Self { http, server, bot }
    }

    pub(super) fn user(&self, account: &Account) -> String {
        format!("@{}:{}", account.as_str(), self.server)
    }

    pub(super) fn bot_user(&self) -> String {
        format!("@{}:{}", name::BOT, self.server)
    }

    pub(super) fn alias(&self, session: SessionId) -> String {
        format!("#{}:{}", name::alias(session), self.server)
    }

    pub(super) async fn call(
        &self,
        name: &'static str,
        method: Method,
        path: String,
        body: Option<Value>,
    ) -> Result<Answer, RoomError> {
        let call = Call::new(name, method, path, &self.bot.token);
        self.http
            .send(if let Some(body) = body {
                call.json(body)
            } else {
                call
            })
            .await
    }

    /// Puts a state event, at once or after a delay.
    async fn put_state(
        &self,
        name: &'static str,
        path: String,
        content: Value,
    ) -> Result<Answer, RoomError> {
        self.call(name, Method::PUT, path, Some(content)).await
    }
}

/// `R` of the design: the client paths of a room.
pub(super) fn in_room(room: &RoomId) -> String {
    format!("/_matrix/client/v3/rooms/{}", segment(room.as_str()))
}

/// The state event that says who may join.
pub(super) fn join_rules(room: &RoomId) -> String {
    format!("{}/state/m.room.join_rules/", in_room(room))
}

impl Room for MatrixRoom {
    async fn look(&self, session: SessionId, known: Option<&RoomId>) -> Result<Look, RoomError> {
        self.look_around(session, known).await
    }

    async fn create(&self, session: SessionId, guests: &[Account]) -> Result<RoomId, RoomError> {
        let invite: Vec<String> = guests.iter().map(|guest| self.user(guest)).collect();
        let body = json!({
            "preset": "private_chat",
            "visibility": "private",
            "room_alias_name": name::alias(session),
            "creation_content": {"m.federate": false},
            "invite": invite,
            "initial_state": [
                {"type": "m.room.history_visibility", "state_key": "", "content": {"history_visibility": "invited"}},
                {"type": "m.room.guest_access", "state_key": "", "content": {"guest_access": "forbidden"}},
            ],
            "power_level_content_override": {
                "users_default": 0, "events_default": 100, "state_default": 100, "invite": 100, "kick": 100,
                "ban": 100, "redact": 100, "events": {},
            },
        });
        let call = Call {
            name: "create",
            method: Method::POST,
            path: "/_matrix/client/v3/createRoom".to_owned(),
            token: Some(&self.bot.token),
            body: Body::Json(body),
            limit_secs: CREATE_SECS,
        };
        let answer = self.http.send(call).await?;
        if answer.status == 400 && answer.refusal().errcode == "M_ROOM_IN_USE" {
            return self
                .find_or_free(session)
                .await?
                .ok_or_else(|| answer.error());
        }
        let made: RoomNamed = answer.ok()?;
        Ok(RoomId(made.room_id))
    }

    async fn ensure_account(&self, account: &Account) -> Result<(), RoomError> {
        let path = format!("/_synapse/admin/v2/users/{}", segment(&self.user(account)));
        self.call("account", Method::PUT, path, Some(json!({})))
            .await?
            .done(&[201])
    }

    async fn invite(&self, room: &RoomId, account: &Account) -> Result<(), RoomError> {
        let body = json!({"user_id": self.user(account)});
        self.call(
            "invite",
            Method::POST,
            format!("{}/invite", in_room(room)),
            Some(body),
        )
        .await?
        .done(&[403])
    }

    async fn mint(&self, account: &Account, until_ms: u64) -> Result<Token, RoomError> {
        let path = format!(
            "/_synapse/admin/v1/users/{}/login",
            segment(&self.user(account))
        );
        let minted: super::wire::Minted = self
            .call(
                "mint",
                Method::POST,
                path,
                Some(json!({"valid_until_ms": until_ms})),
            )
            .await?
            .ok()?;
        Ok(Token(minted.access_token))
    }

    async fn arm(&self, room: &RoomId, net: &Net, delay_ms: u64) -> Result<DelayId, RoomError> {
        let user = match net {
            Net::Kick(account) => self.user(account),
            Net::OwnLeave => self.bot_user(),
        };
        let path = format!(
            "{}/state/m.room.member/{}?org.matrix.msc4140.delay={delay_ms}",
            in_room(room),
            segment(&user)
        );
        let armed: Armed = self
            .put_state("arm", path, json!({"membership": "leave"}))
            .await?
            .ok()?;
        Ok(DelayId(armed.delay_id))
    }

    async fn cancel(&self, id: &DelayId) -> Result<(), RoomError> {
        let path = format!("{DELAYED}/{}/cancel", segment(id.as_str()));
        self.call("cancel", Method::POST, path, Some(json!({})))
            .await?
            .done(&[404])
    }

    async fn arm_lease(&self, room: &RoomId, delay_ms: u64) -> Result<(), RoomError> {
        let path = format!("{}?org.matrix.msc4140.delay={delay_ms}", join_rules(room));
        self.put_state("arm lease", path, json!({"join_rule": "private"}))
            .await?
            .done(&[])
    }

    async fn restart(&self, id: &DelayId) -> Result<bool, RoomError> {
        let path = format!("{DELAYED}/{}/restart", segment(id.as_str()));
        let answer = self
            .call("restart", Method::POST, path, Some(json!({})))
            .await?;
        answer.done(&[404])?;
        Ok(answer.status != 404)
    }

    async fn open_joins(&self, room: &RoomId) -> Result<(), RoomError> {
        self.put_state(
            "open joins",
            join_rules(room),
            json!({"join_rule": "invite"}),
        )
        .await?
        .done(&[])
    }

    async fn close_joins(&self, room: &RoomId) -> Result<(), RoomError> {
        self.put_state(
            "close joins",
            join_rules(room),
            json!({"join_rule": "private"}),
        )
        .await?
        .done(&[])
    }

    async fn name_media(&self) -> Result<MediaUri, RoomError> {
        let path = "/_matrix/media/v1/create".to_owned();
        let created: MediaCreated = self
            .call("media", Method::POST, path, Some(json!({})))
            .await?
            .ok()?;
        Ok(MediaUri(created.content_uri))
    }

    async fn upload(&self, media: &MediaUri, octets: Vec<u8>) -> Result<(), RoomError> {
        let (server, id) = media.parts().ok_or(RoomError::ServerGarbled("media"))?;
        let path = format!(
            "/_matrix/media/v3/upload/{}/{}",
            segment(server),
            segment(id)
        );
        let mut call = Call::new("upload", Method::PUT, path, &self.bot.token);
        call.body = Body::Octets(octets);
        self.http.send(call).await?.done(&[409])
    }

    async fn post(
        &self,
        room: &RoomId,
        n: u32,
        transaction: &str,
        content: &Value,
    ) -> Result<EventId, RoomError> {
        if let Some(there) = self.timeline(room).await?.remove(&n) {
            return Ok(there.event);
        }
        let path = format!(
            "{}/send/m.room.message/{}",
            in_room(room),
            segment(transaction)
        );
        let sent: Sent = self
            .call("post", Method::PUT, path, Some(content.clone()))
            .await?
            .ok()?;
        Ok(EventId(sent.event_id))
    }

    async fn drop_media(&self, now_ms: u64, deleted: &mut u32) -> Result<(), RoomError> {
        self.delete_media(now_ms, deleted).await
    }

    async fn drop_alias(&self, session: SessionId) -> Result<(), RoomError> {
        self.delete_alias(&self.alias(session)).await
    }

    async fn drop_reports(&self, room: &RoomId) -> Result<(), RoomError> {
        self.delete_reports(room).await
    }

    async fn company(&self, room: &RoomId) -> Result<Option<BTreeSet<Account>>, RoomError> {
        self.present(room).await
    }

    async fn clear(
        &self,
        room: &RoomId,
        company: &BTreeSet<Account>,
        cleared: &mut Cleared,
    ) -> Result<(), RoomError> {
        self.kick_all(room, company, cleared).await
    }

    async fn disarm(&self, room: &RoomId, cancelled: &mut u32) -> Result<(), RoomError> {
        self.cancel_all(room, cancelled).await
    }

    async fn purge(&self, room: &RoomId) -> Result<(), RoomError> {
        self.delete_room(room).await
    }

    async fn confirm_gone(&self, room: &RoomId) -> Result<bool, RoomError> {
        self.unblock(room).await
    }

    async fn log_out(&self, token: &Token) -> Result<(), RoomError> {
        let call = Call::new(
            "log out",
            Method::POST,
            "/_matrix/client/v3/logout".to_owned(),
            token,
        );
        match self.http.send(call.json(json!({}))).await {
            Err(RoomError::TokenRefused) => Ok(()),
            Err(error) => Err(error),
            Ok(answer) => answer.done(&[]),
        }
    }

    async fn destroy_stray(
        &self,
        room: &RoomId,
        keep: &BTreeSet<MediaUri>,
    ) -> Result<(), RoomError> {
        self.delete_stray(room, keep).await
    }

    async fn version(&self) -> Result<[u16; 3], RoomError> {
        self.server_version().await
    }

    fn server_name(&self) -> &str {
        &self.server
    }
}
