//! What must not be possible: a room on a homeserver without nets, a release that is not the sealed one, other people's files.
//! And what must be survived: a token that was lost, a homeserver that died.

use std::fs;

use ktr_core::id::SessionId;
use ktr_room::adapter::matrix::{Http, ensure_bot};
use ktr_room::port::Room;
use ktr_room::report::Report;
use ktr_room::standing;
use ktr_room::synapse::{Homeserver, Launch};
use reqwest::StatusCode;
use serde_json::json;

use crate::support::{County, Guest, Synapse, clock_ms, until};

#[tokio::test]
async fn a_homeserver_without_delayed_events_gets_no_room_and_a_loud_alarm() {
    let mut county = County::with(2, [2, 4, 60]).await;
    let path = county.synapse.data().join("homeserver.yaml");
    let text = fs::read_to_string(&path).expect("yaml");
    let cut: Vec<&str> = text
        .lines()
        .filter(|line| !line.starts_with("max_event_delay_duration"))
        .collect();
    fs::write(&path, cut.join("\n")).expect("yaml");
    restart(&mut county.synapse).await;
    let sidecar = county.start();
    let seen = until("an alarm", 20, || async {
        standing::read(&county.store).expect("status")
    })
    .await;
    assert_eq!(seen.alarms, ["room.incapable"]);
    assert!(
        county
            .room
            .look(SessionId(4), None)
            .await
            .expect("look")
            .room
            .is_none()
    );
    sidecar.abort();
}

/// Stops the homeserver and starts it again on the same data.
async fn restart(synapse: &mut Synapse) {
    let launch = synapse.launch();
    nix::sys::signal::kill(
        nix::unistd::Pid::from_raw(synapse.homeserver.pid()),
        nix::sys::signal::Signal::SIGKILL,
    )
    .expect("kill");
    until("it is dead", 10, || {
        let dead = !synapse.homeserver.alive();
        async move { dead.then_some(()) }
    })
    .await;
    synapse.homeserver = Homeserver::start(launch).await.expect("restarted");
}

#[tokio::test]
async fn a_release_that_is_not_the_sealed_one_is_refused_whole() {
    let county = County::with(1, [2, 60, 120]).await;
    fs::write(county.site.inbox.join("release.pgp"), b"not the release").expect("inbox");
    let sidecar = county.start();
    let seen = until("an alarm", 20, || async {
        standing::read(&county.store)
            .expect("status")
            .filter(|seen| !seen.alarms.is_empty())
    })
    .await;
    assert_eq!(
        (seen.alarms.as_slice(), seen.posts),
        (["room.bad_release".to_owned()].as_slice(), 0)
    );
    sidecar.abort();
}

#[tokio::test]
async fn a_pass_is_found_by_its_whole_name_only() {
    let county = County::with(1, [2, 4, 60]).await;
    let sidecar = county.start();
    let guest = Guest::arrive(&county, 1).await;
    for path in [
        "/pass/4/",
        "/pass/4/..",
        "/pass/../state/bot.json",
        "/pass/4/%2e%2e%2f%2e%2e%2fstate%2fbot.json",
        "/pass/4",
        "/",
        "/pass/4/0123",
    ] {
        let url = format!("http://127.0.0.1:{}{path}", county.pass_port);
        assert_eq!(
            guest.http.get(url).send().await.expect("answer").status(),
            StatusCode::NOT_FOUND,
            "{path}"
        );
    }
    sidecar.abort();
}

#[tokio::test]
async fn a_bot_that_lost_its_token_is_rescued_and_keeps_its_account() {
    let synapse = Synapse::boot().await;
    let room = synapse.bot().await;
    let hall = room.create(SessionId(4), &[]).await.expect("room");
    fs::remove_file(synapse.folder.path().join("bot.json")).expect("lost");
    let secret = fs::read(synapse.data().join("registration.secret")).expect("secret");
    let http = Http::new(&synapse.base()).expect("client");
    let path = synapse.folder.path().join("bot.json");
    let bot = ensure_bot(&http, "county-a.test", &secret, &path)
        .await
        .expect("rescued");
    assert_eq!(bot.device, None);
    let again = synapse.bot().await;
    let look = again.look(SessionId(4), None).await.expect("look");
    assert_eq!(look.room.map(|sight| sight.id), Some(hall));
}

