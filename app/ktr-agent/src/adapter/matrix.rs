//! A county's servers over HTTP: five calls, bounded answers, no redirection.
//! Only the paths that the county's terminator lets through (design: room, section 2.4).

use std::collections::BTreeMap;

use ktr_client::{Ask, HostError};
use ktr_core::id::{CountyId, SessionId};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::time::timeout;

use crate::{
    config::{Base, CountyTable},
    error::StepError,
    limits::{ANSWER_MAX, ANSWER_WITHIN, CIPHERTEXT_MAX, PASS_MAX, POSTS_MAX},
    pass::Pass,
    port::{County, Look},
    post::{self, Media},
};

/// The member's side of Matrix. Each request has a connection of its own, which ends with the answer.
#[derive(Clone, Copy, Debug)]
pub struct Matrix;

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

impl County for Matrix {
    async fn pass(
        &self,
        at: &CountyTable,
        session: SessionId,
        name: &str,
    ) -> Result<Vec<u8>, StepError> {
        let asked = Ask::get(format!("/pass/{session}/{name}"));
        match ask(at.county(), &at.passes, asked, PASS_MAX).await {
            Err(StepError::Status(404)) => Err(StepError::NoPass),
            answer => answer,
        }
    }

    async fn join(&self, at: &CountyTable, pass: &Pass) -> Result<String, StepError> {
        let path = format!("/_matrix/client/v3/join/{}", quoted(&pass.alias));
        match read::<Joined>(at, Ask::post(path, &json!({})).bearing(&pass.token)).await {
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
        let mut synced: Synced = read(at, Ask::get(path).bearing(&pass.token)).await?;
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
        let asked = Ask::get(path).bearing(&pass.token);
        ask(at.county(), &at.homeserver, asked, CIPHERTEXT_MAX).await
    }

    async fn leave(&self, at: &CountyTable, pass: &Pass, room: &str) -> Result<(), StepError> {
        let path = format!("/_matrix/client/v3/rooms/{}/leave", quoted(room));
        let asked = Ask::post(path, &json!({})).bearing(&pass.token);
        ask(at.county(), &at.homeserver, asked, ANSWER_MAX)
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

async fn read<T: for<'de> Deserialize<'de>>(at: &CountyTable, asked: Ask) -> Result<T, StepError> {
    let octets = ask(at.county(), &at.homeserver, asked, ANSWER_MAX).await?;
    serde_json::from_slice(&octets).map_err(|_where| StepError::Garbled)
}

/// Sends, and reads an answer of status 200 up to a limit; of any other nothing more is read.
async fn ask(county: CountyId, base: &Base, asked: Ask, most: usize) -> Result<Vec<u8>, StepError> {
    let failed = |error: HostError| match error {
        HostError::Silent => StepError::Silent,
        HostError::OtherKey => StepError::OtherKey(county),
        HostError::TooLarge => StepError::TooLarge,
    };
    let asking = async {
        let heard = base.ask(asked).await.map_err(failed)?;
        match heard.status() {
            200 => heard.read(most).await.map_err(failed),
            status => Err(StepError::Status(status)),
        }
    };
    timeout(ANSWER_WITHIN, asking)
        .await
        .map_err(|_elapsed| StepError::Silent)?
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
