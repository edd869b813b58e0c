//! One hour in a real room.
//! Destruction at T is the county's, and tested there.

use std::{
    fs,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use ktr_agent::{
    SystemClock,
    adapter::{BareBeacon, Matrix},
    config::{Blanks, Config, sample},
    port::Clock,
    run::{Agent, Ports, Site},
    standing,
};
use ktr_wire::digest;
use reqwest::Method;
use serde_json::json;

use crate::{
    support::{
        agent::SetClock,
        county::FakeCounty,
        world::{MEMBER, OPENS, Records, T, World},
    },
    synapse::{SERVER, Synapse},
};

const ACCOUNT: &str = "@m-00112233445566778899:county-a.test";

#[tokio::test]
async fn a_member_takes_its_release_out_of_a_real_room_and_leaves() {
    let synapse = Synapse::boot().await;
    let world = World::new();
    let passes = FakeCounty::start().await;
    let until_ms = (SystemClock.now().0)
        .saturating_add(3_600)
        .saturating_mul(1_000);
    let mut fields = World::pass_fields();
    fields["token"] = json!(synapse.member(ACCOUNT, until_ms).await);
    fields["user"] = json!(ACCOUNT);
    passes.shelf.lock().expect("no panic").pass = Some(world.pass(&fields, &world.sidecar, "pass"));
    let folder = tempfile::tempdir().expect("folder");
    let path = folder.path().join("agent.toml");
    let blanks = Blanks {
        member: MEMBER,
        passes: format!("http://{}", passes.address),
        homeserver: synapse.base.clone(),
        ..Blanks::default()
    };
    fs::write(&path, sample(&blanks)).expect("written");
    let config = Config::load(&path).expect("a configuration");
    let clock = SetClock(Arc::new(AtomicU64::new(OPENS)));
    let ports = Ports {
        chain: Records::of(&world),
        county: Matrix,
        beacon: BareBeacon(None),
        clock: clock.clone(),
    };
    let site = Site {
        config: config.clone(),
        trusted: world.trusted.clone(),
        key: world.room_key.clone(),
    };
    let mut agent = Agent::new(ports, site);
    let phase = || {
        standing::read(&config)
            .expect("readable")
            .session
            .expect("a session")
            .phase
    };

    agent.tick().await.expect("a tick");
    assert_eq!(
        phase(),
        "admitted",
        "there is no room yet, and that is no trouble"
    );

    let room = synapse.room(ACCOUNT).await;
    agent.tick().await.expect("a tick");
    assert_eq!(phase(), "joined");

    post(&synapse, &world, &room).await;
    agent.tick().await.expect("a tick");
    assert_eq!(phase(), "filed");
    let signed = config.signed.join(world.release.id.to_string());
    assert_eq!(
        fs::read(signed.join("bundle.json")).expect("filed"),
        world.files.bundle
    );

    clock.0.store(T + 5, Ordering::SeqCst);
    agent.tick().await.expect("a tick");
    assert_eq!(phase(), "left");
    let path = format!("/_matrix/client/v3/rooms/{room}/state/m.room.member/{ACCOUNT}");
    let member = synapse.call(Method::GET, &path, None).await;
    assert_eq!(member["membership"], "leave");
}

/// Posts the release as a county's sidecar does.
async fn post(synapse: &Synapse, world: &World, room: &str) {
    let ciphertext = World::ciphertext(&world.files, &world.room_key);
    let (size, sha256) = (ciphertext.len(), digest::sha256(&[&ciphertext]));
    let url = synapse.upload(ciphertext).await;
    assert!(url.starts_with(&format!("mxc://{SERVER}/")));
    let content = json!({
        "msgtype": "m.file", "body": "release.pgp", "filename": "release.pgp", "url": url,
        "info": {"mimetype": "application/octet-stream", "size": size},
        "ktr.release.v1": {
            "v": 1, "chain": "ktr-test-1", "session": 7, "release": world.release.id.to_string(),
            "bundle_sha256": world.release.sha256.to_string(), "n": 0, "sha256": sha256.to_string(),
        },
    });
    let path = format!("/_matrix/client/v3/rooms/{room}/send/m.room.message/post-0");
    synapse.call(Method::PUT, &path, Some(content)).await;
}
