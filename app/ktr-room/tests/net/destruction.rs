//! The sequence of the destruction on a real homeserver: all of it leaves nothing, and each step is needed.
//! Canaries are laid where members and the bot can lay them.

use std::collections::BTreeSet;

use ktr_core::id::SessionId;
use ktr_room::RoomError;
use ktr_room::action::Step;
use ktr_room::adapter::matrix::MatrixRoom;
use ktr_room::adapter::residue::{CLASSES, Canaries, Residue, Site};
use ktr_room::journal::{Fact, Journal, Pass, Post};
use ktr_room::matrix_id::RoomId;
use ktr_room::name;
use ktr_room::plan::Times;
use ktr_room::port::{Cleared, Room};
use ktr_room::seen::Net;
use reqwest::{Client, Method, StatusCode};
use serde_json::json;

use crate::support::{Synapse, account, clock_ms};

const TIMES: Times = Times {
    seeds_at: 1,
    opens_at: 2,
    dissolves_at: 3,
};

/// The transaction id of the post.
const TRANSACTION: &str = "TXNCANARY";

/// Tables in which a member's litter lies while the room lives.
const LITTERED: [&str; 5] = [
    "account_data",
    "event_reports",
    "receipts_linearized",
    "room_account_data",
    "room_tags",
];

/// A seeded room with canaries in every place that a member or the bot can reach, and its journal.
async fn furnished(synapse: &Synapse, room: &MatrixRoom, session: SessionId) -> Journal {
    let mut journal = Journal::begin(session, TIMES, [1; 32]);
    let guests = [account(1), account(2)];
    for guest in &guests {
        room.ensure_account(guest).await.expect("account");
    }
    let hall = room.create(session, &guests).await.expect("room");
    journal.note(Fact::Room(hall.clone()));
    let expires = clock_ms() / 1_000 + 600;
    for guest in &guests {
        let token = room.mint(guest, expires * 1_000).await.expect("token");
        journal.note(Fact::Pass(
            guest.clone(),
            Pass {
                name: "a".repeat(32),
                token,
                expires,
            },
        ));
    }
    let first = journal.passes[&guests[0]].token.as_str().to_owned();
    let http = Client::new();
    let path = format!(
        "{}/_matrix/client/v3/rooms/{}",
        synapse.base(),
        hall.as_str().replace('!', "%21")
    );
    let call = |method, url: String| {
        http.request(method, url)
            .bearer_auth(&first)
            .json(&json!({"reason": "canary"}))
    };
    let joined = call(Method::POST, format!("{path}/join"))
        .send()
        .await
        .expect("join");
    assert_eq!(joined.status(), StatusCode::OK);
    for net in guests.iter().cloned().map(Net::Kick).chain([Net::OwnLeave]) {
        journal
            .delay_ids
            .insert(room.arm(&hall, &net, 600_000).await.expect("arm"));
    }
    post(room, &hall, &mut journal).await;
    for (place, name) in [("passes", "a"), ("spool", "0.pgp")] {
        let path = synapse.folder.path().join(place);
        ktr_os::file::folder(&path).expect("folder");
        ktr_os::file::put(&path.join(name), b"anything").expect("a file");
    }
    let event = journal.posts[0].event.clone().expect("posted");
    let report = format!("{path}/report/{}", event.as_str().replace('$', "%24"));
    let reported = call(Method::POST, report).send().await.expect("report");
    assert_eq!(reported.status(), StatusCode::OK);
    journal
}

/// A part of a path.
fn segment(text: &str) -> String {
    text.chars().fold(String::new(), |path, one| match one {
        '!' => path + "%21",
        '$' => path + "%24",
        ':' => path + "%3A",
        '@' => path + "%40",
        other => path + &other.to_string(),
    })
}

/// What member 1 leaves where no path from outside leads to: a read receipt, account data and a tag of the room, account data of its own
/// that name the room, an upload.
async fn litter(base: &str, journal: &Journal) {
    let http = Client::new();
    let token = journal.passes[&account(1)].token.as_str();
    let (hall, event) = (journal.room.as_ref(), journal.posts[0].event.as_ref());
    let room = segment(hall.expect("a room").as_str());
    let event = segment(event.expect("posted").as_str());
    let user = segment(&format!("@{}:county-a.test", account(1).as_str()));
    let own = format!("{base}/_matrix/client/v3/user/{user}");
    let of_room = format!("{own}/rooms/{room}");
    let receipt = format!("{base}/_matrix/client/v3/rooms/{room}/receipt/m.read/{event}");
    for (method, url) in [
        (Method::POST, receipt),
        (
            Method::PUT,
            format!("{of_room}/account_data/org.example.canary"),
        ),
        (Method::PUT, format!("{of_room}/tags/u.canary")),
    ] {
        let asked = http.request(method, &url).bearer_auth(token);
        let answer = asked.json(&json!({})).send().await.expect("an answer");
        assert_eq!(answer.status(), StatusCode::OK, "{url}");
    }
    let kept = http.put(format!("{own}/account_data/m.direct"));
    let named = json!({"@m-2:county-a.test": [hall.expect("a room").as_str()]});
    let answer = kept.bearer_auth(token).json(&named).send().await;
    let status = answer.expect("an answer").status();
    assert_eq!(status, StatusCode::OK, "account data of its own");
    let upload = http.post(format!("{base}/_matrix/media/v3/upload"));
    let upload = upload.bearer_auth(token).body("a member's upload");
    let answer = upload.send().await.expect("an answer");
    assert_eq!(answer.status(), StatusCode::OK, "an upload");
}

