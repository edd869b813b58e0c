//! A county's servers over HTTP: five calls, bounded answers, no redirection.
//! Only the paths that the county's terminator lets through (design: room, section 2.4).

use ktr_core::id::SessionId;
use reqwest::{Client, RequestBuilder, Response, StatusCode, redirect};
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;

use crate::{
    config::CountyTable,
    error::{AgentError, StepError},
    limits::{ANSWER_MAX, ANSWER_WITHIN, CIPHERTEXT_MAX, PASS_MAX, POSTS_MAX},
    pass::Pass,
    port::{County, Look},
    post::{self, Media},
};

/// The member's side of Matrix.
#[derive(Clone, Debug)]
pub struct Matrix {
    http: Client,
}

#[derive(Deserialize)]
struct Joined {
    room_id: String,
}

#[derive(Deserialize)]
struct Synced {
    next_batch: String,
    #[serde(default)]
    rooms: Rooms,
}

#[derive(Default, Deserialize)]
struct Rooms {
    #[serde(default)]
    join: BTreeMap<String, Room>,
}

#[derive(Deserialize)]
struct Room {
    timeline: Timeline,
}

#[derive(Deserialize)]
struct Timeline {
    events: Vec<Event>,
}

#[derive(Deserialize)]
struct Event {
    content: Value,
}

impl Matrix {
    /// Sets the client up: no proxy, no redirection, so that no host is dialled that the configuration does not name.
    ///
    /// # Errors
    /// [`AgentError::Http`].
    pub fn new() -> Result<Self, AgentError> {
        let http = Client::builder()
            .no_proxy()
            .redirect(redirect::Policy::none())
            .timeout(ANSWER_WITHIN)
            .build();
        Ok(Self {
            http: http.map_err(|_opaque| AgentError::Http)?,
        })
    }
}

impl County for Matrix {
    async fn pass(
        &self,
        at: &CountyTable,
        session: SessionId,
        name: &str,
    ) -> Result<Vec<u8>, StepError> {
        let url = at.passes.at(&format!("/pass/{session}/{name}"));
        match ask(self.http.get(url), PASS_MAX).await {
            Err(StepError::Status(404)) => Err(StepError::NoPass),
            answer => answer,
        }
    }

    async fn join(&self, at: &CountyTable, pass: &Pass) -> Result<String, StepError> {
        let path = format!("/_matrix/client/v3/join/{}", quoted(&pass.alias));
        let asked = self.http.post(at.homeserver.at(&path)).json(&json!({}));
        match read::<Joined>(asked.bearer_auth(&*pass.token)).await {
            Ok(joined) => Ok(joined.room_id),
            Err(StepError::Status(403 | 404)) => Err(StepError::NotInvited),
            Err(error) => Err(error),
        }
    }

    async fn look(
        &self,
        at: &CountyTable,
        pass: &Pass,
        room: &str,
        since: Option<&str>,
    ) -> Result<Look, StepError> {
        let filter = filter(room).to_string();
        let mut query = vec![
            ("filter", filter.as_str()),
            ("set_presence", "offline"),
            ("timeout", "0"),
        ];
        query.extend(since.map(|since| ("since", since)));
        let pairs: Vec<String> = query
            .iter()
            .map(|(name, value)| format!("{name}={}", quoted(value)))
            .collect();
        let path = format!("/_matrix/client/v3/sync?{}", pairs.join("&"));
        let asked = self
            .http
            .get(at.homeserver.at(&path))
            .bearer_auth(&*pass.token);
        let mut synced: Synced = read(asked).await?;
        let events = synced
            .rooms
            .join
            .remove(room)
            .map(|room| room.timeline.events);
        let posts = events
            .into_iter()
            .flatten()
            .filter_map(|event| post::read(&event.content));
        Ok(Look {
            posts: posts.take(POSTS_MAX).collect(),
            next: synced.next_batch,
        })
    }

    async fn download(
        &self,
        at: &CountyTable,
        pass: &Pass,
        media: &Media,
    ) -> Result<Vec<u8>, StepError> {
        let (server, id) = (quoted(&media.server), quoted(&media.id));
        let path = format!("/_matrix/client/v1/media/download/{server}/{id}");
        let asked = self.http.get(at.homeserver.at(&path));
        ask(asked.bearer_auth(&*pass.token), CIPHERTEXT_MAX).await
    }

    async fn leave(&self, at: &CountyTable, pass: &Pass, room: &str) -> Result<(), StepError> {
        let path = format!("/_matrix/client/v3/rooms/{}/leave", quoted(room));
        let asked = self.http.post(at.homeserver.at(&path)).json(&json!({}));
        ask(asked.bearer_auth(&*pass.token), ANSWER_MAX)
            .await
            .map(drop)
    }
}

/// Only messages of the one room: what else a server knows is not asked for.
fn filter(room: &str) -> Value {
    let nothing = json!({"types": []});
    json!({
        "presence": nothing,
        "account_data": nothing,
        "room": {
            "rooms": [room],
            "account_data": nothing,
            "ephemeral": nothing,
            "state": nothing,
            "timeline": {"types": ["m.room.message"], "limit": POSTS_MAX},
        },
    })
}

async fn read<T: for<'de> Deserialize<'de>>(asked: RequestBuilder) -> Result<T, StepError> {
    let octets = ask(asked, ANSWER_MAX).await?;
    serde_json::from_slice(&octets).map_err(|_where| StepError::Garbled)
}

/// Sends, and reads an answer of status 200 up to a limit.
async fn ask(asked: RequestBuilder, most: usize) -> Result<Vec<u8>, StepError> {
    let answer = asked.send().await.map_err(|_where| StepError::Silent)?;
    match answer.status() {
        StatusCode::OK => body(answer, most).await,
        status => Err(StepError::Status(status.as_u16())),
    }
}

/// An answer that announces more than the limit is not read at all; one that announces nothing is read up to it.
async fn body(mut answer: Response, most: usize) -> Result<Vec<u8>, StepError> {
    let announced = answer.content_length().map(usize::try_from);
    if announced.is_some_and(|length| length.is_ok_and(|length| length > most)) {
        return Err(StepError::TooLarge);
    }
    let mut octets = Vec::new();
    while let Some(piece) = answer.chunk().await.map_err(|_where| StepError::Silent)? {
        if octets.len().saturating_add(piece.len()) > most {
            return Err(StepError::TooLarge);
        }
        octets.extend(piece);
    }
    Ok(octets)
}

/// Percent-encodes everything that is not unreserved (RFC 3986, section 2.3).
fn quoted(text: &str) -> String {
    let octet = |c: u8| match c {
        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
            char::from(c).to_string()
        }
        _ => format!("%{c:02X}"),
    };
    text.bytes().map(octet).collect()
}