#[tokio::test]
async fn a_post_whose_answer_was_lost_is_not_sent_again_with_a_rescued_token() {
    let synapse = Synapse::boot().await;
    let first = synapse.bot().await;
    let hall = first.create(SessionId(4), &[]).await.expect("room");
    let content = json!({"msgtype": "m.file", "body": "release.pgp", "url": "mxc://county-a.test/x",
        "ktr.release.v1": {"n": 0, "sha256": "00".repeat(32)}});
    let sent = first.post(&hall, 0, "TXN", &content).await.expect("sent");
    fs::remove_file(synapse.folder.path().join("bot.json")).expect("lost");
    let second = synapse.bot().await;
    let again = second.post(&hall, 0, "TXN", &content).await;
    assert_eq!(again.expect("found"), sent);
    let other = json!({"msgtype": "m.file", "body": "release.pgp", "url": "mxc://county-a.test/y",
        "ktr.release.v1": {"n": 1, "sha256": "11".repeat(32)}});
    let next = second.post(&hall, 1, "TXN-1", &other).await.expect("sent");
    assert_ne!(next, sent, "another number is another post");
    let look = second.look(SessionId(4), None).await.expect("look");
    let posts = look.room.expect("the room").posts;
    let events: Vec<_> = posts.into_values().map(|post| post.event).collect();
    assert_eq!(events, [sent, next]);
}

#[tokio::test]
async fn a_homeserver_killed_with_a_room_alive_comes_back_and_the_session_goes_on() {
    let mut county = County::with(2, [4, 6, 600]).await;
    let sidecar = county.start();
    let guest = Guest::arrive(&county, 1).await;
    let (status, _) = guest.join().await;
    assert_eq!(status, StatusCode::OK);
    restart(&mut county.synapse).await;
    county.ledger.open();
    until("post 0 is out", 20, || async {
        county
            .store
            .load()
            .expect("journal")
            .filter(|journal| journal.posted() > 0)
    })
    .await;
    // A loaded machine boots a homeserver in half a minute, so T is brought near only now.
    let t = clock_ms() / 1_000 + 8;
    county
        .ledger
        .change(|inner| inner.session.times.dissolves_at = t);
    // A scan that finds something is made again after 65 s.
    until("the session is done", 150, || async { county.remnant() }).await;
    sidecar.abort();
}

#[tokio::test]
async fn a_homeserver_killed_at_t_and_started_again_loses_its_room_and_the_receipt_says_so() {
    let mut county = County::with(2, [4, 6, 600]).await;
    let sidecar = county.start();
    let guest = Guest::arrive(&county, 1).await;
    let (status, _) = guest.join().await;
    assert_eq!(status, StatusCode::OK);
    county.ledger.open();
    until("post 0 is out", 60, || async {
        let journal = county.store.load().expect("journal");
        journal.filter(|journal| journal.posted() > 0)
    })
    .await;
    let t = clock_ms() / 1_000 + 8;
    county
        .ledger
        .change(|inner| inner.session.times.dissolves_at = t);
    until("T", 20, || async {
        (clock_ms() >= t * 1_000).then_some(())
    })
    .await;
    restart(&mut county.synapse).await;
    until("the session is done", 240, || async { county.remnant() }).await;
    sidecar.abort();
    let look = county.room.look(SessionId(4), None).await.expect("a look");
    assert!(look.room.is_none() && look.strays.is_empty());
    let reports = county.ledger.change(|inner| inner.reports.clone());
    let Some(Report::Dissolved {
        dissolution,
        attempt,
        ..
    }) = reports.last()
    else {
        panic!("{reports:?}")
    };
    assert!(dissolution.purged_at.0 >= t);
    assert_eq!((dissolution.posts, dissolution.residue), (1, [0; 8]));
    let receipt = fs::read(county.store.receipt(4, *attempt)).expect("a receipt");
    assert_eq!(ktr_room::name::sha256(&receipt), dissolution.receipt);
}

#[tokio::test]
async fn a_taken_port_is_named() {
    let folder = tempfile::tempdir().expect("folder");
    let data = folder.path().join("synapse");
    let other = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = other.local_addr().expect("an address").port();
    let install = ktr_room::synapse::Install {
        server_name: "x.test".to_owned(),
        port,
        data: data.clone(),
        postgres: None,
    };
    install.write().expect("written");
    let launch = Launch {
        // Nothing is started.
        python: "nowhere/python".into(),
        data,
        port,
        extra: None,
    };
    let error = Homeserver::start(launch)
        .await
        .expect_err("taken")
        .to_string();
    assert!(error.contains(&port.to_string()), "{error}");
}
