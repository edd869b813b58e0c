//! The plain hit, octet by octet: one, only where it was chosen, three tries at most.
//! A listener on loopback stands for the collector.

use ktr_agent::{
    AgentError,
    adapter::BareBeacon,
    config::{Base, Config, Measure},
    mark,
    port::Beacon,
};
use ktr_core::id::Sha256;
use ktr_testkit::tls::HostKey;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};

use crate::support::{agent::Machine, world::OPENS};

/// A machine with a filed release and a listener in the collector's place.
async fn filed(measure: Measure) -> (Machine, TcpListener) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let collector = format!("http://{}", listener.local_addr().expect("bound"));
    let machine = Machine::new(measure, &collector).await;
    machine.county.admit(&machine.world);
    machine
        .county
        .post_release(&machine.world, &machine.world.files);
    machine.agent().tick().await.expect("a tick");
    assert!(machine.signed().exists());
    (machine, listener)
}

fn marked(machine: &Machine) {
    mark::ingested(&machine.config, machine.world.release.id).expect("marked");
}

/// Takes one connection, reads what comes, answers, and returns what came until the other side closed.
async fn one(listener: &TcpListener, answer: &str) -> String {
    let (mut stream, _) = listener.accept().await.expect("a connection");
    let mut octets = Vec::new();
    let mut piece = [0; 512];
    while !octets.ends_with(b"\r\n\r\n") {
        let read = stream.read(&mut piece).await.expect("read");
        octets.extend(&piece[..read]);
    }
    stream.write_all(answer.as_bytes()).await.expect("written");
    stream
        .read_to_end(&mut octets)
        .await
        .expect("closed by the agent");
    String::from_utf8(octets).expect("ASCII")
}

const ANSWER: &str = "HTTP/1.1 204 No Content\r\ncache-control: no-store\r\n\r\n";

#[tokio::test]
async fn one_hit_with_exactly_three_headers_on_a_connection_of_its_own() {
    let (machine, listener) = filed(Measure::Hit).await;
    marked(&machine);
    let mut agent = machine.agent();
    agent.tick().await.expect("the wait is drawn");
    let (came, ticked) = tokio::join!(one(&listener, ANSWER), agent.tick());
    ticked.expect("sent");
    let host = machine
        .config
        .collector
        .as_ref()
        .expect("configured")
        .url
        .authority()
        .to_owned();
    let beacon = machine.world.release.beacon;
    assert_eq!(
        came,
        format!(
            "POST /p/{beacon} HTTP/1.1\r\nHost: {host}\r\nUser-Agent: ktr-agent\r\nContent-Length: 0\r\n\r\n"
        )
    );
    drop(listener);
    machine.set_clock(OPENS + 3_000);
    agent.tick().await.expect("nothing left to send");
    machine.agent().tick().await.expect("nor after a restart");
    assert_eq!(tries(&machine), (1, true));
}

#[tokio::test]
async fn three_tries_and_no_fourth_over_all_restarts() {
    let (machine, listener) = filed(Measure::Hit).await;
    drop(listener);
    marked(&machine);
    for tick in 0_u64..20 {
        machine.set_clock(OPENS + 200 * tick);
        machine.agent().tick().await.expect("planned");
        let mut agent = machine.agent();
        agent.tick().await.expect("planned");
        machine.set_clock(OPENS + 200 * tick + 150);
        agent.tick().await.expect("tried");
    }
    assert_eq!(tries(&machine), (3, false));
}

#[tokio::test]
async fn off_sends_nothing_and_a_later_choice_sends_nothing_for_it() {
    let (mut machine, listener) = filed(Measure::Off).await;
    marked(&machine);
    machine.config.measure = Measure::Hit;
    let mut agent = machine.agent();
    for tick in 0..3 {
        machine.set_clock(OPENS + 1_000 * tick);
        agent.tick().await.expect("nothing to send");
    }
    let nobody = tokio::select! {
        biased;
        _ = listener.accept() => false,
        () = tokio::task::yield_now() => true,
    };
    assert!(nobody);
    assert_eq!(tries(&machine), (0, false));
}

#[tokio::test]
async fn only_a_filed_release_can_be_marked() {
    let machine = Machine::new(Measure::Hit, "http://127.0.0.1:1").await;
    let refused = mark::ingested(&machine.config, machine.world.release.id);
    assert!(matches!(refused, Err(AgentError::NotFiled(_))));
}

/// A collector that speaks TLS takes one hit that was to come from an agent with this pin: the answer, and what was sent inside TLS.
async fn hit_over_tls(key: HostKey, pin: &str) -> (bool, String) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("bound");
    let serving = tokio::spawn(async move {
        let (stream, _) = listener.accept().await.expect("a connection");
        let mut octets = Vec::new();
        let Ok(mut stream) = key.acceptor().accept(stream).await else {
            return String::new();
        };
        let mut piece = [0; 512];
        while !octets.ends_with(b"\r\n\r\n") {
            let read = stream.read(&mut piece).await.expect("read");
            octets.extend(&piece[..read]);
        }
        stream.write_all(ANSWER.as_bytes()).await.expect("written");
        stream.flush().await.expect("written");
        String::from_utf8(octets).expect("ASCII")
    });
    let base = Base::try_from(format!("https://{address}#sha256={pin}")).expect("a base");
    let hit = BareBeacon(Some(base)).hit(&Sha256([7; 32])).await;
    (hit, serving.await.expect("served"))
}

#[tokio::test]
async fn a_hit_over_tls_is_the_same_and_another_key_gets_none() {
    let key = HostKey::of(1);
    let (hit, sent) = hit_over_tls(key, &key.pin()).await;
    assert!(hit);
    assert!(sent.starts_with("POST /p/0707"), "{sent}");
    assert_eq!(sent.matches("\r\n").count(), 5, "{sent}");
    assert!(!sent.contains("sha256"), "{sent}");
    let (hit, sent) = hit_over_tls(key, &HostKey::of(2).pin()).await;
    assert_eq!((hit, sent.as_str()), (false, ""));
}

#[test]
fn a_base_without_a_pin_is_plain_http_on_loopback() {
    for (text, good) in [
        ("http://127.0.0.1:8480", true),
        ("http://[::1]:8480/", true),
        ("http://192.0.2.1:8480", false),
        ("https://127.0.0.1:8480", false),
        ("https://collector.example", false),
        ("http://collector.example", false),
    ] {
        assert_eq!(Base::try_from(text.to_owned()).is_ok(), good, "{text}");
    }
}

fn tries(machine: &Machine) -> (u8, bool) {
    let Config { state, .. } = &machine.config;
    let tries = ktr_agent::measure::tries(state, machine.world.release.id).expect("readable");
    (tries.made, tries.answered)
}
