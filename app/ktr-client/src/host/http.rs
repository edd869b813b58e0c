//! One request to a host and its answer, on a connection of its own: no proxy, no redirection, no cookie, no header that was not asked for.
//! What a status means is its caller's affair, and so is how long may be waited.

use std::fmt;

use http_body_util::{BodyExt, Full};
use hyper::{
    Method, Request, Response,
    body::{Body, Bytes, Incoming},
    client::conn::http1,
    header::{AUTHORIZATION, CONTENT_TYPE, HOST},
};
use hyper_util::rt::TokioIo;
use serde_json::Value;

use super::{Base, HostError};

/// A request.
#[derive(Clone, PartialEq, Eq)]
pub struct Ask {
    method: Method,
    path: String,
    bearer: Option<String>,
    json: Option<String>,
}

impl fmt::Debug for Ask {
    /// Neither path nor token: both can name a room.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ask")
            .field("method", &self.method)
            .finish_non_exhaustive()
    }
}

impl Ask {
    /// A `GET` of an absolute path, with its query if it has one.
    #[must_use]
    pub fn get(path: String) -> Self {
        Self {
            method: Method::GET,
            path,
            bearer: None,
            json: None,
        }
    }

    /// A `POST` of a JSON value to an absolute path.
    #[must_use]
    pub fn post(path: String, json: &Value) -> Self {
        Self {
            method: Method::POST,
            path,
            bearer: None,
            json: Some(json.to_string()),
        }
    }

    /// The same with a token.
    #[must_use]
    pub fn bearing(mut self, token: &str) -> Self {
        self.bearer = Some(format!("Bearer {token}"));
        self
    }

    /// As it is sent; `None` if path or token cannot stand in a request.
    fn request(self, host: &str) -> Option<Request<Full<Bytes>>> {
        let mut request = Request::builder()
            .method(self.method)
            .uri(self.path)
            .header(HOST, host);
        if let Some(bearer) = self.bearer {
            request = request.header(AUTHORIZATION, bearer);
        }
        if self.json.is_some() {
            request = request.header(CONTENT_TYPE, "application/json");
        }
        let body = self.json.map_or_else(Bytes::new, Bytes::from);
        request.body(Full::new(body)).ok()
    }
}

/// An answer whose body has not been read yet.
#[derive(Debug)]
pub struct Heard(Response<Incoming>);

impl Heard {
    /// The status code.
    #[must_use]
    pub fn status(&self) -> u16 {
        self.0.status().as_u16()
    }

    /// Reads the body up to a limit. One that announces more is not read at all.
    ///
    /// # Errors
    /// [`HostError::TooLarge`], [`HostError::Silent`] if it breaks off.
    pub async fn read(self, most: usize) -> Result<Vec<u8>, HostError> {
        let mut body = self.0.into_body();
        if body.size_hint().lower() > u64::try_from(most).unwrap_or(u64::MAX) {
            return Err(HostError::TooLarge);
        }
        let mut octets = Vec::new();
        while let Some(frame) = body.frame().await {
            let frame = frame.map_err(|_address_inside| HostError::Silent)?;
            if let Ok(piece) = frame.into_data() {
                if octets.len().saturating_add(piece.len()) > most {
                    return Err(HostError::TooLarge);
                }
                octets.extend_from_slice(&piece);
            }
        }
        Ok(octets)
    }
}

impl Base {
    /// Asks, and gives the answer when its head has come.
    ///
    /// # Errors
    /// [`HostError::Silent`], [`HostError::OtherKey`].
    pub async fn ask(&self, ask: Ask) -> Result<Heard, HostError> {
        let request = ask.request(self.authority()).ok_or(HostError::Silent)?;
        let stream = self.dial().await?;
        let (mut sender, connection) = http1::handshake(TokioIo::new(stream))
            .await
            .map_err(|_address_inside| HostError::Silent)?;
        tokio::spawn(connection);
        let answer = sender.send_request(request).await;
        answer
            .map(Heard)
            .map_err(|_address_inside| HostError::Silent)
    }
}
