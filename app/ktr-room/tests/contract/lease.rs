//! The lease on joins, which runs out between a look and its restart: nothing opens joins over one that is gone.
//! The homeserver is the one in memory.

use ktr_core::id::SessionId;
use ktr_room::port::Room;
use ktr_room::seen::Joins;

use super::adversity::{hour, until};
use super::journal::Hour;

async fn joins(hour: &Hour) -> Joins {
    let look = hour.room.look(SessionId(4), None).await.expect("a look");
    look.room.expect("a room").joins
}

/// The first restart finds nothing that waits.
fn lapse(hour: &Hour) {
    let mut has_lapsed = false;
    hour.mock.fail(Some(Box::new(move |kind, _| {
        if has_lapsed || !kind.ends_with("/restart") {
            return None;
        }
        has_lapsed = true;
        Some((404, r#"{"errcode":"M_NOT_FOUND"}"#.to_owned()))
    })));
}

#[tokio::test]
async fn a_restart_that_finds_no_lease_opens_no_joins_before_the_next_look() {
    let mut hour = hour().await;
    let mut sidecar = hour.sidecar();
    until(&mut hour, &mut sidecar, |journal| {
        !journal.passes.is_empty()
    })
    .await;
    let journal = hour.store.load().expect("journal").expect("a session");
    let hall = journal.room.expect("a room");
    hour.room.close_joins(&hall).await.expect("closed");
    lapse(&hour);
    sidecar.pass().await.expect_err("the lease is gone");
    assert_eq!(joins(&hour).await, Joins::Closed);
    sidecar.pass().await.expect("a pass");
    assert_eq!(joins(&hour).await, Joins::Open);
}
