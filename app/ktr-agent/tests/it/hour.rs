//! A session's hour from pass to leave, and everything that must not be filed.
//! Each test ticks by itself; time is set, not waited for.

use std::fs;

use ktr_agent::config::Measure;
use ktr_artefact::{archive, finding::rule};
use ktr_core::{
    bundle::{Retraction, RetractionReason},
    time::Time,
};
use serde_json::{Value, json};

use crate::support::{
    agent::Machine,
    world::{OPENS, Records, SERVER, T, World, role_key},
};

async fn machine() -> Machine {
    Machine::new(Measure::Off, "http://127.0.0.1:1").await
}

#[tokio::test]
async fn a_member_gets_the_very_bytes_that_were_sealed_and_leaves_by_itself() {
    let machine = machine().await;
    machine.county.admit(&machine.world);
    machine
        .county
        .post_release(&machine.world, &machine.world.files);
    let mut agent = machine.agent();
    agent.tick().await.expect("a tick");
    let signed = machine.signed();
    let read = |name: &str| fs::read(signed.join(name)).expect("filed");
    assert_eq!(read("bundle.json"), machine.world.files.bundle);
    assert_eq!(read("bundle.json.asc"), machine.world.files.seal);
    let receipt: Value = serde_json::from_slice(&read("receipt.json")).expect("json");
    assert_eq!(
        receipt["sha256"],
        json!(machine.world.release.sha256.to_string())
    );
    assert_eq!(
        receipt["beacon"],
        json!(machine.world.release.beacon.to_string())
    );
    assert_eq!(
        (machine.phase().as_str(), machine.quarantine()),
        ("filed", vec![])
    );
    machine.set_clock(T + 4);
    agent.tick().await.expect("a tick");
    assert_eq!(
        machine.county.count("POST /_matrix/client/v3/rooms/"),
        0,
        "before T + 5 s"
    );
    machine.set_clock(T + 5);
    agent.tick().await.expect("a tick");
    assert_eq!(
        machine
            .county
            .count("POST /_matrix/client/v3/rooms/%21room/leave"),
        1
    );
    assert_eq!(machine.phase(), "left");
}

#[tokio::test]
async fn only_the_five_paths_of_a_member_are_asked_for() {
    let machine = machine().await;
    machine.county.admit(&machine.world);
    machine
        .county
        .post_release(&machine.world, &machine.world.files);
    let mut agent = machine.agent();
    agent.tick().await.expect("a tick");
    machine.set_clock(T + 5);
    agent.tick().await.expect("a tick");
    let asked = machine.county.shelf.lock().expect("no panic").asked.clone();
    let allowed = [
        "GET /pass/7/",
        "POST /_matrix/client/v3/join/%23ktr-7%3Acounty-a.test",
        "GET /_matrix/client/v3/sync?filter=",
        "GET /_matrix/client/v1/media/download/county-a.test/media0",
        "POST /_matrix/client/v3/rooms/%21room/leave",
    ];
    assert_eq!(asked.len(), allowed.len(), "{asked:?}");
    for (asked, allowed) in asked.iter().zip(allowed) {
        assert!(asked.starts_with(allowed), "{asked}");
    }
}

#[tokio::test]
async fn nothing_is_asked_before_the_hour_is_at_hand() {
    let machine = machine().await;
    let mut agent = machine.agent();
    machine.set_clock(OPENS - 2_101);
    agent.tick().await.expect("a tick");
    assert_eq!(machine.county.count(""), 0);
    machine.set_clock(OPENS - 2_100);
    agent.tick().await.expect("a tick");
    assert_eq!(machine.county.count("GET /pass/7/"), 1);
    assert_eq!(machine.phase(), "outside");
}

