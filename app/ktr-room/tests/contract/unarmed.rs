//! Members for whom the homeserver takes no net, through whole sessions: they are put out, and keep the release from nobody else.
//! When that is due is the policy's own tests' affair. The homeserver is the one in memory.

use std::collections::BTreeMap;
use std::fs;

use ktr_room::journal::Phase;
use ktr_room::port::Clock;
use ktr_room::standing::{self, Standing};

use super::adversity::{BROKEN, account, dissolution, each, endure, hour, step, until};
use super::journal::Hour;

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
async fn one_member_who_cannot_be_armed_is_put_out_and_the_others_get_the_release() {
    let mut hour = hour().await;
    hour.has_latecomer = false;
    let folder = tempfile::tempdir().expect("folder");
    let calls = folder.path().join("calls");
    let script = format!("echo \"$0\" >> {}", calls.display());
    hour.site.on_alarm = vec!["sh".to_owned(), "-c".to_owned(), script];
    let mut sidecar = hour.sidecar();
    let second = account(&hour, 2);
    hour.mock.fail(Some(each("delayed", second, BROKEN)));
    let journal = until(&mut hour, &mut sidecar, |journal| journal.posted() > 0).await;
    assert_eq!((journal.put_out.len(), journal.unarmed()), (1, 1));
    let shown = standing(&hour);
    assert_eq!((shown.put_out, shown.joined), (1, 2));
    assert_eq!(shown.alarms, ["room.unarmed"]);
    let called = super::poll::until("a call", 60, || async {
        let text = fs::read_to_string(&calls).ok()?;
        text.ends_with('\n').then_some(text)
    })
    .await;
    assert_eq!(called, "room.unarmed\n");
    let purged = until(&mut hour, &mut sidecar, |journal| {
        journal.phase == Phase::Purged
    })
    .await;
    assert_eq!(
        purged.end.expect("its end").kicked,
        3,
        "the one before, too"
    );
    endure(&mut hour, &mut sidecar, "one unarmed").await;
    assert_eq!(opened(&hour), BTreeMap::from([(1, 1), (2, 0), (3, 1)]));
    let report = dissolution(&hour);
    assert!(!report.flags.dead_man_had_fired, "the sidecar did it");
    assert_eq!((hour.mock.halls(), report.residue), (0, [0; 8]));
}

#[tokio::test]
async fn somebody_invited_and_armed_does_not_hide_a_member_in_the_room_who_is_not() {
    let mut hour = hour().await;
    let mut sidecar = hour.sidecar();
    let second = account(&hour, 2);
    hour.mock.fail(Some(each("delayed", second, BROKEN)));
    // Once with the invitation, twice in the room: by then who came with it is armed again.
    until(&mut hour, &mut sidecar, |journal| {
        journal.bare.values().any(|bare| bare.tries > 2)
    })
    .await;
    let shown = standing(&hour);
    assert_eq!((shown.present, shown.joined, shown.armed), (3, 2, 1));
}

#[tokio::test]
async fn one_who_can_neither_be_armed_nor_be_put_out_keeps_the_release_from_nobody() {
    let mut hour = hour().await;
    hour.has_latecomer = false;
    let mut sidecar = hour.sidecar();
    let second = account(&hour, 2);
    hour.mock.fail(Some(Box::new(move |kind, path| {
        let unarmed = kind.ends_with("delayed") && path.contains(&second);
        (unarmed || kind.ends_with("/kick")).then(|| (500, String::new()))
    })));
    until(&mut hour, &mut sidecar, |journal| journal.posted() > 0).await;
    let shown = standing(&hour);
    assert_eq!((shown.joined, shown.armed), (3, 2), "it is still there");
    assert_eq!(shown.alarms, ["room.unarmed"]);
    hour.mock.fail(None);
    endure(&mut hour, &mut sidecar, "one that clings").await;
    assert_eq!(opened(&hour), BTreeMap::from([(1, 1), (2, 0), (3, 1)]));
    assert_eq!(dissolution(&hour).residue, [0; 8]);
}

#[tokio::test]
async fn a_homeserver_that_arms_nobody_puts_nobody_out_and_the_post_waits_for_it() {
    let mut hour = hour().await;
    let mut sidecar = hour.sidecar();
    let all = "m.room.member".to_owned();
    hour.mock.fail(Some(each("delayed", all, BROKEN)));
    let began_ms = hour.ledger.times().seeds_at * 1_000;
    while hour.ledger.local_ms() < began_ms + 25_000 {
        let _tried_again = step(&mut hour, &mut sidecar).await;
    }
    assert!(hour.mock.tally().posts.is_empty());
    let shown = standing(&hour);
    assert_eq!((shown.joined, shown.put_out), (2, 0));
    assert_eq!(shown.alarms, ["room.unarmed"]);
    hour.mock.fail(None);
    endure(&mut hour, &mut sidecar, "armed at last").await;
    hour.judge("armed at last");
}
