//! A member over plain HTTP: takes its pass, joins, reads, downloads, leaves.
//! Only the paths that the terminator will let pass.

use ktr_core::id::{MemberId, SessionId};
use reqwest::{Client, Response, StatusCode};
use serde_json::{Value, json};

use super::cipher::Veil;
use super::county::County;
use super::poll::until;

/// A member with its pass.
#[derive(Clone, Debug)]
pub(crate) struct Guest {
    pub(crate) n: u8,
    pub(crate) base: String,
    pub(crate) pass: Value,
    pub(crate) http: Client,
}

impl Guest {
    /// Waits for the pass of member `n` and opens it.
    pub(crate) async fn arrive(county: &County, n: u8) -> Self {
        let http = Client::new();
        let sealed = Self::sealed_pass(&http, county.pass_port, SessionId(4), n).await;
        let plain = Veil::lift(&sealed, n).expect("sealed to this member");
        let pass = serde_json::from_slice(&plain).expect("a pass");
        Self {
            n,
            base: county.synapse.base(),
            pass,
            http,
        }
    }

    /// Waits for the pass of member `n`, as it is laid out.
    pub(crate) async fn sealed_pass(
        http: &Client,
        port: u16,
        session: SessionId,
        n: u8,
    ) -> Vec<u8> {
        let name = ktr_room::name::pass("ktr-test", session, MemberId([n; 16]));
        let url = format!("http://127.0.0.1:{port}/pass/{session}/{name}");
        let sealed = until("a pass", 120, || async {
            let answer = http.get(&url).send().await.ok()?;
            (answer.status() == StatusCode::OK).then_some(answer.bytes().await.ok()?)
        });
        sealed.await.to_vec()
    }

    fn token(&self) -> &str {
        self.pass["token"].as_str().expect("token")
    }

    /// Joins by alias; the status and the room's id. A homeserver that is down is one that answers 503.
    pub(crate) async fn join(&self) -> (StatusCode, String) {
        let alias = self.pass["alias"]
            .as_str()
            .expect("alias")
            .replace('#', "%23")
            .replace(':', "%3A");
        let url = format!("{}/_matrix/client/v3/join/{alias}", self.base);
        let answer = self
            .http
            .post(url)
            .bearer_auth(self.token())
            .json(&json!({}))
            .send()
            .await;
        let (status, octets) = read(answer).await;
        let body: Value = serde_json::from_slice(&octets).unwrap_or(Value::Null);
        (status, body["room_id"].as_str().unwrap_or("").to_owned())
    }

    /// Leaves, as its agent does at the end.
    pub(crate) async fn leave(&self, room: &str) -> StatusCode {
        let room = room.replace('!', "%21");
        let url = format!("{}/_matrix/client/v3/rooms/{room}/leave", self.base);
        let answer = self.http.post(url).bearer_auth(self.token());
        read(answer.json(&json!({})).send().await).await.0
    }

    /// Writes its own membership anew with a name, which the terminator lets nobody do.
    pub(crate) async fn rename(&self, room: &str) -> StatusCode {
        let (room, user) = (room.replace('!', "%21"), self.pass["user"].as_str());
        let user = user
            .expect("a user")
            .replace('@', "%40")
            .replace(':', "%3A");
        let url = format!(
            "{}/_matrix/client/v3/rooms/{room}/state/m.room.member/{user}",
            self.base
        );
        let answer = self.http.put(url).bearer_auth(self.token());
        let body = json!({"membership": "join", "displayname": "another"});
        read(answer.json(&body).send().await).await.0
    }

    pub(crate) async fn get(&self, path: &str) -> (StatusCode, Vec<u8>) {
        let url = format!("{}{path}", self.base);
        let answer = self.http.get(url).bearer_auth(self.token()).send().await;
        read(answer).await
    }

    /// The posts in the room, newest first.
    pub(crate) async fn posts(&self, room: &str) -> Vec<Value> {
        let room = room.replace('!', "%21");
        let (status, body) = self
            .get(&format!(
                "/_matrix/client/v3/rooms/{room}/messages?dir=b&limit=100"
            ))
            .await;
        if status != StatusCode::OK {
            return Vec::new();
        }
        let body: Value = serde_json::from_slice(&body).expect("json");
        let chunk = body["chunk"].as_array().expect("chunk").clone();
        chunk
            .into_iter()
            .filter(|event| event["content"].get("ktr.release.v1").is_some())
            .collect()
    }

    /// Downloads a post and opens it; `None` if it is not for this member.
    pub(crate) async fn open(&self, post: &Value) -> Option<Vec<u8>> {
        let media = post["content"]["url"]
            .as_str()
            .expect("url")
            .trim_start_matches("mxc://")
            .to_owned();
        let (status, octets) = self
            .get(&format!("/_matrix/client/v1/media/download/{media}"))
            .await;
        if status == StatusCode::SERVICE_UNAVAILABLE {
            return None;
        }
        assert_eq!(status, StatusCode::OK, "the download");
        let named = post["content"]["ktr.release.v1"]["sha256"]
            .as_str()
            .expect("sha256");
        assert_eq!(ktr_room::name::sha256(&octets).to_string(), named);
        Veil::lift(&octets, self.n)
    }

    /// Waits for a post that is for this member and opens it.
    pub(crate) async fn receive(&self, room: &str) -> Vec<u8> {
        until("a post for this member", 60, || async {
            for post in self.posts(room).await {
                if let Some(plain) = self.open(&post).await {
                    return Some(plain);
                }
            }
            None
        })
        .await
    }
}

/// An answer's status and body, or 503 for none.
async fn read(answer: reqwest::Result<Response>) -> (StatusCode, Vec<u8>) {
    let unavailable = (StatusCode::SERVICE_UNAVAILABLE, Vec::new());
    let Ok(answer) = answer else {
        return unavailable;
    };
    let status = answer.status();
    match answer.bytes().await {
        Ok(octets) => (status, octets.to_vec()),
        Err(_) => unavailable,
    }
}
