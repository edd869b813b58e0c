//! A post whose answer was lost, before a homeserver in memory that forgets transaction ids with their token, as Synapse does.
//! It speaks only the two calls that a post needs; everything else is met in the net tests.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use reqwest::Method;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

use super::room::in_room;
use super::{Bot, Http, MatrixRoom};
use crate::error::RoomError;
use crate::matrix_id::{EventId, RoomId, Token};
use crate::port::Room;

const SERVER: &str = "county-a.test";

/// What the homeserver remembers.
#[derive(Debug, Default)]
struct Memory {
    /// The timeline: contents in the order in which they came.
    timeline: Vec<Value>,
    /// The event of a transaction, for each token and id.
    transactions: BTreeMap<(String, String), usize>,
    /// The next answer is written nowhere.
    lose: bool,
}

impl Memory {
    /// The answer to a request; `None` if it gets lost on its way.
    fn answer(&mut self, path: &str, token: &str, content: Value) -> Option<Value> {
        if path.contains("/messages?") {
            let event = |(n, content): (usize, &Value)| json!({"event_id": format!("$event{n}"), "sender": format!("@ktr-room:{SERVER}"), "content": content});
            let chunk: Vec<Value> = self.timeline.iter().enumerate().map(event).collect();
            return Some(json!({"chunk": chunk}));
        }
        let transaction = path.rsplit('/').next().unwrap_or(path).to_owned();
        let known = self.transactions.entry((token.to_owned(), transaction));
        let event = *known.or_insert(self.timeline.len());
        if event == self.timeline.len() {
            self.timeline.push(content);
        }
        let lost = std::mem::take(&mut self.lose);
        (!lost).then(|| json!({"event_id": format!("$event{event}")}))
    }
}

/// The homeserver; it stops with the set.
struct Homeserver {
    memory: Arc<Mutex<Memory>>,
    http: Http,
    _serving: JoinSet<()>,
}

impl Homeserver {
    async fn up() -> Self {
        let memory = Arc::<Mutex<Memory>>::default();
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let shared = Arc::clone(&memory);
        let mut serving = JoinSet::new();
        serving.spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.expect("a connection");
                serve(stream, &shared).await;
            }
        });
        Self {
            memory,
            http: Http::new(&format!("http://{address}")).expect("a client"),
            _serving: serving,
        }
    }

    /// The bot with this token.
    fn bot(&self, token: &str) -> MatrixRoom {
        let bot = Bot {
            token: Token(token.to_owned()),
            device: None,
        };
        MatrixRoom::new(self.http.clone(), SERVER.to_owned(), bot)
    }

    fn posts(&self) -> usize {
        self.memory.lock().expect("lock").timeline.len()
    }
}

/// One request on one connection.
async fn serve(mut stream: TcpStream, memory: &Mutex<Memory>) {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.expect("a header"));
    }
    let head = String::from_utf8(head).expect("ASCII");
    let path = head.split(' ').nth(1).expect("a path");
    let field = |name: &str| head.lines().find_map(|line| line.strip_prefix(name));
    let length = field("content-length: ").map_or(0, |text| text.parse().expect("a number"));
    let mut body = vec![0; length];
    stream.read_exact(&mut body).await.expect("a body");
    let token = field("authorization: Bearer ").expect("a token");
    let content = serde_json::from_slice(&body).unwrap_or(Value::Null);
    let answer = memory.lock().expect("lock").answer(path, token, content);
    if let Some(answer) = answer {
        let text = answer.to_string();
        let head = format!(
            "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: {}",
            text.len()
        );
        let whole = format!("{head}\r\n\r\n{text}");
        stream.write_all(whole.as_bytes()).await.expect("answered");
    }
}

fn content(n: u32) -> Value {
    json!({"ktr.release.v1": {"n": n, "sha256": "00".repeat(32)}})
}

#[tokio::test]
async fn a_lost_answer_and_a_new_token_give_one_post_and_its_event() {
    let homeserver = Homeserver::up().await;
    let hall = RoomId("!hall".to_owned());
    homeserver.memory.lock().expect("lock").lose = true;
    let lost = homeserver
        .bot("first")
        .post(&hall, 0, "TXN", &content(0))
        .await;
    assert!(matches!(lost, Err(RoomError::ServerSilent)), "{lost:?}");
    assert_eq!(homeserver.posts(), 1, "it arrived");
    let again = homeserver
        .bot("second")
        .post(&hall, 0, "TXN", &content(0))
        .await;
    assert_eq!(again.expect("found"), EventId("$event0".to_owned()));
    assert_eq!(homeserver.posts(), 1, "it was sent twice");
}

#[tokio::test]
async fn without_the_look_another_token_would_make_a_second_post_of_the_same_transaction() {
    let homeserver = Homeserver::up().await;
    let hall = RoomId("!hall".to_owned());
    let sent = homeserver
        .bot("first")
        .post(&hall, 0, "TXN", &content(0))
        .await;
    assert_eq!(sent.expect("sent"), EventId("$event0".to_owned()));
    let path = format!("{}/send/m.room.message/TXN", in_room(&hall));
    for (token, posts) in [("first", 1), ("second", 2)] {
        let bare = homeserver.bot(token);
        let answer = bare
            .call("post", Method::PUT, path.clone(), Some(content(0)))
            .await;
        assert_eq!(answer.expect("an answer").status, 200);
        assert_eq!(homeserver.posts(), posts, "sent by {token}");
    }
}
