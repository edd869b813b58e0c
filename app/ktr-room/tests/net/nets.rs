//! Nobody is alive: content goes at T, members and room by the nets alone (design: room, section 10, nets 1 to 4).
//! The times hang on Synapse's own 60 s tick. Beside them a room that is waited for for a minute: these tests have nothing to do meanwhile.

use std::time::Duration;

use ktr_core::id::SessionId;
use ktr_room::matrix_id::RoomId;
use ktr_room::port::Room;
use ktr_room::report::{Dissolution, Report};
use ktr_room::seen::Net;
use ktr_room::standing;
use ktr_room::synapse::Homeserver;
use ktr_room::timing::Timing;
use ktr_testkit::number;
use reqwest::StatusCode;
use serde_json::Value;

use crate::exact::{Between, Victim};
use crate::support::{County, Guest, account, clock_ms, log, until};

/// A county of so few members that their nets may fall due soon after T. Those of more have an hour's own times, and T is as late as it takes
/// to let everybody in.
async fn county(members: u8) -> County {
    let mut county = County::with(members, [2, 4, 40 + u64::from(members)]).await;
    let hour = Timing::default();
    let (kick_after_secs, leave_after_secs) = if members > 2 {
        (hour.kick_after_secs, hour.leave_after_secs)
    } else {
        (3, 63)
    };
    county.timing = Timing {
        kick_after_secs,
        leave_after_secs,
        ..county.timing
    };
    county
}

/// Its room seeded, all members in it and armed; from here on the sidecar is dead.
async fn abandoned(county: &County, members: u8) -> (Vec<Guest>, String) {
    let sidecar = county.start();
    let laid_out = county.site.passes.join("4");
    until("a pass for everybody", 120, || async {
        let passes = std::fs::read_dir(&laid_out).ok()?;
        (passes.count() >= usize::from(members)).then_some(())
    })
    .await;
    let mut guests = Vec::new();
    let mut hall = String::new();
    for n in 1..=members {
        let guest = Guest::arrive(county, n).await;
        let (status, joined) = guest.join().await;
        assert_eq!(status, StatusCode::OK, "member {n}");
        hall = joined;
        guests.push(guest);
    }
    county.ledger.open();
    guests[0].receive(&hall).await;
    until("everybody is armed again", 60, || async {
        let look = county.room.look(SessionId(4), None).await.ok()?;
        (look.room?.pending.len() == guests.len() + 1).then_some(())
    })
    .await;
    let t_ms = county.ledger.times().dissolves_ms();
    assert!(clock_ms() < t_ms, "the sidecar dies before T");
    sidecar.abort();
    (guests, hall)
}

/// Its room with four members, of whom the sidecar has kicked one when it dies for good.
async fn half_kicked(county: &mut County) -> RoomId {
    let (between, base, mut kills) = Between::of(county).await;
    between.strike_once(Victim::Sidecar, "POST", "/kick");
    county.room = county.synapse.bot_at(&base).await;
    let sidecar = county.start();
    let mut guests = Vec::new();
    let mut hall = String::new();
    for n in 1..=4 {
        let guest = Guest::arrive(county, n).await;
        hall = guest.join().await.1;
        guests.push(guest);
    }
    county.ledger.open();
    guests[0].receive(&hall).await;
    until("everybody is armed again", 20, || async {
        let look = county.room.look(SessionId(4), None).await.ok()?;
        (look.room?.pending.len() == 5).then_some(())
    })
    .await;
    let struck = tokio::time::timeout(Duration::from_mins(1), kills.recv()).await;
    assert_eq!(struck, Ok(Some(())), "one is kicked");
    sidecar.abort();
    let _killed = sidecar.await;
    RoomId(hall)
}

/// Waits until no room is left on the homeserver, as an hour's nets leave it (design: room, section 12: T + 150 s); when that was,
/// after T.
async fn gone(county: &County) -> u64 {
    until("the room is gone", 180, || async {
        let look = county.room.look(SessionId(0), None).await.ok()?;
        look.strays.is_empty().then_some(())
    })
    .await;
    let after_ms = clock_ms() - county.ledger.times().dissolves_ms();
    assert!(after_ms < 150_000, "T + {after_ms} ms");
    after_ms
}

/// The sidecar comes back and ends what is left to end: no residue, and the report says that a net had fired.
async fn ended(county: &County) -> Dissolution {
    let sidecar = county.start();
    until("the session is done", 150, || async { county.remnant() }).await;
    sidecar.abort();
    let reports = county.ledger.change(|inner| inner.reports.clone());
    let Some(Report::Dissolved { dissolution, .. }) = reports.last() else {
        panic!("{reports:?}")
    };
    assert!(dissolution.flags.dead_man_had_fired);
    assert_eq!(dissolution.residue, [0; 8]);
    dissolution.clone()
}

#[tokio::test]
async fn with_the_sidecar_dead_the_content_goes_at_t_and_the_room_by_the_nets() {
    let members = number("KTR_ROOM_NET_MEMBERS", 2);
    let members = u8::try_from(members).expect("up to 254 members");
    let county = county(members).await;
    let (guests, hall) = abandoned(&county, members).await;
    let t_ms = county.ledger.times().dissolves_ms();
    let left_secs = t_ms.saturating_sub(clock_ms()) / 1_000;
    println!("{members} members, the sidecar dead {left_secs} s before T");
    until("the post is empty", left_secs + 30, || async {
        guests[0].posts(&hall).await.is_empty().then_some(())
    })
    .await;
    println!("T + {} ms: the post's content is gone", clock_ms() - t_ms);
    println!("T + {} ms: the room is gone", gone(&county).await);
    assert!(ended(&county).await.flags.room_absent_at_start);
}

