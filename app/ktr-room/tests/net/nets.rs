//! Nobody is alive: content goes at T, members and room by the nets alone (design: room, section 10, nets 1 and 2).
//! The times hang on Synapse's own 60 s tick.

use ktr_room::port::Room;
use ktr_room::timing::Timing;

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
        let look = county
            .room
            .look(ktr_core::id::SessionId(4), None)
            .await
            .ok()?;
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
        let look = county
            .room
            .look(ktr_core::id::SessionId(0), None)
            .await
            .ok()?;
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
