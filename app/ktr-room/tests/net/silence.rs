//! The sidecar's whole log, every level of its own lines, over a session with a witness at the door: it names nobody and nothing.
//! What is sought is taken from the journal while the room lives, so that the search knows more than the log's writer thought of.

use ktr_core::id::{CountyId, EncryptionKey, MemberId};
use ktr_room::journal::Phase;
use ktr_room::name;
use ktr_room::plan::Member;

use crate::support::{Guest, log, until};
use crate::witness::{SHORT, WATCHER, Watched, testimonies};

/// A member that is told from all others by its id.
const MARKED: MemberId = MemberId(*b"CANARY-MEMBER-ID");

/// A file in the inbox that is no release.
const MARKED_FILE: &str = "CANARY-FILE-NAME.pgp";

/// What has no place in a log, whoever it belongs to.
const SHAPES: [&str; 12] = [
    "@",
    "!",
    "#ktr",
    "$",
    "mxc:",
    "syt_",
    "syd_",
    "m-",
    "p-2",
    "127.0.0.1",
    "localhost",
    ".test",
];

#[tokio::test]
async fn a_whole_session_is_logged_without_one_identifier() {
    let watched = Watched::with(2, [3, 6, 24]).await;
    let county = &watched.county;
    county.ledger.change(|inner| {
        inner.members.push(Member {
            id: MARKED,
            home: CountyId(1),
            room_keys: vec![EncryptionKey([77; 56])],
        });
    });
    let nonsense = county.site.inbox.join(MARKED_FILE);
    ktr_os::file::put(&nonsense, &[7; 64]).expect("inbox");
    let sidecar = county.start();
    let guest = Guest::arrive(county, 1).await;
    let hall = guest.join().await.1;
    county.ledger.open();
    let lookout = watched.watch(SHORT);
    guest.receive(&hall).await;
    watched.until_opened().await;
    let sought = identifiers(&watched).await;
    until("a testimony", 90, || async {
        (!testimonies(&county.ledger).is_empty()).then_some(())
    })
    .await;
    until("the session is done", 30, || async { county.remnant() }).await;
    sidecar.abort();
    lookout.abort();
    let log = log::so_far();
    for told in [
        "room made",
        "passes laid out",
        "nets armed",
        "release refused",
        "post sent",
        "reported",
        "dissolution begins",
        "scanned",
        "session done",
        "inside another county's room",
        "asked at a door",
        "testimony sent",
    ] {
        assert!(log.contains(told), "the log is whole: {told} is missing");
    }
    let shapes = SHAPES.iter().map(|shape| (*shape).to_owned());
    for secret in sought.into_iter().chain(shapes) {
        let lines: Vec<&str> = log.lines().filter(|line| line.contains(&secret)).collect();
        assert!(lines.is_empty(), "the log holds {secret}: {lines:?}");
    }
}

/// Every identifier of the living session, from both sides of the door.
async fn identifiers(watched: &Watched) -> Vec<String> {
    let county = &watched.county;
    let journal = until("a journal with a post", 20, || async {
        let journal = county.store.load().ok()??;
        (journal.phase == Phase::Seeded && !journal.delay_ids.is_empty()).then_some(journal)
    })
    .await;
    let room = journal.room.expect("a room");
    let post = &journal.posts[0];
    let (event, media) = (
        post.event.clone().expect("sent"),
        post.media.clone().expect("named"),
    );
    let (_, media) = media.parts().expect("a media id");
    let bot = std::fs::read(county.synapse.folder.path().join("bot.json")).expect("the bot");
    let bot: serde_json::Value = serde_json::from_slice(&bot).expect("json");
    let marked = name::account(&county.site.county_secret, MARKED);
    let mut sought = vec![
        room.bare().to_owned(),
        event.as_str().trim_start_matches('$').to_owned(),
        media.to_owned(),
        bot["token"].as_str().expect("a token").to_owned(),
        bot["device"].as_str().expect("a device").to_owned(),
        "CANARY".to_owned(),
        MARKED.to_string(),
        marked.as_str().to_owned(),
        name::probe(WATCHER).as_str().to_owned(),
        format!(":{}", county.pass_port),
        format!(":{}", county.synapse.homeserver.port()),
    ];
    assert!(
        journal.passes.contains_key(&marked),
        "the marked member has a pass"
    );
    for pass in journal.passes.values() {
        sought.push(pass.name.clone());
        sought.push(pass.token.as_str().to_owned());
    }
    sought.extend(journal.delay_ids.iter().map(|id| id.as_str().to_owned()));
    let inside = watched
        .heard()
        .and_then(|watch| watch.doors.get(&1)?.inside.clone());
    sought.push(inside.expect("inside").token.as_str().to_owned());
    assert!(
        sought.iter().all(|secret| secret.len() >= 3),
        "nothing empty is sought"
    );
    sought
}