/// Uploads and posts 200 kB, as the sidecar does.
async fn post(room: &MatrixRoom, hall: &RoomId, journal: &mut Journal) {
    let octets: Vec<u8> = (0..50_000u32).flat_map(u32::to_le_bytes).collect();
    let media = room.name_media().await.expect("media");
    room.upload(&media, octets.clone()).await.expect("upload");
    let content = json!({"msgtype": "m.file", "body": "release.pgp", "url": media.as_str(),
        "org.matrix.self_destruct_after": clock_ms() + 1_200_000,
        "ktr.release.v1": {"n": 0, "sha256": name::sha256(&octets).to_string()}});
    let event = room
        .post(hall, 0, TRANSACTION, &content)
        .await
        .expect("post");
    journal.note(Fact::Spooled(Post {
        n: 0,
        sha256: name::sha256(&octets).0,
        middle: octets[100_000..100_032].to_vec(),
        size: 200_000,
        recipients: journal.passes.keys().cloned().collect(),
        media: Some(media),
        uploaded: true,
        event: None,
        sent_ms: 0,
        transaction: TRANSACTION.to_owned(),
    }));
    journal.note(Fact::Posted(0, event, 1));
}

/// One step, as the sidecar does it.
async fn step(room: &MatrixRoom, site: &Site, journal: &Journal, step: Step) {
    let hall = journal.room.as_ref().expect("room");
    match step {
        Step::Media => room.drop_media(clock_ms(), &mut 0).await.expect("media"),
        Step::Alias => room
            .drop_alias(SessionId(journal.session))
            .await
            .expect("alias"),
        Step::Reports => room.drop_reports(hall).await.expect("reports"),
        Step::Kicks => room
            .clear(hall, &BTreeSet::new(), &mut Cleared::default())
            .await
            .expect("kicks"),
        Step::Nets => room.disarm(hall, &mut 0).await.expect("nets"),
        Step::Purge => room.purge(hall).await.expect("purge"),
        Step::Gone => assert!(
            room.confirm_gone(hall).await.expect("gone"),
            "the room answers"
        ),
        Step::Passes => {
            for pass in journal.passes.values() {
                // The homeserver still knows a token whose row the sweep has taken, and cannot end it twice.
                match room.log_out(&pass.token).await {
                    Ok(()) | Err(RoomError::ServerRefused { status: 404, .. }) => {}
                    Err(error) => panic!("log out: {error}"),
                }
            }
            for place in [&site.passes, &site.spool] {
                ktr_os::file::empty(place).expect("emptied");
            }
        }
    }
}

fn site(synapse: &Synapse) -> Site {
    let folder = synapse.folder.path();
    for part in ["spool", "passes"] {
        ktr_os::file::folder(&folder.join(part)).expect("folder");
    }
    let mut site = Site::of(&synapse.data(), folder.join("spool"), folder.join("passes"));
    site.secure_delete = synapse.wipes();
    site.with_cluster(synapse.cluster.as_ref().map(|cluster| &cluster.place))
}

fn class(residue: Residue, name: &str) -> u32 {
    residue.0[CLASSES
        .iter()
        .position(|class| *class == name)
        .expect("a class")]
}

#[tokio::test]
async fn the_whole_sequence_leaves_nothing_and_each_step_is_needed() {
    each_step(&Synapse::boot().await).await;
}

#[tokio::test]
async fn the_whole_sequence_leaves_nothing_in_postgresql_and_each_step_is_needed() {
    each_step(&Synapse::boot_on_postgres().await).await;
}

/// What takes away what a step leaves that was dropped; it is seen in a table before the sweep, or in a class after it.
#[derive(Clone, Copy)]
enum Cure {
    /// The sweep, with all else: nothing is left.
    Whole,
    /// The sweep, as far as this step goes.
    Sweep,
    /// Nothing but the step: what it leaves is still there after the sweep.
    None,
}

