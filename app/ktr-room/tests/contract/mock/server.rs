//! The server of the homeserver in memory: requests taken apart, answers put together.
//! What is answered is in the modules beside it.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, State as Shared};
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::task::JoinSet;

use crate::chain::Ledger;

use super::state::{Fault, Foreign, State, Tally};

/// The Matrix server name.
pub(super) const SERVER: &str = "county-a.test";

/// The secret that registers an administrator.
pub(crate) const SECRET: &[u8] = b"secret";

/// Largest upload, in octets: `max_upload_size: 20M`.
const UPLOAD_MAX: usize = 20 * 1024 * 1024;

/// A request, taken apart.
pub(super) struct Request {
    pub(super) method: String,
    /// The path's segments, decoded.
    pub(super) path: Vec<String>,
    pub(super) query: String,
    pub(super) token: Option<String>,
    pub(super) body: Vec<u8>,
}

/// An answer: its status and its body.
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) body: Vec<u8>,
}

/// The homeserver; it stops when dropped.
pub(crate) struct Mock {
    address: SocketAddr,
    state: Arc<Mutex<State>>,
    _serving: JoinSet<()>,
}

impl Mock {
    pub(crate) async fn boot() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let state = Arc::<Mutex<State>>::default();
        let routes = Router::new()
            .fallback(serve)
            .layer(DefaultBodyLimit::max(UPLOAD_MAX))
            .with_state(Arc::clone(&state));
        let mut serving = JoinSet::new();
        serving.spawn(async move {
            axum::serve(listener, routes).await.expect("served");
        });
        Self {
            address,
            state,
            _serving: serving,
        }
    }

    /// What was ever made on it.
    pub(crate) fn tally(&self) -> Tally {
        self.state.lock().expect("lock").tally.clone()
    }

    /// Makes it another one than the product knows.
    pub(crate) fn change(&self, change: impl FnOnce(&mut Foreign)) {
        change(&mut self.state.lock().expect("lock").foreign);
    }

    /// Lets it go by another clock: sidecar and homeserver share a machine.
    pub(crate) fn go_by(&self, clock: Ledger) {
        self.state.lock().expect("lock").clock = Some(clock);
    }

    /// How many rooms stand.
    pub(crate) fn halls(&self) -> usize {
        self.state.lock().expect("lock").halls.len()
    }

    /// Takes the rules from a room that was begun then, as if the homeserver had died before it wrote them.
    pub(crate) fn unmake(&self, room: &str, begun_ms: u64) {
        let mut state = self.state.lock().expect("lock");
        let hall = state.halls.get_mut(room).expect("a room");
        hall.join_rule.clear();
        hall.begun_ms = begun_ms;
    }

    /// How many tokens of members are good.
    pub(crate) fn members_tokens(&self) -> usize {
        let state = self.state.lock().expect("lock");
        let users = state.tokens.values().map(|(user, _)| user);
        users.filter(|user| user.starts_with("@m-")).count()
    }

    /// How many tokens of rescue accounts are good.
    pub(crate) fn rescue_tokens(&self) -> usize {
        let state = self.state.lock().expect("lock");
        let users = state.tokens.values().map(|(user, _)| user);
        users.filter(|user| user.starts_with("@ktr-rescue")).count()
    }

    /// The kinds of requests that ever came.
    pub(crate) fn kinds(&self) -> BTreeSet<String> {
        self.state.lock().expect("lock").foreign.kinds.clone()
    }

    /// Lets it answer some requests without doing what they ask for; `None` ends that.
    pub(crate) fn fail(&self, fault: Option<Fault>) {
        self.state.lock().expect("lock").foreign.fault = fault;
    }

    pub(crate) fn port(&self) -> u16 {
        self.address.port()
    }

    pub(crate) fn base(&self) -> String {
        format!("http://{}", self.address)
    }
}

impl Request {
    pub(super) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or(Value::Null)
    }

    /// The value of a parameter of the query.
    pub(super) fn asked(&self, name: &str) -> Option<&str> {
        let pairs = self
            .query
            .split('&')
            .filter_map(|pair| pair.split_once('='));
        pairs
            .into_iter()
            .find_map(|(key, value)| (key == name).then_some(value))
    }

    pub(super) fn number(&self, name: &str) -> Option<u64> {
        self.asked(name)?.parse().ok()
    }
}

impl Answer {
    pub(super) fn good(body: &Value) -> Self {
        Self {
            status: 200,
            body: body.to_string().into_bytes(),
        }
    }

    pub(super) fn refused(status: u16, code: &str) -> Self {
        Self {
            status,
            body: json!({"errcode": code, "error": ""})
                .to_string()
                .into_bytes(),
        }
    }

    pub(super) fn missing() -> Self {
        Self::refused(404, "M_NOT_FOUND")
    }

    pub(super) fn forbidden() -> Self {
        Self::refused(403, "M_FORBIDDEN")
    }
}

async fn serve(
    Shared(state): Shared<Arc<Mutex<State>>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let bearer = headers
        .get("authorization")
        .and_then(|value| value.to_str().ok());
    let request = Request {
        method: method.to_string(),
        path: uri.path().split('/').skip(1).map(decoded).collect(),
        query: uri.query().unwrap_or("").to_owned(),
        token: bearer
            .and_then(|text| text.strip_prefix("Bearer "))
            .map(str::to_owned),
        body: body.to_vec(),
    };
    let answer = state.lock().expect("lock").answer(&request);
    let status = StatusCode::from_u16(answer.status).expect("a status");
    (status, answer.body).into_response()
}

/// A path's segment without its percents.
pub(super) fn decoded(segment: &str) -> String {
    let octets = segment.as_bytes();
    let mut plain = Vec::new();
    let mut at = 0;
    while at < octets.len() {
        if octets[at] == b'%' {
            let pair = segment.get(at + 1..at + 3).unwrap_or("");
            plain.extend(hex::decode(pair).expect("two hex digits"));
            at += 3;
        } else {
            plain.push(octets[at]);
            at += 1;
        }
    }
    String::from_utf8(plain).expect("text")
}
