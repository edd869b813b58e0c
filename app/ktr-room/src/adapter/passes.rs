//! `GET /pass/<session>/<name>` on loopback, until the TLS terminator serves the folder (rulings, section 5).
//! It knows no member: a pass is a file that only its member can read.

use std::net::Ipv4Addr;
use std::path::PathBuf;

use axum::Router;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use tokio::net::TcpListener;

use crate::error::RoomError;
use crate::file;

/// Largest pass that is served.
const PASS_MAX: u64 = 64 * 1024;

/// Binds the port of the passes.
///
/// # Errors
/// [`RoomError::PortTaken`].
pub async fn bind(port: u16) -> Result<TcpListener, RoomError> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port))
        .await
        .map_err(|_taken| RoomError::PortTaken(port))
}

/// Serves the folder until the task is dropped.
///
/// # Errors
/// The listener fails.
pub async fn serve(listener: TcpListener, folder: PathBuf) -> Result<(), RoomError> {
    let routes = Router::new()
        .route("/pass/{session}/{name}", get(pass))
        .with_state(folder);
    Ok(axum::serve(listener, routes).await?)
}

/// One pass; everything that is not the name of one is 404.
async fn pass(
    State(folder): State<PathBuf>,
    Path((session, name)): Path<(String, String)>,
) -> Response {
    let named = session.len() <= 10
        && session.bytes().all(|octet| octet.is_ascii_digit())
        && name.len() == 32
        && name
            .bytes()
            .all(|octet| matches!(octet, b'0'..=b'9' | b'a'..=b'f'));
    let found = if named {
        file::find_at_most(&folder.join(session).join(name), PASS_MAX)
    } else {
        Ok(None)
    };
    match found {
        Ok(Some(octets)) => {
            let headers = [
                (header::CONTENT_TYPE, "application/octet-stream"),
                (header::CACHE_CONTROL, "no-store"),
            ];
            (headers, octets).into_response()
        }
        Ok(None) | Err(_) => StatusCode::NOT_FOUND.into_response(),
    }
}