async fn each_step(synapse: &Synapse) {
    let room = synapse.bot().await;
    let site = site(synapse);
    // Without the kicks nothing is left either: the purge takes everybody out of the room, and the nets are cancelled by a step of their own. They
    // are there so that clients hear of it, which no scan can see.
    let cases: [(Option<Step>, Cure, &str); 9] = [
        (None, Cure::Whole, "current_state_delta_stream"),
        (Some(Step::Kicks), Cure::Whole, "current_state_delta_stream"),
        (Some(Step::Media), Cure::None, "media"),
        (Some(Step::Alias), Cure::Sweep, "room_alias_servers"),
        (Some(Step::Reports), Cure::Sweep, "event_reports"),
        (Some(Step::Nets), Cure::Sweep, "delayed_events"),
        (Some(Step::Purge), Cure::None, "events"),
        (Some(Step::Gone), Cure::None, "blocked_rooms"),
        (Some(Step::Passes), Cure::None, "pass"),
    ];
    for ((dropped, cure, leaves), session) in cases.into_iter().zip(1..) {
        let journal = furnished(synapse, &room, SessionId(session)).await;
        litter(&synapse.base(), &journal).await;
        let canaries = Canaries::of(&journal, "county-a.test");
        all_is_there(&site, &canaries);
        take_but(dropped, &room, &site, &journal).await;
        let unswept = site.scan(&canaries).expect("scan");
        let tables = site.explain(&canaries).expect("tables");
        let version = room.version().await.expect("version");
        let sweep = site.sweep(&canaries, version, clock_ms()).expect("sweep");
        assert!(sweep.swept && sweep.wal_truncated && sweep.version_known);
        assert_eq!(sweep.secure_delete, site.secure_delete);
        let after = site.scan(&canaries).expect("scan");
        let is_seen = if CLASSES.contains(&leaves) {
            class(after, leaves) > 0
        } else {
            tables.contains_key(leaves)
        };
        // The sweep is the ninth step: without it nothing is ever clean, and the first case is the one in which it alone is missing.
        let is_red = !unswept.clean()
            && match cure {
                Cure::Whole => after.clean(),
                Cure::Sweep => true,
                Cure::None => !after.clean(),
            };
        assert!(
            is_seen && is_red,
            "without {dropped:?}: {unswept:?}, {tables:?}, swept {after:?}"
        );
        repeat(&room, &site, &journal).await;
    }
}

/// While the room lives, everything that is looked for is found.
fn all_is_there(site: &Site, canaries: &Canaries) {
    let before = site.scan(canaries).expect("scan");
    for name in ["live", "media", "pending"] {
        assert!(class(before, name) > 0, "while the room lives: {name}");
    }
    let tables = site.explain(canaries).expect("tables");
    for table in LITTERED {
        assert!(tables.contains_key(table), "while the room lives: {table}");
    }
    let transaction = Canaries {
        words: vec![TRANSACTION.as_bytes().to_vec()],
        ..Canaries::default()
    };
    assert!(canaries.words.contains(&transaction.words[0]));
    let kept = site.explain(&transaction).expect("tables");
    assert!(!kept.is_empty(), "the homeserver keeps it");
}

/// The whole once more, after which nothing is left.
async fn repeat(room: &MatrixRoom, site: &Site, journal: &Journal) {
    for one in &Step::ALL {
        step(room, site, journal, *one).await;
    }
    let canaries = Canaries::of(journal, "county-a.test");
    site.sweep(&canaries, [1, 163, 2], clock_ms())
        .expect("sweep");
    let cured = site.scan(&canaries).expect("scan");
    assert!(cured.clean(), "a repetition cures it: {cured:?}");
}

/// All steps but one.
async fn take_but(dropped: Option<Step>, room: &MatrixRoom, site: &Site, journal: &Journal) {
    let hall = journal.room.clone().expect("room");
    for one in Step::ALL.iter().filter(|one| Some(**one) != dropped) {
        if *one == Step::Gone && matches!(dropped, Some(Step::Nets | Step::Purge)) {
            assert!(
                !room.confirm_gone(&hall).await.expect("gone"),
                "something still answers"
            );
        } else {
            step(room, site, journal, *one).await;
        }
    }
}

#[tokio::test]
async fn a_room_that_is_not_the_sessions_is_destroyed_without_a_trace() {
    let synapse = Synapse::boot().await;
    let room = synapse.bot().await;
    let site = site(&synapse);
    let journal = furnished(&synapse, &room, SessionId(9)).await;
    let look = room.look(SessionId(1), None).await.expect("look");
    let hall = journal.room.clone().expect("room");
    assert_eq!(look.strays, BTreeSet::from([hall.clone()]));
    room.destroy_stray(&hall, &BTreeSet::new())
        .await
        .expect("destroyed");
    step(&room, &site, &journal, Step::Passes).await;
    let canaries = Canaries::of(&journal, "county-a.test");
    site.sweep(&canaries, [1, 163, 2], clock_ms())
        .expect("sweep");
    let after = site.scan(&canaries).expect("scan");
    assert!(after.clean(), "{after:?}");
}
