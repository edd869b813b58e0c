//! Connections as rude clients hold them: requests in a row, half a head, a drop at a time, nobody who reads, one that never ends.
//! The clock is tokio's and stands still until all wait, so ten minutes pass at once; nobody is behind, and nothing is dialled.
#![expect(
    clippy::arithmetic_side_effects,
    reason = "test code with small numbers"
)]

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};
use tokio::time::{Instant, interval, timeout};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::server::{ClientHello, ResolvesServerCert};
use tokio_rustls::rustls::sign::CertifiedKey;

use super::forward::Behind;
use super::listener::{Tls, attend, converse};
use crate::limits::{LISTEN_BODY_MAX, LISTEN_HEAD_MAX, LISTEN_LIFE, LISTEN_READ};

/// Ports at which nobody answers; no test asks for a path that leads there.
const NOBODY: Behind = Behind {
    homeserver: 1,
    passes: 1,
};

/// A path that is not listed, and one that is.
const REFUSED: &str = "GET /_matrix/client/v3/account/whoami HTTP/1.1\r\nhost: a\r\n\r\n";
const JOIN: &str = "POST /_matrix/client/v3/join/%23ktr-4%3Acounty-a.test HTTP/1.1\r\nhost: a\r\n";

/// Room for what is sent and not read yet, in octets.
const PIPE: usize = 64 * 1024;

/// A client's end of a connection that is served, and how long it lasts.
fn connected(pipe: usize) -> (DuplexStream, impl Future<Output = Duration>) {
    let (client, server) = duplex(pipe);
    let begun = Instant::now();
    let lasts = tokio::spawn(async move {
        converse(server, NOBODY).await;
        begun.elapsed()
    });
    (client, async move { lasts.await.expect("served") })
}

/// Whether something took so long, and not a second more.
fn took(duration: Duration, expected: Duration) -> bool {
    duration >= expected && duration < expected + Duration::from_secs(1)
}

/// All that is answered until the connection ends.
async fn heard(client: &mut DuplexStream) -> String {
    let mut octets = Vec::new();
    client.read_to_end(&mut octets).await.expect("an end");
    String::from_utf8(octets).expect("text")
}

#[tokio::test(start_paused = true)]
async fn requests_in_a_row_are_each_judged_and_answered_in_their_order() {
    let (mut client, lasts) = connected(PIPE);
    let close = REFUSED.replace("host: a", "host: a\r\nconnection: close");
    let row = format!("{REFUSED}{REFUSED}GET /pass/../4/x HTTP/1.1\r\nhost: a\r\n\r\n{close}");
    client.write_all(row.as_bytes()).await.expect("sent");
    let answers = heard(&mut client).await;
    assert_eq!(answers.matches("HTTP/1.1 404 ").count(), 4, "{answers}");
    assert_eq!(answers.matches("HTTP/1.1 ").count(), 4, "{answers}");
    assert_eq!(answers.matches("cache-control: no-store").count(), 4);
    assert!(lasts.await < LISTEN_READ);
}

#[tokio::test(start_paused = true)]
async fn a_body_is_never_taken_for_the_next_request() {
    let (mut client, _lasts) = connected(PIPE);
    let inner = "GET /pass/4/0123456789abcdef0123456789abcdef HTTP/1.1\r\nhost: a\r\n\r\n";
    let outer = format!(
        "POST /_matrix/client/v3/createRoom HTTP/1.1\r\nhost: a\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{inner}",
        inner.len()
    );
    client.write_all(outer.as_bytes()).await.expect("sent");
    let answers = heard(&mut client).await;
    assert!(answers.starts_with("HTTP/1.1 404 "), "{answers}");
    assert_eq!(answers.matches("HTTP/1.1 ").count(), 1, "{answers}");
}

#[tokio::test(start_paused = true)]
async fn two_lengths_of_one_body_are_no_request() {
    let (mut client, _lasts) = connected(PIPE);
    let both = format!("{JOIN}content-length: 2\r\ncontent-length: 40\r\n\r\n{{}}");
    client.write_all(both.as_bytes()).await.expect("sent");
    let answers = heard(&mut client).await;
    assert!(answers.starts_with("HTTP/1.1 400 "), "{answers}");
}

#[tokio::test(start_paused = true)]
async fn half_a_head_is_waited_for_ten_seconds_whether_it_stops_or_drips() {
    let (mut client, lasts) = connected(PIPE);
    client.write_all(b"GET /pass").await.expect("sent");
    assert!(took(lasts.await, LISTEN_READ));

    let (mut client, lasts) = connected(PIPE);
    let dripping = tokio::spawn(async move {
        let mut second = interval(Duration::from_secs(1));
        while client.write_all(b"G").await.is_ok() {
            second.tick().await;
        }
    });
    assert!(took(lasts.await, LISTEN_READ));
    dripping.await.expect("it was cut off");
}

