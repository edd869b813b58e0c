//! What a base URL may say, and what a host must prove before anything is asked of it. Hosts are on loopback, with keys of the testkit.
//! Whether a host that is silent is asked again is its caller's affair.

use std::{
    future::pending,
    io,
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use ktr_testkit::tls::HostKey;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
    time::timeout,
};
use tokio_rustls::{TlsAcceptor, rustls, rustls::crypto::ring};

use super::{Ask, Base, HostError, dial::first};
use crate::limits::ANSWER_WITHIN;

/// A host that answers every request alike, and how many octets it was sent inside TLS.
struct Host {
    port: u16,
    heard: Arc<AtomicUsize>,
}

impl Host {
    async fn start(acceptor: TlsAcceptor) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("bound").port();
        let heard = Arc::<AtomicUsize>::default();
        let counter = Arc::clone(&heard);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let Ok(mut stream) = acceptor.accept(stream).await else {
                    continue;
                };
                let mut piece = [0; 4_096];
                let Ok(read) = stream.read(&mut piece).await else {
                    continue;
                };
                counter.fetch_add(read, Ordering::SeqCst);
                let answer = b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nright";
                // Whoever has gone by now has heard enough.
                drop(stream.write_all(answer).await);
                drop(stream.shutdown().await);
            }
        });
        Self { port, heard }
    }

    async fn asked(&self, pins: &str) -> Result<Vec<u8>, HostError> {
        let base = base(&format!("https://127.0.0.1:{}#sha256={pins}", self.port));
        let ask = Ask::get("/path".to_owned()).bearing("secret");
        base.ask(ask).await?.read(16).await
    }
}

fn base(text: &str) -> Base {
    Base::try_from(text.to_owned()).expect(text)
}

#[tokio::test]
async fn a_host_with_the_pinned_key_is_asked_and_heard() {
    let key = HostKey::of(1);
    let host = Host::start(key.acceptor()).await;
    assert_eq!(host.asked(&key.pin()).await, Ok(b"right".to_vec()));
    assert!(host.heard.load(Ordering::SeqCst) > 0);
}

#[tokio::test]
async fn a_host_with_another_key_is_sent_no_octet_of_a_request() {
    let host = Host::start(HostKey::of(1).acceptor()).await;
    let other = HostKey::of(2).pin();
    assert_eq!(host.asked(&other).await, Err(HostError::OtherKey));
    // It takes connections one after the other, so the first has ended when a good one is answered.
    let good = host.asked(&HostKey::of(1).pin()).await;
    assert_eq!(good, Ok(b"right".to_vec()));
    let once = host.heard.load(Ordering::SeqCst);
    let good = host.asked(&HostKey::of(1).pin()).await;
    assert_eq!(good, Ok(b"right".to_vec()));
    assert_eq!(host.heard.load(Ordering::SeqCst), once.saturating_mul(2));
}

#[tokio::test]
async fn a_certificate_that_ended_and_that_nobody_signed_is_good_with_its_key_pinned() {
    let key = HostKey::of(1).expired();
    let host = Host::start(key.acceptor()).await;
    assert_eq!(host.asked(&key.pin()).await, Ok(b"right".to_vec()));
    let other = HostKey::of(2).pin();
    assert_eq!(host.asked(&other).await, Err(HostError::OtherKey));
}

#[tokio::test]
async fn of_two_pins_the_old_key_serves_before_the_change_and_the_new_one_after_it() {
    let pins = format!("{}+{}", HostKey::of(1).pin(), HostKey::of(2).pin());
    for (seed, heard) in [
        (1, Ok(b"right".to_vec())),
        (2, Ok(b"right".to_vec())),
        (3, Err(HostError::OtherKey)),
    ] {
        let host = Host::start(HostKey::of(seed).acceptor()).await;
        assert_eq!(host.asked(&pins).await, heard, "{seed}");
    }
}

#[tokio::test]
async fn a_certificate_shown_without_its_key_is_another_key() {
    let host = Host::start(HostKey::of(1).shown_by(HostKey::of(2))).await;
    let pin = HostKey::of(1).pin();
    assert_eq!(host.asked(&pin).await, Err(HostError::OtherKey));
    assert_eq!(host.heard.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn a_host_that_speaks_no_tls_is_silent_and_never_asked_plainly() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("bound").port();
    let plain = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.expect("a connection");
        let mut piece = [0; 5];
        stream
            .read_exact(&mut piece)
            .await
            .expect("a record's head");
        let answer = stream.write_all(b"HTTP/1.1 400 x\r\ncontent-length: 0\r\n\r\n");
        answer.await.expect("answered");
        (piece[0], listener)
    });
    let pin = HostKey::of(1).pin();
    let host = base(&format!("https://127.0.0.1:{port}#sha256={pin}"));
    let heard = host.ask(Ask::get("/".to_owned())).await.map(drop);
    assert_eq!(heard, Err(HostError::Silent));
    let (first, listener) = plain.await.expect("served");
    assert_eq!(first, 22, "a handshake begins so");
    let listener = listener.into_std().expect("a listener");
    let again = listener.accept().expect_err("nobody came back");
    assert_eq!(again.kind(), io::ErrorKind::WouldBlock);
}

