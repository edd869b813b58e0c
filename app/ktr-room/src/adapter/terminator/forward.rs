//! One request, passed on to whoever answers it, and the answer passed back as it comes.
//! Of the request's headers two go on and of the answer's four; who asked, and with what, nobody behind learns.

use std::convert::Infallible;
use std::net::Ipv4Addr;

use bytes::Bytes;
use http_body_util::{BodyExt, Either, Empty, Full, LengthLimitError, Limited};
use hyper::body::{Body, Incoming};
use hyper::client::conn::http1;
use hyper::header::{
    AUTHORIZATION, CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_ENCODING, CONTENT_LENGTH,
    CONTENT_TYPE, HOST, HeaderValue,
};
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::list::{Door, door};
use crate::limits::{LISTEN_ANSWER, LISTEN_BODY_MAX, LISTEN_READ};

/// Where they are who answer, on 127.0.0.1.
#[derive(Clone, Copy, Debug)]
pub(super) struct Behind {
    /// The homeserver's port.
    pub(super) homeserver: u16,
    /// The passes' port.
    pub(super) passes: u16,
}

/// An answer's body: as it comes from behind, or nothing.
type Reply = Either<Incoming, Empty<Bytes>>;

/// Answers a request. An answer is never kept by whoever passes it on.
pub(super) async fn answer(
    request: Request<Incoming>,
    behind: Behind,
) -> Result<Response<Reply>, Infallible> {
    let mut answer = match pass_on(request, behind).await {
        Ok(answer) => answer,
        Err(status) => {
            let mut refusal = Response::new(Either::Right(Empty::new()));
            *refusal.status_mut() = status;
            refusal
        }
    };
    let no_store = HeaderValue::from_static("no-store");
    answer.headers_mut().insert(CACHE_CONTROL, no_store);
    Ok(answer)
}

/// Judges the first line before anything else of a request is read.
async fn pass_on(
    request: Request<Incoming>,
    behind: Behind,
) -> Result<Response<Reply>, StatusCode> {
    let target = match request.uri().path_and_query() {
        // A target with a host in it is a proxy's.
        Some(target) if request.uri().authority().is_none() => target.to_string(),
        Some(_) | None => return Err(StatusCode::NOT_FOUND),
    };
    let port = match door(request.method().as_str(), &target) {
        Some(Door::Homeserver) => behind.homeserver,
        Some(Door::Passes) => behind.passes,
        None => return Err(StatusCode::NOT_FOUND),
    };
    let mut onward = Request::builder()
        .method(request.method())
        .uri(target)
        .header(HOST, format!("127.0.0.1:{port}"));
    for name in [AUTHORIZATION, CONTENT_TYPE] {
        if let Some(value) = request.headers().get(&name) {
            onward = onward.header(name, value);
        }
    }
    let body = Full::new(read(request).await?);
    let onward = onward
        .body(body)
        .map_err(|_no_request| StatusCode::BAD_REQUEST)?;
    let answer = timeout(LISTEN_ANSWER, send(onward, port))
        .await
        .map_err(|_elapsed| StatusCode::GATEWAY_TIMEOUT)?
        .map_err(|_silent| StatusCode::BAD_GATEWAY)?;
    let (head, body) = answer.into_parts();
    let mut reply = Response::new(Either::Left(body));
    *reply.status_mut() = head.status;
    for name in [
        CONTENT_TYPE,
        CONTENT_LENGTH,
        CONTENT_DISPOSITION,
        CONTENT_ENCODING,
    ] {
        if let Some(value) = head.headers.get(&name) {
            reply.headers_mut().insert(name, value.clone());
        }
    }
    Ok(reply)
}

/// The request's body, which is a `{}` where there is one.
async fn read(request: Request<Incoming>) -> Result<Bytes, StatusCode> {
    let most = u64::try_from(LISTEN_BODY_MAX).unwrap_or(u64::MAX);
    let body = request.into_body();
    if body.size_hint().lower() > most {
        return Err(StatusCode::PAYLOAD_TOO_LARGE);
    }
    match timeout(LISTEN_READ, Limited::new(body, LISTEN_BODY_MAX).collect()).await {
        Ok(Ok(read)) => Ok(read.to_bytes()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => Err(StatusCode::PAYLOAD_TOO_LARGE),
        Ok(Err(_)) => Err(StatusCode::BAD_REQUEST),
        Err(_) => Err(StatusCode::REQUEST_TIMEOUT),
    }
}

/// Sends a request over a connection of its own, which ends with the answer's body.
async fn send(
    request: Request<Full<Bytes>>,
    port: u16,
) -> Result<Response<Incoming>, std::io::Error> {
    let stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await?;
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream))
        .await
        .map_err(std::io::Error::other)?;
    tokio::spawn(connection);
    sender
        .send_request(request)
        .await
        .map_err(std::io::Error::other)
}
