//! The plain hit, written by hand: exactly three headers, no body, a new connection that is closed after.
//! A library would add headers of its own, and those tell agents apart.

use std::io;

use ktr_client::HostError;
use ktr_core::id::Sha256;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    time::timeout,
};

use crate::{
    config::Base,
    limits::{HIT_ANSWER_MAX, HIT_WITHIN},
    port::Beacon,
};

/// The collector; `None` sends nothing.
#[derive(Clone, Debug)]
pub struct BareBeacon(pub Option<Base>);

impl Beacon for BareBeacon {
    async fn hit(&self, beacon: &Sha256) -> bool {
        let Some(base) = &self.0 else {
            return false;
        };
        matches!(
            timeout(HIT_WITHIN, exchange(base, beacon)).await,
            Ok(Ok(true))
        )
    }
}

/// The octets of a hit.
fn request(base: &Base, beacon: &Sha256) -> String {
    let host = base.authority();
    format!(
        "POST /p/{beacon} HTTP/1.1\r\nHost: {host}\r\nUser-Agent: ktr-agent\r\nContent-Length: 0\r\n\r\n"
    )
}

async fn exchange(base: &Base, beacon: &Sha256) -> io::Result<bool> {
    let mut stream = match base.dial().await {
        Ok(stream) => stream,
        Err(HostError::OtherKey) => {
            tracing::warn!(
                code = "collector-other-key",
                "the collector does not prove to hold a key pinned in collector.url of agent.toml: nothing was sent"
            );
            return Ok(false);
        }
        Err(HostError::Silent | HostError::TooLarge) => return Ok(false),
    };
    stream.write_all(request(base, beacon).as_bytes()).await?;
    stream.flush().await?;
    let mut answer = Vec::new();
    let mut piece = [0; 512];
    while !answer.ends_with(b"\r\n\r\n") && answer.len() < HIT_ANSWER_MAX {
        let read = stream.read(&mut piece).await?;
        if read == 0 {
            break;
        }
        answer.extend(piece.iter().take(read));
    }
    Ok(answer.starts_with(b"HTTP/1.1 204 "))
}