#[tokio::test(start_paused = true)]
async fn an_address_that_swallows_what_it_is_sent_leaves_time_for_the_one_behind_it() {
    let addresses = [1, 2, 3].map(|port| SocketAddr::from(([127, 0, 0, 1], port)));
    let [refuses, swallows, answers] = addresses;
    let connect = |address: SocketAddr| async move {
        if address == refuses {
            return Err(io::Error::from(io::ErrorKind::ConnectionRefused));
        }
        if address == swallows {
            pending::<()>().await;
        }
        Ok(address)
    };
    // Who asks waits no longer than this, for all addresses together.
    let reached = timeout(ANSWER_WITHIN, first(addresses.into_iter(), connect)).await;
    assert_eq!(reached, Ok(Ok(answers)));
    let nobody = first([refuses, swallows].into_iter(), connect).await;
    assert_eq!(nobody, Err(HostError::Silent));
}

#[tokio::test]
async fn an_older_tls_is_not_spoken() {
    let config = rustls::ServerConfig::builder_with_provider(Arc::new(ring::default_provider()));
    let only_12 = config.with_protocol_versions(&[&rustls::version::TLS12]);
    let key = HostKey::of(1);
    let config = only_12
        .expect("a version")
        .with_no_client_auth()
        .with_single_cert(vec![key.certificate()], key.secret());
    let config = Arc::new(config.expect("a pair"));
    let host = Host::start(TlsAcceptor::from(config)).await;
    assert_eq!(host.asked(&key.pin()).await, Err(HostError::Silent));
}

#[tokio::test]
async fn an_answer_above_its_limit_is_refused_and_not_cut() {
    let key = HostKey::of(1);
    let host = Host::start(key.acceptor()).await;
    let base = base(&format!(
        "https://127.0.0.1:{}#sha256={}",
        host.port,
        key.pin()
    ));
    let heard = base.ask(Ask::get("/".to_owned())).await.expect("an answer");
    assert_eq!(heard.status(), 200);
    assert_eq!(heard.read(4).await, Err(HostError::TooLarge));
}

#[test]
fn a_base_is_https_with_pins_or_plain_http_on_loopback() {
    let pin = "5d".repeat(32);
    let other = "a7".repeat(32);
    for good in [
        "http://127.0.0.1:18009".to_owned(),
        "http://[::1]:18009/".to_owned(),
        format!("https://room.county-a.example#sha256={pin}"),
        format!("https://room.county-a.example:8448/#sha256={pin}+{other}"),
        format!("https://192.0.2.1#sha256={pin}"),
        format!("https://[2001:db8::1]:8448#sha256={pin}"),
    ] {
        assert!(Base::try_from(good.clone()).is_ok(), "{good}");
    }
    for (text, why) in [
        ("http://192.0.2.1:18009".to_owned(), "loopback"),
        ("http://localhost:18009".to_owned(), "loopback"),
        ("http://room.county-a.example".to_owned(), "loopback"),
        (format!("http://127.0.0.1:1#sha256={pin}"), "shows no key"),
        ("https://room.county-a.example".to_owned(), "needs the pin"),
        ("https://127.0.0.1:18009".to_owned(), "needs the pin"),
        ("https://a.example#".to_owned(), "64 hex digits"),
        (format!("https://a.example#{pin}"), "64 hex digits"),
        ("https://a.example#sha256=5d5d".to_owned(), "64 hex digits"),
        (format!("https://a.example#sha256={pin}+"), "64 hex digits"),
        (
            format!("https://a.example#sha256={pin}+{other}+{pin}"),
            "two pins",
        ),
        (format!("https://a.example/x#sha256={pin}"), "no path"),
        (format!("https://a.example/?x#sha256={pin}"), "no path"),
        (format!("https://me@a.example#sha256={pin}"), "name"),
        ("ftp://127.0.0.1".to_owned(), "only https"),
        ("room.county-a.example".to_owned(), "not a URL"),
    ] {
        let refused = Base::try_from(text.clone()).expect_err(&text);
        assert!(refused.contains(why), "{refused}");
    }
}

#[test]
fn the_host_header_has_no_pin_in_it() {
    let pin = "5d".repeat(32);
    let with_port = base(&format!("https://a.example:8448#sha256={pin}"));
    assert_eq!(with_port.authority(), "a.example:8448");
    let without = base(&format!("https://a.example#sha256={pin}"));
    assert_eq!(without.authority(), "a.example");
    assert_eq!(without.site, "a.example:443");
}