#[tokio::test(start_paused = true)]
async fn who_says_nothing_is_not_kept_before_a_request_nor_after_one() {
    let (client, lasts) = connected(PIPE);
    assert!(took(lasts.await, LISTEN_READ));
    drop(client);

    let (mut client, lasts) = connected(PIPE);
    client.write_all(REFUSED.as_bytes()).await.expect("sent");
    assert!(took(lasts.await, LISTEN_READ));
}

#[tokio::test(start_paused = true)]
async fn a_body_that_does_not_come_is_waited_for_ten_seconds() {
    let (mut client, _lasts) = connected(PIPE);
    let begun = Instant::now();
    let slow = format!("{JOIN}connection: close\r\ncontent-length: 2\r\n\r\n{{");
    client.write_all(slow.as_bytes()).await.expect("sent");
    let answers = heard(&mut client).await;
    assert!(answers.starts_with("HTTP/1.1 408 "), "{answers}");
    assert!(took(begun.elapsed(), LISTEN_READ));
}

#[tokio::test(start_paused = true)]
async fn a_head_or_a_body_that_is_too_large_is_not_read_to_its_end() {
    let (mut client, _lasts) = connected(2 * LISTEN_HEAD_MAX);
    let head = format!(
        "GET /pass/4/x HTTP/1.1\r\nhost: a\r\nx: {}\r\n\r\n",
        "y".repeat(LISTEN_HEAD_MAX)
    );
    client.write_all(head.as_bytes()).await.expect("sent");
    let answers = heard(&mut client).await;
    assert!(answers.starts_with("HTTP/1.1 431 "), "{answers}");

    let (mut client, _lasts) = connected(PIPE);
    let body = format!(
        "{JOIN}connection: close\r\ncontent-length: {}\r\n\r\n",
        LISTEN_BODY_MAX + 1
    );
    client.write_all(body.as_bytes()).await.expect("sent");
    let answers = heard(&mut client).await;
    assert!(answers.starts_with("HTTP/1.1 413 "), "{answers}");
}

#[tokio::test(start_paused = true)]
async fn a_connection_that_asks_for_ever_ends_after_ten_minutes() {
    let (client, lasts) = connected(PIPE);
    let (mut reads, mut writes) = tokio::io::split(client);
    let asking = tokio::spawn(async move {
        let mut pause = interval(Duration::from_secs(5));
        let mut asked = 0u32;
        while writes.write_all(REFUSED.as_bytes()).await.is_ok() {
            asked += 1;
            pause.tick().await;
        }
        asked
    });
    let mut answers = String::new();
    reads.read_to_string(&mut answers).await.expect("an end");
    assert!(took(lasts.await, LISTEN_LIFE));
    let asked = asking.await.expect("it was cut off");
    assert!(asked >= 120, "{asked}");
    let answered = answers.matches("HTTP/1.1 404 ").count();
    assert!(answered >= 119, "{answered}: it was served until then");
}

#[tokio::test(start_paused = true)]
async fn who_reads_nothing_of_what_was_asked_for_holds_its_place_for_ten_minutes_at_most() {
    let (mut client, lasts) = connected(512);
    let asking = tokio::spawn(async move {
        // Answers fill the pipe, then requests do.
        while client.write_all(REFUSED.as_bytes()).await.is_ok() {}
    });
    assert!(took(lasts.await, LISTEN_LIFE));
    asking.await.expect("it was cut off");
}

/// A certificate that nobody has: no handshake gets so far.
#[derive(Debug)]
struct NoCertificate;

impl ResolvesServerCert for NoCertificate {
    fn resolve(&self, _hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        None
    }
}

#[tokio::test(start_paused = true)]
async fn a_handshake_that_does_not_come_is_waited_for_ten_seconds() {
    let config = ServerConfig::builder()
        .with_no_client_auth()
        .with_cert_resolver(Arc::new(NoCertificate));
    let tls = Tls(TlsAcceptor::from(Arc::new(config)));
    for said in [&b""[..], b"\x16\x03\x01"] {
        let (mut client, server) = duplex(PIPE);
        client.write_all(said).await.expect("sent");
        let begun = Instant::now();
        let attended = timeout(LISTEN_LIFE, attend(server, tls.clone(), NOBODY));
        attended.await.expect("it ended by itself");
        assert!(took(begun.elapsed(), LISTEN_READ), "{said:?}");
    }
}