#[tokio::test]
async fn a_post_for_others_is_passed_over_and_a_late_batch_is_taken() {
    let machine = machine().await;
    machine.county.admit(&machine.world);
    let others = World::ciphertext(&machine.world.files, &role_key("somebody else"));
    machine.county.post(&machine.world, others);
    let mut agent = machine.agent();
    agent.tick().await.expect("a tick");
    assert_eq!(
        (machine.phase().as_str(), machine.quarantine()),
        ("joined", vec![])
    );
    machine
        .county
        .post_release(&machine.world, &machine.world.files);
    agent.tick().await.expect("a tick");
    assert_eq!(machine.phase(), "filed");
    assert_eq!(
        machine
            .county
            .count("GET /_matrix/client/v1/media/download/county-a.test/media0"),
        1
    );
}

#[tokio::test]
async fn what_is_not_the_sealed_release_goes_into_quarantine_with_its_rule() {
    let good = World::new().files;
    let changed = |change: fn(&mut archive::Release)| {
        let mut files = good.clone();
        change(&mut files);
        files
    };
    for (name, files, rule) in [
        (
            "bundle",
            changed(|files| files.bundle[40] ^= 1),
            rule::NOT_THE_SEALED_BYTES,
        ),
        (
            "longer",
            changed(|files| files.bundle.push(b'\n')),
            rule::NOT_THE_SEALED_BYTES,
        ),
        (
            "seal",
            changed(|files| files.seal.push(b'\n')),
            rule::SEAL_ARMOUR,
        ),
    ] {
        let machine = machine().await;
        machine.county.admit(&machine.world);
        machine.county.post_release(&machine.world, &files);
        machine.agent().tick().await.expect("a tick");
        assert!(!machine.signed().exists(), "{name}");
        assert_eq!(
            machine.quarantine(),
            [("release-refused".to_owned(), rule.code())],
            "{name}"
        );
    }
}

#[tokio::test]
async fn a_release_that_was_retracted_is_never_filed() {
    let mut machine = machine().await;
    machine.world.release.retracted = Some(Retraction {
        at: machine.world.release.sealed_at,
        reason: RetractionReason::VictimIdentifiable,
    });
    machine.chain = Records::of(&machine.world);
    machine.county.admit(&machine.world);
    machine
        .county
        .post_release(&machine.world, &machine.world.files);
    machine.agent().tick().await.expect("a tick");
    let rule = rule::RETRACTED.code();
    assert_eq!(machine.quarantine(), [("release-refused".to_owned(), rule)]);
    assert!(!machine.signed().exists());
}

#[tokio::test]
async fn a_ciphertext_that_was_exchanged_is_refused_unopened() {
    let machine = machine().await;
    machine.county.admit(&machine.world);
    machine
        .county
        .post_release(&machine.world, &machine.world.files);
    let other = World::ciphertext(&machine.world.files, &machine.world.room_key);
    machine.county.shelf.lock().expect("no panic").posts[0].ciphertext = other;
    machine.agent().tick().await.expect("a tick");
    assert_eq!(machine.quarantine(), [("release-refused".to_owned(), 0)]);
    assert!(!machine.signed().exists());
}

#[tokio::test]
async fn a_letter_that_holds_no_archive_is_refused() {
    let machine = machine().await;
    machine.county.admit(&machine.world);
    let letter = machine.world.letter(b"../../etc/passwd");
    machine.county.post(&machine.world, letter);
    machine.agent().tick().await.expect("a tick");
    let rule = rule::NOT_THE_ARCHIVE.code();
    assert_eq!(machine.quarantine(), [("release-refused".to_owned(), rule)]);
    assert!(!machine.signed().exists());
}

#[tokio::test]
async fn waiting_for_the_invitation_is_no_trouble() {
    let machine = machine().await;
    machine.county.admit(&machine.world);
    machine.county.set_invited(false);
    let mut agent = machine.agent();
    agent.tick().await.expect("a tick");
    let session = ktr_agent::standing::read(&machine.config)
        .expect("readable")
        .session;
    let session = session.expect("a session");
    assert_eq!((session.phase.as_str(), session.code), ("admitted", None));
    machine.county.set_invited(true);
    agent.tick().await.expect("a tick");
    assert_eq!(machine.phase(), "joined");
}

