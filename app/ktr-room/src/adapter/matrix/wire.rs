//! The homeserver's answers, as far as they are used; everything else in them is ignored.
//! Our own structures, so that no foreign library decides what is read.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

/// An error body.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Refusal {
    pub(super) errcode: String,
    pub(super) retry_after_ms: Option<u64>,
}

/// `GET /_synapse/admin/v1/register`.
#[derive(Debug, Deserialize)]
pub(super) struct RegisterNonce {
    pub(super) nonce: String,
}

/// `POST /_synapse/admin/v1/register`.
#[derive(Debug, Deserialize)]
pub(super) struct Registered {
    pub(super) access_token: String,
    pub(super) device_id: String,
}

/// `POST /_synapse/admin/v1/users/{user}/login`.
#[derive(Debug, Deserialize)]
pub(super) struct Minted {
    pub(super) access_token: String,
}

/// `GET /_synapse/admin/v1/server_version`.
#[derive(Debug, Deserialize)]
pub(super) struct ServerVersion {
    pub(super) server_version: String,
}

/// `GET /_matrix/client/versions`.
#[derive(Debug, Deserialize)]
pub(super) struct Versions {
    #[serde(default)]
    pub(super) unstable_features: BTreeMap<String, bool>,
}

/// `GET /_matrix/client/v3/capabilities`.
#[derive(Debug, Deserialize)]
pub(super) struct Capabilities {
    pub(super) capabilities: BTreeMap<String, Value>,
}

/// `GET /_matrix/client/v3/directory/room/{alias}` and `createRoom`.
#[derive(Debug, Deserialize)]
pub(super) struct RoomNamed {
    pub(super) room_id: String,
}

/// `GET /_synapse/admin/v1/rooms`.
#[derive(Debug, Deserialize)]
pub(super) struct RoomList {
    pub(super) rooms: Vec<RoomListed>,
    /// Where the next page begins; absent on the last.
    #[serde(default)]
    pub(super) next_batch: Option<u64>,
}

/// One room of that list.
#[derive(Debug, Deserialize)]
pub(super) struct RoomListed {
    pub(super) room_id: String,
    #[serde(default)]
    pub(super) canonical_alias: Option<String>,
}

/// `GET R/members`.
#[derive(Debug, Deserialize)]
pub(super) struct MemberList {
    pub(super) chunk: Vec<MemberEvent>,
}

/// One membership.
#[derive(Debug, Deserialize)]
pub(super) struct MemberEvent {
    pub(super) sender: String,
    pub(super) state_key: String,
    pub(super) content: MemberContent,
}

/// The content of one membership.
#[derive(Debug, Deserialize)]
pub(super) struct MemberContent {
    pub(super) membership: String,
}

/// `GET R/messages`.
#[derive(Debug, Deserialize)]
pub(super) struct Messages {
    pub(super) chunk: Vec<MessageEvent>,
}

/// One message.
#[derive(Debug, Deserialize)]
pub(super) struct MessageEvent {
    pub(super) event_id: String,
    pub(super) sender: String,
    pub(super) content: Value,
}

/// The part of a post that names the release.
#[derive(Debug, Deserialize)]
pub(super) struct PostMark {
    pub(super) n: u32,
    pub(super) sha256: String,
}

/// `GET D`.
#[derive(Debug, Deserialize)]
pub(super) struct DelayedList {
    pub(super) delayed_events: Vec<Delayed>,
}

/// One delayed event.
#[derive(Debug, Deserialize)]
pub(super) struct Delayed {
    pub(super) delay_id: String,
    pub(super) room_id: String,
    #[serde(rename = "type")]
    pub(super) kind: String,
    #[serde(default)]
    pub(super) state_key: Option<String>,
    pub(super) delay: u64,
    pub(super) running_since: u64,
}

/// The answer to arming.
#[derive(Debug, Deserialize)]
pub(super) struct Armed {
    pub(super) delay_id: String,
}

/// `GET R/state/m.room.join_rules`.
#[derive(Debug, Deserialize)]
pub(super) struct JoinRules {
    pub(super) join_rule: String,
}

/// `GET /_synapse/admin/v1/rooms/{id}/state`.
#[derive(Debug, Deserialize)]
pub(super) struct StateList {
    pub(super) state: Vec<StateEvent>,
}

/// What of one event of the state is looked at.
#[derive(Debug, Deserialize)]
pub(super) struct StateEvent {
    #[serde(rename = "type")]
    pub(super) kind: String,
    pub(super) origin_server_ts: u64,
}

/// `POST /_matrix/media/v1/create`.
#[derive(Debug, Deserialize)]
pub(super) struct MediaCreated {
    pub(super) content_uri: String,
}

/// `PUT R/send` and `PUT R/state`.
#[derive(Debug, Deserialize)]
pub(super) struct Sent {
    pub(super) event_id: String,
}

/// `DELETE A/v1/users/{user}/media` and `POST A/v1/media/delete`.
#[derive(Debug, Deserialize)]
pub(super) struct MediaDeleted {
    pub(super) total: u32,
}

/// `GET A/v1/users/{user}/media`.
#[derive(Debug, Deserialize)]
pub(super) struct MediaList {
    pub(super) media: Vec<MediaListed>,
}

/// One media of that list.
#[derive(Debug, Deserialize)]
pub(super) struct MediaListed {
    pub(super) media_id: String,
}

/// `GET A/v1/event_reports`.
#[derive(Debug, Deserialize)]
pub(super) struct ReportList {
    pub(super) event_reports: Vec<ReportListed>,
}

/// One report of that list.
#[derive(Debug, Deserialize)]
pub(super) struct ReportListed {
    pub(super) id: u64,
}

/// `DELETE A/v2/rooms/{id}`.
#[derive(Debug, Deserialize)]
pub(super) struct Deleting {
    pub(super) delete_id: String,
}

/// `GET A/v2/rooms/delete_status/{id}`.
#[derive(Debug, Deserialize)]
pub(super) struct DeleteStatus {
    pub(super) status: String,
}
