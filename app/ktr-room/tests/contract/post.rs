//! What befalls a post on its way: a disk that fills between the spool and the homeserver's answer, a spool that is lost.
//! The homeserver is the one in memory.

use std::fs;

use ktr_core::id::{ReleaseId, SessionId};
use ktr_room::{name, standing};

use super::adversity::{ENOSPC, Own, dissolution, endure, hour, until};
use super::journal::Hour;

/// More passes than the homeserver gives ids for that nothing was uploaded under.
const PENDING_MANY: usize = 101;

/// An hour whose post 0 is spooled and came no further: requests that begin so failed by then.
async fn held_at(beginning: &'static str) -> (Hour, Own) {
    let mut hour = hour().await;
    let mut sidecar = hour.sidecar();
    hour.mock.fail(Some(Box::new(move |kind, _| {
        kind.starts_with(beginning).then(|| (500, String::new()))
    })));
    until(&mut hour, &mut sidecar, |journal| {
        journal.unfinished().is_some()
    })
    .await;
    hour.mock.fail(None);
    (hour, sidecar)
}

#[tokio::test]
async fn a_disk_that_fills_behind_a_spooled_post_uses_up_no_media_ids() {
    let (mut hour, mut sidecar) = held_at("POST _matrix/media/v1/create").await;
    hour.disk.refuse(Some(ENOSPC));
    for _ in 0..PENDING_MANY {
        sidecar.pass().await.expect_err("nothing can be written");
    }
    assert_eq!(hour.mock.tally().media, 0, "no id that could not be kept");
    hour.disk.refuse(None);
    endure(&mut hour, &mut sidecar, "a disk that filled").await;
    hour.judge("a disk that filled");
}

/// A session whose post 0 loses its spooled bytes, or finds others there, before they are uploaded.
async fn spoiled(left: Option<&str>) {
    let (mut hour, mut sidecar) = held_at("PUT _matrix/media/v3/upload/").await;
    let journal = hour.store.load().expect("journal").expect("a session");
    let media = journal.posts[0].media.clone().expect("a media id");
    let spooled = hour.store.spooled(0);
    let spoiling = match left {
        None => fs::remove_file(spooled),
        Some(octets) => fs::write(spooled, octets),
    };
    spoiling.expect("spoiled");
    sidecar.pass().await.expect_err("nothing to upload");
    let shown = standing::read(&hour.store).expect("standing");
    assert_eq!(shown.expect("a session").alarms, ["room.spool_lost"]);
    endure(&mut hour, &mut sidecar, "a lost spool").await;
    let tally = hour.mock.tally();
    assert_eq!((tally.posts.len(), tally.media), (2, 3), "one id too many");
    let guests = hour.guests.values();
    let opened: Vec<usize> = guests.map(|guest| guest.opened.len()).collect();
    assert_eq!(opened, [1; 3]);
    assert_eq!(dissolution(&hour).residue, [0; 8]);
    let receipt = fs::read_to_string(hour.store.receipt(4, 1)).expect("a receipt");
    let (_, id) = media.parts().expect("an id");
    assert!(receipt.contains(id), "its id is looked for all the same");
}

#[tokio::test]
async fn a_post_whose_spool_is_lost_rings_and_is_encrypted_anew() {
    spoiled(None).await;
}

#[tokio::test]
async fn a_post_whose_spool_was_changed_rings_and_is_encrypted_anew() {
    spoiled(Some("other octets")).await;
}

#[tokio::test]
async fn a_receipt_names_the_transaction_id_of_each_post_for_whoever_looks_for_what_is_left() {
    let mut hour = hour().await;
    let mut sidecar = hour.sidecar();
    endure(&mut hour, &mut sidecar, "a receipt").await;
    let receipt = fs::read_to_string(hour.store.receipt(4, 1)).expect("a receipt");
    for n in [0, 1] {
        let transaction = name::transaction(SessionId(4), ReleaseId([7; 16]), n);
        assert!(receipt.contains(&transaction), "post {n}");
    }
}