#[tokio::test]
async fn a_stale_chain_sends_a_release_into_quarantine_until_it_is_fresh_again() {
    let machine = machine().await;
    machine.county.admit(&machine.world);
    machine
        .county
        .post_release(&machine.world, &machine.world.files);
    let mut agent = machine.agent();
    machine.set_clock(OPENS + 181);
    agent.tick().await.expect("a tick");
    assert_eq!(machine.quarantine(), [("chain-stale".to_owned(), 0)]);
    assert!(!machine.signed().exists());
    *machine.chain.header_time.lock().expect("no panic") = Time(OPENS + 180);
    agent.tick().await.expect("a tick");
    assert_eq!(
        (machine.phase().as_str(), machine.quarantine()),
        ("filed", vec![])
    );
}

#[tokio::test]
async fn a_post_that_names_another_chain_session_release_or_server_is_not_downloaded() {
    for (pointer, value) in [
        ("/ktr.release.v1/chain", json!("ktr-other-1")),
        ("/ktr.release.v1/session", json!(8)),
        ("/ktr.release.v1/release", json!("00".repeat(16))),
        ("/ktr.release.v1/v", json!(2)),
        ("/url", json!("mxc://elsewhere.test/media0")),
        ("/url", json!(format!("mxc://{SERVER}/../media0"))),
        ("/info/size", json!(21 * 1024 * 1024)),
    ] {
        let machine = machine().await;
        machine.county.admit(&machine.world);
        machine
            .county
            .post_release(&machine.world, &machine.world.files);
        machine.county.change(0, |content| {
            *content.pointer_mut(pointer).expect("a field") = value;
        });
        machine.agent().tick().await.expect("a tick");
        assert_eq!(
            machine.county.count("GET /_matrix/client/v1/media"),
            0,
            "{pointer}"
        );
        assert_eq!(machine.phase(), "joined", "{pointer}");
    }
}

#[tokio::test]
async fn a_filed_release_is_not_fetched_again_after_a_restart() {
    let machine = machine().await;
    machine.county.admit(&machine.world);
    machine
        .county
        .post_release(&machine.world, &machine.world.files);
    machine.agent().tick().await.expect("a tick");
    let before = machine.county.count("");
    machine.agent().tick().await.expect("a tick");
    assert_eq!(machine.county.count(""), before);
    assert_eq!(machine.phase(), "filed");
}

#[tokio::test]
async fn a_member_that_missed_the_hour_gets_nothing_and_is_told_so() {
    let machine = machine().await;
    machine.county.admit(&machine.world);
    let mut agent = machine.agent();
    agent.tick().await.expect("a tick");
    assert_eq!(machine.phase(), "joined");
    machine.set_clock(T + 5);
    agent.tick().await.expect("a tick");
    assert_eq!(machine.phase(), "missed");
    assert!(!machine.signed().exists());
}

#[tokio::test]
async fn a_refused_token_makes_it_ask_for_the_pass_again() {
    let machine = machine().await;
    let mut fields = World::pass_fields();
    fields["token"] = json!("syt_old");
    let old = machine.world.pass(&fields, &machine.world.sidecar, "pass");
    machine.county.shelf.lock().expect("no panic").pass = Some(old);
    machine
        .county
        .post_release(&machine.world, &machine.world.files);
    let mut agent = machine.agent();
    agent.tick().await.expect("a tick");
    assert_eq!(machine.phase(), "outside");
    machine.county.admit(&machine.world);
    agent.tick().await.expect("a tick");
    assert_eq!(machine.phase(), "filed");
}

#[tokio::test]
async fn what_stays_on_disk_holds_no_token_and_no_account() {
    let machine = machine().await;
    machine.county.admit(&machine.world);
    machine
        .county
        .post_release(&machine.world, &machine.world.files);
    machine.agent().tick().await.expect("a tick");
    let mut folders = vec![machine.folder.path().to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("readable") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let text = String::from_utf8_lossy(&fs::read(&path).expect("readable")).into_owned();
            assert!(
                !text.contains("syt_secret") && !text.contains("@m-0011"),
                "{}",
                path.display()
            );
        }
    }
}
