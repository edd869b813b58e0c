//! A sidecar that is killed again and again goes on where its journal stands: one room, one post per number.
//! Aborting the task drops it in the middle of whatever it awaits, as SIGKILL would.

use std::time::Duration;

use ktr_core::id::SessionId;
use ktr_room::report::Report;
use ktr_room::standing;

use crate::support::{County, Guest, archive, until};

#[tokio::test]
async fn a_sidecar_killed_at_many_moments_makes_one_room_and_one_post_per_number() {
    // Far enough that no load of the machine reaches T: the session ends by order.
    let county = County::with(3, [6, 10, 1_200]).await;
    let killer = async {
        // Moments spread over creation, passes, arming and seeding; each next life is a little longer.
        for life_ms in (0..24u64).map(|n| 15 + n * 37) {
            let sidecar = county.start();
            tokio::time::sleep(Duration::from_millis(life_ms)).await;
            sidecar.abort();
            let _killed = sidecar.await;
        }
        [county.start()]
    };
    let members = async {
        let mut guests = Vec::new();
        for n in 1..=3 {
            guests.push(Guest::arrive(&county, n).await);
        }
        let mut hall = String::new();
        for guest in &guests {
            hall = until("joined", 20, || async {
                let (status, room) = guest.join().await;
                status.is_success().then_some(room)
            })
            .await;
        }
        county.ledger.open();
        for guest in &guests {
            assert!(guest.receive(&hall).await == archive());
        }
        guests[0].posts(&hall).await
    };
    let ([sidecar], posts) = tokio::join!(killer, members);
    let mut numbers: Vec<u64> = posts
        .iter()
        .map(|post| post["content"]["ktr.release.v1"]["n"].as_u64().expect("n"))
        .collect();
    numbers.sort_unstable();
    let distinct: Vec<u64> = (0..u64::try_from(numbers.len()).expect("few")).collect();
    assert_eq!(numbers, distinct, "each number once");
    standing::give_order(&county.store, SessionId(4)).expect("an order");
    until("the session is done", 60, || async { county.remnant() }).await;
    sidecar.abort();
    let reports = county.ledger.change(|inner| inner.reports.clone());
    let dissolved: Vec<_> = reports
        .iter()
        .filter_map(|report| {
            if let Report::Dissolved { dissolution, .. } = report {
                Some(dissolution)
            } else {
                None
            }
        })
        .collect();
    assert_eq!(dissolved.len(), 1);
    assert_eq!(dissolved[0].residue, [0; 8]);
    assert!(
        !dissolved[0].flags.stray_found,
        "no second room was ever made"
    );
}

#[tokio::test]
async fn a_sidecar_killed_in_the_destruction_ends_it_after_its_return() {
    let county = County::with(5, [2, 4, 8]).await;
    let sidecar = county.start();
    for n in 1..=5 {
        Guest::arrive(&county, n).await.join().await;
    }
    county.ledger.open();
    until("the end has begun", 30, || async {
        county
            .store
            .load()
            .expect("journal")
            .filter(|journal| journal.end.is_some())
    })
    .await;
    sidecar.abort();
    for life_ms in (0..12u64).map(|n| 10 + n * 30) {
        let sidecar = county.start();
        tokio::time::sleep(Duration::from_millis(life_ms)).await;
        sidecar.abort();
        let _killed = sidecar.await;
    }
    let sidecar = county.start();
    until("the session is done", 60, || async { county.remnant() }).await;
    sidecar.abort();
    let reports = county.ledger.change(|inner| inner.reports.clone());
    let Some(Report::Dissolved { dissolution, .. }) = reports.last() else {
        panic!("{reports:?}")
    };
    assert_eq!(dissolution.residue, [0; 8]);
}

#[tokio::test]
async fn with_the_chain_silent_the_room_goes_at_t_and_the_receipt_waits() {
    let county = County::with(2, [2, 4, 8]).await;
    let sidecar = county.start();
    for n in 1..=2 {
        Guest::arrive(&county, n).await.join().await;
    }
    county.ledger.open();
    until("post 0 is out", 20, || async {
        county
            .store
            .load()
            .expect("journal")
            .filter(|journal| journal.posted() == 1)
    })
    .await;
    county.ledger.change(|inner| inner.silent = true);
    sidecar.abort();
    let sidecar = county.start();
    let journal = until("scanned", 40, || async {
        county.store.load().expect("journal").filter(|journal| {
            journal
                .end
                .as_ref()
                .is_some_and(|end| !end.scans.is_empty())
        })
    })
    .await;
    assert!(journal.end.expect("begun").scans[0].clean());
    assert!(county.remnant().is_none(), "the receipt is not on chain");
    county.ledger.change(|inner| inner.silent = false);
    until("the session is done", 30, || async { county.remnant() }).await;
    sidecar.abort();
}
