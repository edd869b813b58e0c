//! Members with a key that nothing can be encrypted to, through whole sessions: it is left out, and the others are served.
//! What makes such a key is OpenPGP's affair; here it is one that the stand-in refuses. The homeserver is the one in memory.

use std::collections::BTreeMap;

use ktr_core::id::EncryptionKey;
use ktr_room::port::Clock;
use ktr_room::standing::{self, Standing};

use super::adversity::{endure, hour, step, until};
use super::cipher::UNUSABLE;
use super::journal::Hour;

/// What stands on the chain as the keys of member `n` from now on, each by its first octet.
fn set_keys(hour: &Hour, n: u8, octets: &[u8]) {
    let at = usize::from(n) - 1;
    let keys = octets.iter().map(|octet| EncryptionKey([*octet; 56]));
    hour.ledger
        .change(|inner| inner.members[at].room_keys = keys.collect());
}

fn standing(hour: &Hour) -> Standing {
    let standing = standing::read(&hour.store).expect("standing");
    standing.expect("a session")
}

/// How many posts each member could open.
fn opened(hour: &Hour) -> BTreeMap<u8, usize> {
    let guests = hour.guests.iter();
    guests.map(|(n, guest)| (*n, guest.opened.len())).collect()
}

#[tokio::test]
async fn one_key_that_cannot_be_used_when_the_post_is_due_keeps_the_release_from_nobody_else() {
    let mut hour = hour().await;
    let mut sidecar = hour.sidecar();
    while hour.guests.len() < 2 {
        step(&mut hour, &mut sidecar).await.expect("a pass");
    }
    set_keys(&hour, 2, &[UNUSABLE]);
    until(&mut hour, &mut sidecar, |journal| journal.posted() > 1).await;
    hour.members_act().await;
    assert_eq!(opened(&hour), BTreeMap::from([(1, 1), (2, 0), (3, 1)]));
    sidecar.pass().await.expect("a pass");
    let shown = standing(&hour);
    assert_eq!((shown.bad_keys, shown.covered), (1, 2));
    assert_eq!(shown.alarms, ["room.bad_key"]);
    // A key in its place is enough.
    set_keys(&hour, 2, &[2]);
    until(&mut hour, &mut sidecar, |journal| journal.posted() > 2).await;
    hour.members_act().await;
    assert_eq!(opened(&hour), BTreeMap::from([(1, 1), (2, 1), (3, 1)]));
    sidecar.pass().await.expect("a pass");
    assert_eq!(standing(&hour).alarms, [""; 0]);
    endure(&mut hour, &mut sidecar, "a key that cannot be used").await;
    assert_eq!(hour.mock.halls(), 0);
}

#[tokio::test]
async fn where_no_key_can_be_used_nothing_is_posted_until_one_can() {
    let mut hour = hour().await;
    let mut sidecar = hour.sidecar();
    while hour.guests.len() < 2 {
        step(&mut hour, &mut sidecar).await.expect("a pass");
    }
    (1..=2).for_each(|n| set_keys(&hour, n, &[UNUSABLE]));
    let until_ms = hour.ledger.times().seeds_at * 1_000 + 10_000;
    while hour.ledger.local_ms() < until_ms {
        let _tried_again = step(&mut hour, &mut sidecar).await;
    }
    assert!(hour.mock.tally().posts.is_empty());
    assert_eq!(hour.mock.tally().media, 0);
    assert_eq!(standing(&hour).alarms, ["room.bad_key"]);
    (1..=2).for_each(|n| set_keys(&hour, n, &[n]));
    endure(&mut hour, &mut sidecar, "keys at last").await;
    hour.judge("keys at last");
}

#[tokio::test]
async fn of_two_keys_the_one_that_can_be_used_opens_pass_and_post() {
    let mut hour = hour().await;
    set_keys(&hour, 1, &[UNUSABLE, 1]);
    let mut sidecar = hour.sidecar();
    endure(&mut hour, &mut sidecar, "one of two keys").await;
    hour.judge("one of two keys");
}

#[tokio::test]
async fn for_a_member_without_a_key_that_can_be_used_no_token_is_minted() {
    let mut hour = hour().await;
    set_keys(&hour, 2, &[UNUSABLE]);
    let mut sidecar = hour.sidecar();
    while !hour.guests.contains_key(&1) {
        let _tried_again = step(&mut hour, &mut sidecar).await;
    }
    for _ in 0..5 {
        let _tried_again = step(&mut hour, &mut sidecar).await;
    }
    assert_eq!(hour.mock.members_tokens(), 2);
    assert_eq!(standing(&hour).alarms, ["room.bad_key"]);
}
