//! A room that goes before T: its post's timer, which the homeserver keeps in memory until T, goes with it.
//! The homeserver is the sidecar's to restart.

use std::fs;

use ktr_room::plan::Status;
use ktr_room::run::run;
use ktr_room::synapse::Homeserver;

use crate::support::{County, Guest, clock_ms, until};

#[tokio::test]
async fn a_room_that_goes_before_t_leaves_no_timer_that_names_its_post_at_t() {
    let county = County::with(2, [2, 4, 70]).await;
    let (mut sidecar, launch) = (county.sidecar(), county.synapse.launch());
    let life = tokio::spawn(async move {
        let homeserver = Homeserver::start(launch).await.expect("taken over");
        run(&mut sidecar, &mut Some(homeserver), std::future::pending())
            .await
            .expect("loop");
    });
    let guests = [
        Guest::arrive(&county, 1).await,
        Guest::arrive(&county, 2).await,
    ];
    guests[0].join().await;
    let hall = guests[1].join().await.1;
    county.ledger.open();
    guests[0].receive(&hall).await;
    let event = until("post 0 in the journal", 20, || async {
        let journal = county.store.load().expect("journal")?;
        journal.posts.first()?.event.clone()
    })
    .await;
    county
        .ledger
        .change(|inner| inner.session.status = Status::Cancelled);
    until("the session is done", 40, || async { county.remnant() }).await;
    let timers = county.store.path("timers.json");
    until("the homeserver is up again", 60, || async {
        (!timers.exists()).then_some(())
    })
    .await;
    let t_ms = county.ledger.times().dissolves_ms();
    assert!(clock_ms() < t_ms, "before T");
    until("three seconds past T", 90, || async {
        (clock_ms() > t_ms + 3_000).then_some(())
    })
    .await;
    life.abort();
    let bare = event.as_str().trim_start_matches('$');
    for name in ["homeserver.log", "homeserver.out"] {
        let log = fs::read_to_string(county.synapse.data().join(name));
        let log = log.unwrap_or_else(|_none| String::new());
        assert!(!log.contains(bare), "{name}: {log}");
    }
}
