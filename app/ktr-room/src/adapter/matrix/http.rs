//! Requests to the homeserver: an empty User-Agent, the rules for 429 and 401, answers of a bounded size.
//! What is asked is in the modules beside this one; nothing here logs a path.

use std::time::Duration;

use reqwest::{Method, StatusCode};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::wire::Refusal;
use crate::error::RoomError;
use crate::limits::{ANSWER_MAX, REQUEST_SECS, RETRIES_MAX, RETRY_AFTER_MS_MAX};
use crate::matrix_id::Token;

/// A homeserver's base URL and an HTTP client for it.
#[derive(Clone, Debug)]
pub struct Http {
    base: String,
    inner: reqwest::Client,
}

/// One request, built up and sent.
#[derive(Debug)]
pub(super) struct Call<'a> {
    /// The name the design gives it, for errors.
    pub(super) name: &'static str,
    pub(super) method: Method,
    pub(super) path: String,
    pub(super) token: Option<&'a Token>,
    pub(super) body: Body,
    pub(super) limit_secs: u64,
}

/// A request's body.
#[derive(Clone, Debug)]
pub(super) enum Body {
    None,
    Json(Value),
    Octets(Vec<u8>),
}

/// An answer: its status and its body.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) name: &'static str,
    pub(super) status: u16,
    pub(super) body: Vec<u8>,
}

impl Http {
    /// A client for `http://host:port`.
    ///
    /// # Errors
    /// [`RoomError::ServerDead`] if the HTTP client cannot be made.
    pub fn new(base: &str) -> Result<Self, RoomError> {
        let inner = reqwest::Client::builder()
            .user_agent("")
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .map_err(|error| RoomError::ServerDead(error.without_url().to_string()))?;
        Ok(Self {
            base: base.trim_end_matches('/').to_owned(),
            inner,
        })
    }

    /// Whether the homeserver is up: `GET /health` is 200.
    pub async fn healthy(&self) -> bool {
        let answer = self
            .inner
            .get(format!("{}/health", self.base))
            .timeout(Duration::from_secs(2))
            .send()
            .await;
        answer.is_ok_and(|answer| answer.status() == StatusCode::OK)
    }

    /// Sends a request; waits as a 429 asks, up to a minute in all.
    pub(super) async fn send(&self, call: Call<'_>) -> Result<Answer, RoomError> {
        let mut waited_ms = 0u64;
        for _ in 0..RETRIES_MAX {
            let answer = self.once(&call).await?;
            match answer.status {
                429 => {
                    let wait_ms = answer.refusal().retry_after_ms.unwrap_or(500);
                    waited_ms = waited_ms.saturating_add(wait_ms);
                    if waited_ms > RETRY_AFTER_MS_MAX {
                        return Err(RoomError::Limited(call.name));
                    }
                    tokio::time::sleep(Duration::from_millis(wait_ms)).await;
                }
                401 => return Err(RoomError::TokenRefused),
                _ => return Ok(answer),
            }
        }
        Err(RoomError::Limited(call.name))
    }

    /// One request and its answer, whatever it is.
    pub(super) async fn once(&self, call: &Call<'_>) -> Result<Answer, RoomError> {
        let url = format!("{}{}", self.base, call.path);
        let mut request = self
            .inner
            .request(call.method.clone(), url)
            .timeout(Duration::from_secs(call.limit_secs));
        if let Some(token) = call.token {
            request = request.bearer_auth(token.as_str());
        }
        request = match &call.body {
            Body::None => request,
            Body::Json(value) => request.json(value),
            Body::Octets(octets) => request
                .header("content-type", "application/octet-stream")
                .body(octets.clone()),
        };
        let mut answer = request
            .send()
            .await
            .map_err(|_address_inside| RoomError::ServerSilent)?;
        let status = answer.status().as_u16();
        let mut body = Vec::new();
        while let Some(chunk) = answer
            .chunk()
            .await
            .map_err(|_address_inside| RoomError::ServerSilent)?
        {
            if body.len().saturating_add(chunk.len()) > ANSWER_MAX {
                return Err(RoomError::ServerGarbled(call.name));
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Answer {
            name: call.name,
            status,
            body,
        })
    }
}

impl<'a> Call<'a> {
    /// A request with a token and no body.
    pub(super) fn new(name: &'static str, method: Method, path: String, token: &'a Token) -> Self {
        Self {
            name,
            method,
            path,
            token: Some(token),
            body: Body::None,
            limit_secs: REQUEST_SECS,
        }
    }

    /// The same with a JSON body.
    pub(super) fn json(mut self, body: Value) -> Self {
        self.body = Body::Json(body);
        self
    }
}

impl Answer {
    /// The body of a 200.
    pub(super) fn ok<T: DeserializeOwned>(&self) -> Result<T, RoomError> {
        if self.status == 200 {
            return serde_json::from_slice(&self.body)
                .map_err(|_content_inside| RoomError::ServerGarbled(self.name));
        }
        Err(self.error())
    }

    /// Success if it is a homeserver's 200, which always holds an object, or has one of these.
    pub(super) fn done(&self, also: &[u16]) -> Result<(), RoomError> {
        if also.contains(&self.status) {
            return Ok(());
        }
        self.ok::<Map<String, Value>>().map(drop)
    }

    /// What the homeserver says against it.
    pub(super) fn refusal(&self) -> Refusal {
        serde_json::from_slice(&self.body).unwrap_or_else(|_not_json| Refusal::default())
    }

    /// The status as an error.
    pub(super) fn error(&self) -> RoomError {
        let code = self.refusal().errcode;
        RoomError::ServerRefused {
            call: self.name,
            status: self.status,
            code,
        }
    }
}

/// Percent-encodes one segment of a path or a value of a query (RFC 3986, unreserved characters stay).
pub(super) fn segment(text: &str) -> String {
    let mut coded = String::new();
    for octet in text.bytes() {
        if octet.is_ascii_alphanumeric() || b"-._~".contains(&octet) {
            coded.push(char::from(octet));
        } else {
            coded.push('%');
            coded.push_str(&hex::encode_upper([octet]));
        }
    }
    coded
}
