//! The HTTP server: small requests, one kind of answer, no log.
//! The address of a peer is dropped in the accept loop; nothing after it could tell who asked.

use std::{convert::Infallible, sync::Arc, time::Duration};

use bytes::Bytes;
use http_body_util::{BodyExt, Empty, LengthLimitError, Limited};
use hyper::{
    Request, Response, StatusCode,
    body::{Body, Incoming},
    header::{ALLOW, CACHE_CONTROL, HeaderValue},
    server::conn::http1,
    service::service_fn,
};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{Semaphore, watch},
    time::{sleep, timeout},
};

use crate::{
    limits::{ACCEPT_PAUSE, BODY_MAX, CONNECTIONS_MAX, HEADER_MAX, READ_BUFFER, REQUEST_WITHIN},
    request::{self, Asked, Hit},
};

/// Who counts.
pub trait Count: Send + Sync + 'static {
    /// Counts one hit.
    fn count(&self, hit: Hit);
}

/// Serves until `stop` says so, then gives open connections `grace` to end.
pub async fn serve(
    listener: TcpListener,
    counter: Arc<dyn Count>,
    mut stop: watch::Receiver<bool>,
    grace: Duration,
) {
    let free = Arc::new(Semaphore::new(CONNECTIONS_MAX));
    loop {
        let Ok(permit) = Arc::clone(&free).acquire_owned().await else {
            return;
        };
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = said(&mut stop) => break,
        };
        // The address ends here.
        let Ok((stream, _)) = accepted else {
            sleep(ACCEPT_PAUSE).await;
            continue;
        };
        let (counter, stop) = (Arc::clone(&counter), stop.clone());
        tokio::spawn(async move {
            attend(stream, counter, stop).await;
            drop(permit);
        });
    }
    let all = u32::try_from(CONNECTIONS_MAX).unwrap_or(u32::MAX);
    // Whoever is not done after the grace is cut off.
    drop(timeout(grace, free.acquire_many(all)).await);
}

/// Comes true when the stop was said, or nobody is left to say it.
async fn said(stop: &mut watch::Receiver<bool>) {
    drop(stop.wait_for(|stop| *stop).await);
}

/// One connection, until its end or the stop. How it ended is nobody's business.
async fn attend(stream: TcpStream, counter: Arc<dyn Count>, mut stop: watch::Receiver<bool>) {
    let answering = service_fn(move |request| answer(request, Arc::clone(&counter)));
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(REQUEST_WITHIN)
        .max_buf_size(READ_BUFFER)
        .auto_date_header(false)
        .half_close(false)
        .serve_connection(TokioIo::new(stream), answering);
    let mut connection = std::pin::pin!(connection);
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = said(&mut stop) => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    drop(ended);
}

/// Judges one request: header, path, method, body, and only then counts.
async fn answer(
    request: Request<Incoming>,
    counter: Arc<dyn Count>,
) -> Result<Response<Empty<Bytes>>, Infallible> {
    let status = judge(request, &*counter).await;
    let mut response = Response::new(Empty::new());
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if status == StatusCode::METHOD_NOT_ALLOWED {
        headers.insert(ALLOW, HeaderValue::from_static("GET, HEAD, POST"));
    }
    Ok(response)
}

async fn judge(request: Request<Incoming>, counter: &dyn Count) -> StatusCode {
    if header_len(&request) > HEADER_MAX {
        return StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE;
    }
    let uri = request.uri();
    let asked = request::read(request.method().as_str(), uri.path(), uri.query());
    match asked {
        Asked::OtherPath => return StatusCode::NOT_FOUND,
        Asked::OtherMethod => return StatusCode::METHOD_NOT_ALLOWED,
        Asked::Look | Asked::Count(_) => {}
    }
    if let Err(status) = drain(request).await {
        return status;
    }
    if let Asked::Count(hit) = asked {
        counter.count(hit);
    }
    StatusCode::NO_CONTENT
}

/// Reads the body and drops it.
async fn drain(request: Request<Incoming>) -> Result<(), StatusCode> {
    let most = u64::try_from(BODY_MAX).unwrap_or(u64::MAX);
    let body = request.into_body();
    if body.size_hint().lower() > most {
        return Err(StatusCode::PAYLOAD_TOO_LARGE);
    }
    match timeout(REQUEST_WITHIN, Limited::new(body, BODY_MAX).collect()).await {
        Ok(Ok(_)) => Ok(()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => Err(StatusCode::PAYLOAD_TOO_LARGE),
        Ok(Err(_)) => Err(StatusCode::BAD_REQUEST),
        Err(_) => Err(StatusCode::REQUEST_TIMEOUT),
    }
}

/// Octets of request line and headers, as they came but for blanks.
fn header_len(request: &Request<Incoming>) -> usize {
    let line = [
        request.method().as_str().len(),
        request.uri().to_string().len(),
        HTTP_LEN,
    ];
    let headers = request.headers().iter().map(|(name, value)| {
        let octets = name.as_str().len().saturating_add(value.len());
        octets.saturating_add(SEPARATORS_LEN)
    });
    line.into_iter()
        .chain(headers)
        .fold(0, usize::saturating_add)
}

/// `" HTTP/1.1\r\n"` and the blank before the path.
const HTTP_LEN: usize = 12;
/// `": "` and `"\r\n"`.
const SEPARATORS_LEN: usize = 4;
