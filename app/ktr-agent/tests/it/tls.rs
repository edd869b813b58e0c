//! A county that speaks TLS: with its key pinned it is the same county, with another key it is asked for nothing.
//! What a handshake must prove is tested in `ktr-client`.

use ktr_agent::config::{Base, Measure};
use ktr_testkit::tls::HostKey;

use crate::support::{agent::Machine, county::FakeCounty};

/// A machine whose county has laid out pass and release, and holds the key of 1.
async fn pinning(pins: &str) -> Machine {
    let mut machine = Machine::new(Measure::Off, "http://127.0.0.1:1").await;
    machine.county = FakeCounty::with_key(HostKey::of(1)).await;
    let url = format!("https://{}#sha256={pins}", machine.county.address);
    let base = Base::try_from(url).expect("a base");
    for table in &mut machine.config.county {
        table.passes = base.clone();
        table.homeserver = base.clone();
    }
    machine.county.admit(&machine.world);
    machine
        .county
        .post_release(&machine.world, &machine.world.files);
    machine
}

#[tokio::test]
async fn a_release_is_fetched_over_tls_from_a_county_whose_key_is_pinned() {
    let next = format!("{}+{}", HostKey::of(9).pin(), HostKey::of(1).pin());
    for pins in [HostKey::of(1).pin(), next] {
        let machine = pinning(&pins).await;
        machine.agent().tick().await.expect("a tick");
        assert!(machine.signed().exists(), "{pins}");
    }
}

#[tokio::test]
async fn a_county_with_another_key_is_asked_for_nothing_and_the_code_says_so() {
    let machine = pinning(&HostKey::of(2).pin()).await;
    let mut agent = machine.agent();
    agent.tick().await.expect("a tick");
    agent.tick().await.expect("a tick");
    assert!(!machine.signed().exists());
    assert_eq!(machine.county.count(""), 0);
    let standing = ktr_agent::standing::read(&machine.config).expect("readable");
    let session = standing.session.expect("a session");
    assert_eq!(session.code.as_deref(), Some("county-other-key"));
}
