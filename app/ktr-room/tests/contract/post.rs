//! What befalls a post on its way: a disk that fills between the spool and the homeserver's answer.
//! The homeserver is the one in memory.

use super::adversity::{BROKEN, ENOSPC, Own, endure, first, hour, until};
use super::journal::Hour;

/// Asks for a media id, and for nothing else.
const MEDIA_ID: &str = "POST _matrix/media/v1/create";

/// More passes than the homeserver gives ids for that nothing was uploaded under.
const PENDING_MANY: usize = 101;

/// An hour whose post 0 is spooled and came no further: this kind of request fails.
async fn held_at(kind: &str) -> (Hour, Own) {
    let mut hour = hour().await;
    let mut sidecar = hour.sidecar();
    hour.mock.fail(Some(first(kind, usize::MAX, BROKEN)));
    until(&mut hour, &mut sidecar, |journal| {
        journal.unfinished().is_some()
    })
    .await;
    hour.mock.fail(None);
    (hour, sidecar)
}

#[tokio::test]
async fn a_disk_that_fills_behind_a_spooled_post_uses_up_no_media_ids() {
    let (mut hour, mut sidecar) = held_at(MEDIA_ID).await;
    hour.disk.refuse(Some(ENOSPC));
    for _ in 0..PENDING_MANY {
        sidecar.pass().await.expect_err("nothing can be written");
    }
    assert_eq!(hour.mock.tally().media, 0, "no id that could not be kept");
    hour.disk.refuse(None);
    endure(&mut hour, &mut sidecar, "a disk that filled").await;
    hour.judge("a disk that filled");
}
