//! What a probe was given is forgotten by this machine's clock alone, when the sidecar starts and hears nothing of the chain.
//! When a watch ends otherwise is the policy's affair.

use ktr_core::id::{CountyId, SessionId};
use ktr_room::adapter::matrix::Doors;
use ktr_room::door::{Inside, Note, Watch};
use ktr_room::journal::Store;
use ktr_room::matrix_id::{EventId, MediaUri, RoomId, Token};
use ktr_room::policy::WatchPolicy;
use ktr_room::port::Clock;
use ktr_room::run::Lookout;
use ktr_room::timing::Probing;

use super::chain::Ledger;
use super::cipher::Veil;

const OTHER: CountyId = CountyId(2);

/// What a watch holds after a pass of a lookout that never heard the chain.
async fn after_a_pass(forget_in_ms: i64) -> String {
    let ledger = Ledger::with(1, [10, 20, 30], b"bundle");
    ledger.change(|inner| inner.silent = true);
    let folder = tempfile::tempdir().expect("folder");
    let store = Store::open(folder.path()).expect("store");
    let forget_at_ms = ledger.local_ms().saturating_add_signed(forget_in_ms);
    let mut watch = Watch::begin(SessionId(4), forget_at_ms);
    let inside = Inside {
        token: Token("canary".to_owned()),
        alias: "#ktr-4:b.test".to_owned(),
        room: RoomId("!r".to_owned()),
        event: EventId("$e".to_owned()),
        media: MediaUri("mxc://b.test/m".to_owned()),
    };
    watch.note(OTHER, Note::Entered(inside));
    let octets = serde_json::to_vec(&watch).expect("JSON");
    let path = store.path("watch.json");
    store.put(&path, &octets).expect("written");
    let mut lookout = Lookout {
        chain: ledger.clone(),
        cipher: Veil,
        clock: ledger,
        doors: Doors::new(&[]),
        county: CountyId(1),
        policy: WatchPolicy {
            timing: Probing {
                before_secs: 1,
                after_secs: 1,
                every_secs: 1,
                last_secs: 1,
                pass_secs: 1,
            },
        },
        store,
        outlook: None,
    };
    lookout.pass().await.expect("a pass");
    std::fs::read_to_string(path).expect("a watch")
}

#[tokio::test]
async fn a_probes_token_does_not_outlive_a_silent_chain() {
    assert!(after_a_pass(60_000).await.contains("canary"), "not yet");
    let watch = after_a_pass(-1).await;
    assert!(!watch.contains("canary"), "{watch}");
}
