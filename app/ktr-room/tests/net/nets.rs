//! Nobody is alive: content goes at T, members and room by the nets alone (design: room, section 10, nets 1 to 3).
//! The times hang on Synapse's own 60 s tick.

use ktr_core::id::SessionId;
use ktr_room::port::Room;
use ktr_room::timing::Timing;
use reqwest::StatusCode;

use crate::support::{County, Guest, clock_ms, until};

#[tokio::test]
async fn with_the_sidecar_dead_the_content_goes_at_t_and_the_room_by_the_nets() {
    let mut county = County::with(2, [2, 4, 8]).await;
    county.timing = Timing {
        kick_after_secs: 3,
        leave_after_secs: 63,
        ..county.timing
    };
    let sidecar = county.start();
    let mut hall = String::new();
    let mut guests = Vec::new();
    for n in 1..=2 {
        let guest = Guest::arrive(&county, n).await;
        hall = guest.join().await.1;
        guests.push(guest);
    }
    county.ledger.open();
    guests[0].receive(&hall).await;
    until("everybody is armed again", 20, || async {
        let look = county.room.look(SessionId(4), None).await.ok()?;
        (look.room?.pending.len() == 3).then_some(())
    })
    .await;
    sidecar.abort();
    let t_ms = county.ledger.times().dissolves_ms();
    until("the post is empty", 20, || async {
        guests[0].posts(&hall).await.is_empty().then_some(())
    })
    .await;
    println!("T + {} ms: the post's content is gone", clock_ms() - t_ms);
    until("the room is gone", 180, || async {
        let look = county.room.look(SessionId(0), None).await.ok()?;
        look.strays.is_empty().then_some(())
    })
    .await;
    println!("T + {} ms: the room is gone", clock_ms() - t_ms);
    let sidecar = county.start();
    until("the session is done", 150, || async { county.remnant() }).await;
    sidecar.abort();
    let reports = county.ledger.change(|inner| inner.reports.clone());
    let Some(ktr_room::report::Report::Dissolved { dissolution, .. }) = reports.last() else {
        panic!("{reports:?}")
    };
    assert!(dissolution.flags.dead_man_had_fired && dissolution.flags.room_absent_at_start);
    assert_eq!(dissolution.residue, [0; 8]);
}

#[tokio::test]
async fn joins_end_with_the_lease_after_the_sidecars_death_and_open_again_on_its_return() {
    let county = County::with(2, [2, 10, 400]).await;
    let sidecar = county.start();
    let first = Guest::arrive(&county, 1).await;
    let late = Guest::arrive(&county, 2).await;
    let (status, hall) = first.join().await;
    assert_eq!(status, StatusCode::OK);
    until("a lease", 20, || async {
        let look = county.room.look(SessionId(4), None).await.ok()?;
        (look.room?.leases.len() == 1).then_some(())
    })
    .await;
    sidecar.abort();
    let died_ms = clock_ms();
    let rules = format!(
        "/_matrix/client/v3/rooms/{}/state/m.room.join_rules/",
        hall.replace('!', "%21")
    );
    until("joins have ended", 60, || async {
        let (_, body) = first.get(&rules).await;
        String::from_utf8_lossy(&body)
            .contains("private")
            .then_some(())
    })
    .await;
    println!("{} ms after its death nobody joins", clock_ms() - died_ms);
    assert_eq!(late.join().await.0, StatusCode::FORBIDDEN);
    let sidecar = county.start();
    until("joined after its return", 20, || async {
        (late.join().await.0 == StatusCode::OK).then_some(())
    })
    .await;
    let look = county.room.look(SessionId(4), None).await.expect("look");
    assert_eq!(look.room.expect("the room").leases.len(), 1);
    sidecar.abort();
}
