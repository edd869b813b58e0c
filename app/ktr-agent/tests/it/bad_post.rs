//! The rows of bad input that a room can hold for its members: each is dropped, and what was wrong is named by its code.
//! What is inside a ciphertext that opens is told with the hour.

use serde_json::{Value, json};

use crate::support::{
    agent::Machine,
    county::{ENDLESS_MAX, Flow},
};
use ktr_agent::{config::Measure, limits::CIPHERTEXT_MAX, standing};

/// A machine whose county has laid out a good pass and a good post.
async fn machine() -> Machine {
    let machine = Machine::new(Measure::Off, "http://127.0.0.1:1").await;
    machine.county.admit(&machine.world);
    let files = &machine.world.files;
    machine.county.post_release(&machine.world, files);
    machine
}

/// Phase and code, as `status` shows them.
fn told(machine: &Machine) -> (String, Option<String>) {
    let standing = standing::read(&machine.config).expect("readable");
    let session = standing.session.expect("a session");
    (session.phase, session.code)
}

fn downloads(machine: &Machine) -> usize {
    machine.county.count("GET /_matrix/client/v1/media")
}

fn set(content: &mut Value, pointer: &str, value: Value) {
    *content.pointer_mut(pointer).expect("a field") = value;
}

#[tokio::test]
async fn a_post_of_an_unknown_version_is_dropped_undownloaded_and_named_whatever_else_it_holds() {
    for v in [json!(0), json!(2), json!("1"), json!(null), json!(1.5)] {
        let machine = machine().await;
        machine.county.change(0, |content| {
            set(content, "/ktr.release.v1/v", v.clone());
            content["ktr.release.v1"]["unheard_of"] = json!(true);
        });
        machine.agent().tick().await.expect("a tick");
        let dropped = ("joined".to_owned(), Some("post-version".to_owned()));
        assert_eq!(told(&machine), dropped, "{v}");
        assert_eq!(downloads(&machine), 0, "{v}");
        assert!(!machine.signed().exists(), "{v}");
    }
}

#[tokio::test]
async fn a_post_with_a_field_missing_or_unknown_is_dropped_undownloaded_and_named() {
    let spoil: [fn(&mut Value); 4] = [
        |content| set(content, "/ktr.release.v1/sha256", json!("00")),
        |content| set(content, "/ktr.release.v1/n", json!(-1)),
        |content| content["ktr.release.v1"]["unheard_of"] = json!(true),
        |content| drop(content["info"].take()),
    ];
    for spoil in spoil {
        let machine = machine().await;
        machine.county.change(0, spoil);
        machine.agent().tick().await.expect("a tick");
        let dropped = ("joined".to_owned(), Some("post-form".to_owned()));
        assert_eq!((told(&machine), downloads(&machine)), (dropped, 0));
    }
}

#[tokio::test]
async fn a_post_that_announces_more_than_twenty_mib_is_dropped_undownloaded_and_named() {
    for (size, code, asked) in [
        (CIPHERTEXT_MAX, None, 1),
        (CIPHERTEXT_MAX + 1, Some("post-size".to_owned()), 0),
    ] {
        let machine = machine().await;
        let changed = |content: &mut Value| set(content, "/info/size", json!(size));
        machine.county.change(0, changed);
        machine.agent().tick().await.expect("a tick");
        assert_eq!((told(&machine).1, downloads(&machine)), (code, asked));
    }
}

#[tokio::test]
async fn a_bad_post_keeps_no_member_from_the_good_one_after_it() {
    let machine = machine().await;
    let files = &machine.world.files;
    machine.county.post_release(&machine.world, files);
    let changed = |content: &mut Value| set(content, "/ktr.release.v1/v", json!(2));
    machine.county.change(0, changed);
    machine.agent().tick().await.expect("a tick");
    assert_eq!(told(&machine).0, "filed");
}

#[tokio::test]
async fn a_download_that_announces_more_than_twenty_mib_is_refused_before_it_is_read() {
    let machine = machine().await;
    let length = u64::try_from(CIPHERTEXT_MAX + 1).expect("fits");
    machine.county.flow(0, Flow::Announced(length));
    let mut agent = machine.agent();
    for _ in 0..2 {
        // No octet of it ever comes: whoever waits for one finds a silent county instead.
        agent.tick().await.expect("a tick");
        assert_eq!(machine.quarantine(), [("release-refused".to_owned(), 0)]);
    }
    assert_eq!(downloads(&machine), 1, "too large once is too large always");
}

#[tokio::test]
async fn a_download_that_announces_nothing_is_read_up_to_twenty_mib_and_no_further() {
    let machine = machine().await;
    machine.county.flow(0, Flow::Endless);
    machine.agent().tick().await.expect("a tick");
    assert_eq!(machine.quarantine(), [("release-refused".to_owned(), 0)]);
    assert!(!machine.signed().exists());
    // What lies in the sockets' buffers comes on top.
    let flowed = machine.county.flowed().await;
    assert!(flowed > CIPHERTEXT_MAX && flowed < ENDLESS_MAX, "{flowed}");
}