#[tokio::test]
async fn with_the_journal_lost_after_the_nets_no_row_that_names_the_room_stays() {
    let county = county(2).await;
    let (_guests, hall) = abandoned(&county, 2).await;
    county
        .ledger
        .change(|inner| inner.session.reported.seeded = true);
    gone(&county).await;
    std::fs::remove_file(county.store.path("journal.json")).expect("lost");
    let bare = hall.trim_start_matches('!');
    assert!(county.synapse.dump(bare) > 0, "the nets leave rows");
    assert!(ended(&county).await.flags.room_absent_at_start);
    assert_eq!(county.synapse.dump(bare), 0);
    assert_eq!(county.synapse.count("current_state_delta_stream"), 0);
}

#[tokio::test]
async fn a_sidecar_dead_for_good_in_mid_kick_leaves_the_others_and_the_room_to_the_nets() {
    let mut county = County::with(4, [2, 4, 20]).await;
    county.timing = Timing {
        kick_after_secs: 8,
        leave_after_secs: 70,
        ..county.timing
    };
    let hall = half_kicked(&mut county).await;
    let look = county.room.look(SessionId(4), Some(&hall)).await;
    let room = look.expect("a look").room.expect("the room stands");
    assert_eq!(room.joined().count(), 3, "one is out");
    println!("T + {} ms: the room is gone", gone(&county).await);
    let sidecar = county.start();
    until("the session is done", 150, || async { county.remnant() }).await;
    sidecar.abort();
    let reports = county.ledger.change(|inner| inner.reports.clone());
    let Some(Report::Dissolved { dissolution, .. }) = reports.last() else {
        panic!("{reports:?}")
    };
    assert_eq!(dissolution.residue, [0; 8]);
}

#[tokio::test]
async fn an_unarmed_member_whose_agent_leaves_by_itself_keeps_no_room_from_its_end() {
    let county = county(2).await;
    let (guests, hall) = abandoned(&county, 2).await;
    unarm(&county, &guests[1], &hall).await;
    let t_ms = county.ledger.times().dissolves_ms();
    until("the hour of the agents' leave", 120, || async {
        (clock_ms() >= t_ms + 5_000).then_some(())
    })
    .await;
    assert_eq!(guests[1].leave(&hall).await, StatusCode::OK);
    println!("T + {} ms: the room is gone", gone(&county).await);
    ended(&county).await;
}

#[tokio::test]
async fn an_unarmed_member_whose_agent_is_dead_keeps_an_empty_room_until_the_sidecars_return() {
    let county = county(2).await;
    let (guests, hall) = abandoned(&county, 2).await;
    unarm(&county, &guests[1], &hall).await;
    // Its pass ends before the bot's own leave falls due: whoever is dead asks for nothing, and we ask in its name.
    let token = county.room.mint(&account(2), clock_ms() + 600_000).await;
    let mut guest = guests[1].clone();
    guest.pass["token"] = token.expect("a token").as_str().into();
    let there = format!(
        "/_matrix/client/v3/rooms/{}/joined_members",
        hall.replace('!', "%21")
    );
    until("nobody else is there", 150, || async {
        let (status, body) = guest.get(&there).await;
        assert_eq!(status, StatusCode::OK, "the room stands");
        let body: Value = serde_json::from_slice(&body).ok()?;
        (body["joined"].as_object()?.len() == 1).then_some(())
    })
    .await;
    assert!(guest.posts(&hall).await.is_empty(), "its post is empty");
    let flags = ended(&county).await.flags;
    assert!(
        !flags.room_absent_at_start,
        "it stood, and somebody was in it"
    );
}

/// A member's client writes its own membership anew, as it could past the terminator: the kick armed for it is gone.
async fn unarm(county: &County, guest: &Guest, hall: &str) {
    assert_eq!(guest.rename(hall).await, StatusCode::OK);
    let kick = Net::Kick(account(guest.n));
    until("it is unarmed", 20, || async {
        let look = county.room.look(SessionId(4), None).await.ok()?;
        (!look.room?.pending.contains_key(&kick)).then_some(())
    })
    .await;
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

/// What a homeserver that died between a room's creation and its rules has written.
const HALF_MADE: &str = "DELETE FROM current_state_events WHERE type = 'm.room.join_rules'";

#[tokio::test]
async fn a_room_that_its_homeserver_never_finished_is_made_anew_and_told() {
    let county = County::with(1, [2, 4, 1_200]).await;
    let unfinished = county.room.create(SessionId(4), &[]).await.expect("a room");
    county.synapse.halt().await;
    county.synapse.execute(HALF_MADE);
    let _homeserver = Homeserver::start(county.synapse.launch())
        .await
        .expect("a homeserver");
    // A room that is being made looks the same: the sidecar waits for it for a minute.
    let sidecar = county.start();
    let guest = Guest::arrive(&county, 1).await;
    let hall = until("joined", 60, || async {
        let (status, room) = guest.join().await;
        status.is_success().then_some(room)
    })
    .await;
    assert_ne!(hall, unfinished.as_str(), "another room");
    standing::give_order(&county.store, SessionId(4)).expect("an order");
    until("the session is done", 120, || async { county.remnant() }).await;
    sidecar.abort();
    let reports = county.ledger.change(|inner| inner.reports.clone());
    let Some(Report::Dissolved { dissolution, .. }) = reports.last() else {
        panic!("{reports:?}")
    };
    assert_eq!(dissolution.residue, [0; 8], "{}", log::scans());
    assert!(dissolution.flags.stray_found && dissolution.strays == 1);
}
