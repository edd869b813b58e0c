//! Tokens of members: each that is minted has a pass that is laid out, or is logged out.
//! The homeserver is the one in memory.

use std::fs;

use ktr_core::id::{EncryptionKey, MemberId, SessionId};
use ktr_room::name;

use super::adversity::{ENOSPC, hour, until};

/// More keys than the stand-in for OpenPGP takes.
const KEYS_MANY: usize = 256;

#[tokio::test]
async fn a_token_whose_pass_cannot_be_sealed_is_logged_out() {
    let mut hour = hour().await;
    hour.ledger
        .change(|inner| inner.members[1].room_keys = vec![EncryptionKey([2; 56]); KEYS_MANY]);
    let mut sidecar = hour.sidecar();
    until(&mut hour, &mut sidecar, |journal| journal.passes.len() == 2).await;
    for _ in 0..5 {
        sidecar.pass().await.expect("the others are served");
    }
    assert_eq!(hour.mock.members_tokens(), 2);
}

#[tokio::test]
async fn a_token_whose_pass_cannot_be_laid_out_is_logged_out() {
    let mut hour = hour().await;
    let mut sidecar = hour.sidecar();
    until(&mut hour, &mut sidecar, |journal| journal.room.is_some()).await;
    // A folder in the file's place: nothing can be put there.
    let name = name::pass("ktr-test", SessionId(4), MemberId([2; 16]));
    fs::create_dir_all(hour.site.passes.join("4").join(name)).expect("a folder");
    for _ in 0..5 {
        sidecar.pass().await.expect_err("it cannot be laid out");
    }
    let journal = hour.store.load().expect("journal").expect("a session");
    assert_eq!(hour.mock.members_tokens(), journal.passes.len());
}

#[tokio::test]
async fn a_full_disk_mints_no_token_that_could_not_be_written_down() {
    let mut hour = hour().await;
    let mut sidecar = hour.sidecar();
    until(&mut hour, &mut sidecar, |journal| journal.room.is_some()).await;
    hour.disk.refuse(Some(ENOSPC));
    for _ in 0..5 {
        sidecar.pass().await.expect_err("nothing can be written");
    }
    let kinds = hour.mock.kinds();
    let minted = kinds.iter().find(|kind| kind.ends_with("/login"));
    assert_eq!(minted, None);
}
