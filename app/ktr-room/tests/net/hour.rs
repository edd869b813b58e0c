//! A whole session: passes, joins, post, a late joiner, T, zero residue, receipt.
//! The log of it is searched for everything it must not hold.

use std::fs;

use ktr_room::adapter::residue::Canaries;
use ktr_room::journal::Remnant;
use ktr_room::report::{Cause, Report};
use reqwest::StatusCode;

use crate::support::{County, Guest, Synapse, account, archive, clock_ms, log, seeded_post, until};

#[tokio::test]
async fn a_session_runs_from_the_first_pass_to_zero_residue() {
    let county = County::with(6, [4, 8, 30]).await;
    let sidecar = county.start();
    let (guests, hall) = gathered(&county).await;
    county.ledger.open();
    served(&county, &guests, &hall).await;
    let canaries = sought(&county).await;
    joins_end(&county, &guests[0], &hall).await;
    let remnant = until("the session is done", 60, || async { county.remnant() }).await;
    println!(
        "T + {} ms: done",
        clock_ms() - county.ledger.times().dissolves_ms()
    );
    sidecar.abort();
    judge_reports(&county, &remnant);
    for guest in &guests {
        let (status, _) = guest.get("/_matrix/client/v3/sync?timeout=0").await;
        assert_eq!(status, StatusCode::UNAUTHORIZED, "the pass is dead");
    }
    judge_leftovers(&county, &canaries);
    judge_log(&guests[0], &hall);
}

/// Five of six members take their passes and join; nothing is posted yet.
async fn gathered(county: &County) -> (Vec<Guest>, String) {
    let mut guests = Vec::new();
    let mut hall = String::new();
    for n in 1..=5 {
        let guest = Guest::arrive(county, n).await;
        let (status, room) = guest.join().await;
        assert_eq!(status, StatusCode::OK);
        hall = room;
        guests.push(guest);
    }
    let early = guests[0].posts(&hall).await;
    assert!(
        early.is_empty(),
        "nothing is posted before the studio opens"
    );
    (guests, hall)
}

/// All five read the release, and the sixth, who comes late, reads a batch of its own.
async fn served(county: &County, guests: &[Guest], hall: &str) {
    for guest in guests {
        assert!(
            guest.receive(hall).await == archive(),
            "member {} has it",
            guest.n
        );
    }
    let late = Guest::arrive(county, 6).await;
    assert_eq!(late.join().await.0, StatusCode::OK);
    assert!(
        late.receive(hall).await == archive(),
        "who came late has it too"
    );
    let posts = late.posts(hall).await;
    assert_eq!(posts.len(), 2, "post 0 and one batch");
    let plain = county.synapse.grep("CANARY-PLAINTEXT");
    assert_eq!(plain, 0, "no plaintext on the homeserver");
    assert!(
        county.synapse.grep(hall) > 0 && county.synapse.dump(hall) > 0,
        "both judges see the room while it lives"
    );
}

/// All that the scanner looks for, as the journal knows it while the room lives; what is on the homeserver of it the judges see by then.
async fn sought(county: &County) -> Canaries {
    let journal = until("a journal of both posts", 20, || async {
        let journal = county.store.load().expect("journal")?;
        (journal.posted() > 1).then_some(journal)
    })
    .await;
    let tables = county.synapse.tables();
    let media_store = county.synapse.data().join("media_store");
    for post in &journal.posts {
        let (event, media) = (post.event.as_ref(), post.media.as_ref());
        let (_, media) = media.expect("named").parts().expect("a media id");
        let event = event.expect("sent").as_str();
        let digest = post.digest().to_string();
        for needle in [event, media, digest.as_str(), post.transaction.as_str()] {
            assert!(tables.contains(needle), "in a table: {needle}");
        }
        let middle = hex::encode(&post.middle);
        assert_eq!(Synapse::octets(&media_store, &middle), 1, "{middle}");
    }
    let mut delays = journal.delay_ids.iter();
    assert!(delays.any(|id| tables.contains(id.as_str())), "a net waits");
    let of_rooms = county.synapse.rows_of_rooms();
    assert!(of_rooms.contains(account(1).as_str()), "a member is in it");
    let passes = county.site.passes.join("4");
    let mut laid = journal.passes.values();
    assert!(laid.all(|pass| passes.join(&pass.name).exists()), "passes");
    Canaries::of(&journal, "county-a.test")
}

async fn joins_end(county: &County, guest: &Guest, hall: &str) {
    let room = hall.replace('!', "%21");
    let rules = format!("/_matrix/client/v3/rooms/{room}/state/m.room.join_rules/");
    until("joins closed", 30, || async {
        let (_, body) = guest.get(&rules).await;
        String::from_utf8_lossy(&body)
            .contains("private")
            .then_some(())
    })
    .await;
    assert!(
        clock_ms() < county.ledger.times().dissolves_ms(),
        "before T"
    );
}

fn judge_reports(county: &County, remnant: &Remnant) {
    let reports = county.ledger.change(|inner| inner.reports.clone());
    let [
        seeded,
        Report::Joined { count, .. },
        Report::Dissolved {
            attempt,
            dissolution,
            ..
        },
    ] = reports.as_slice()
    else {
        panic!("three reports in order: {reports:?}");
    };
    assert!(seeded_post(seeded).is_some());
    assert_eq!((*count, *attempt), (Some(6), 1));
    assert_eq!(dissolution.residue, [0; 8]);
    let numbers = (
        dissolution.kicked,
        dissolution.posts,
        dissolution.media_deleted,
    );
    assert_eq!(numbers, (Some(6), 2, 2));
    assert_eq!(
        (dissolution.cause, dissolution.server_version),
        (Cause::Time, [1, 163, 2])
    );
    let flags = dissolution.flags;
    assert!(flags.swept && flags.wal_truncated && flags.secure_delete && flags.version_known);
    assert!(!flags.stray_found && !flags.room_absent_at_start && !flags.dead_man_had_fired);
    assert_eq!(remnant.receipt, dissolution.receipt.to_string());
}

/// Judges that share nothing with the scanner, `grep`, `od` and `sqlite3`, look for all that it looks for.
fn judge_leftovers(county: &County, canaries: &Canaries) {
    let (tables, data) = (county.synapse.tables(), county.synapse.data());
    assert!(canaries.words.len() > 20, "room, posts, passes and nets");
    for word in &canaries.words {
        let (text, octets) = (String::from_utf8_lossy(word), hex::encode(word));
        let found = if word.iter().all(u8::is_ascii_graphic) {
            assert!(!tables.contains(&*text), "in a table: {text}");
            county.synapse.grep(&text)
        } else {
            Synapse::octets(&data, &octets)
        };
        assert_eq!(found, 0, "left behind: {text}");
        assert!(!tables.contains(&octets), "in a table: {octets}");
    }
    let of_rooms = county.synapse.rows_of_rooms();
    assert_eq!(canaries.people.len(), 6);
    for person in &canaries.people {
        let person = String::from_utf8_lossy(person);
        assert!(!of_rooms.contains(&*person), "in a row of a room: {person}");
    }
    for folder in [&county.site.passes, &county.store.spool()] {
        let left = fs::read_dir(folder).expect("a folder");
        assert_eq!(left.count(), 0, "{}", folder.display());
    }
}

fn judge_log(guest: &Guest, hall: &str) {
    let log = log::so_far();
    assert!(
        log.contains("post sent") && log.contains("session done"),
        "{log}"
    );
    let token = guest.pass["token"].as_str().expect("token");
    let bare = hall.trim_start_matches('!');
    for secret in [
        bare,
        "mxc:",
        token,
        "@m-",
        account(1).as_str(),
        "#ktr-",
        "syd_",
        "!",
    ] {
        assert!(!log.contains(secret), "the log holds {secret}");
    }
}
