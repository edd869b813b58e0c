//! What the sidecar and a member's client rely on in a homeserver: each call's good answer, and each refusal.
//! One list for the homeserver in memory and for the real one, so that neither can say what the other does not.

use std::collections::BTreeSet;

use ktr_core::id::SessionId;
use ktr_room::RoomError;
use ktr_room::matrix_id::{Account, DelayId, EventId, MediaUri, RoomId, Token};
use ktr_room::name;
use ktr_room::port::{Cleared, Room};
use ktr_room::seen::{Joins, Net, Presence, Sight};
use reqwest::Method;
use serde_json::{Value, json};

use super::ground::{Ground, Member, account, by_alias, inside};
use super::poll::{clock_ms, until};

/// Every case, one after the other; each has a session of its own.
pub(crate) async fn all(ground: &Ground) {
    it_says_what_it_can(ground).await;
    a_token_is_good_until_it_ends_or_is_logged_out(ground).await;
    a_room_is_made_once(ground).await;
    only_the_invited_come_in_and_who_left_stays_out(ground).await;
    nobody_joins_while_joins_are_closed(ground).await;
    nets_wait_and_are_cancelled_once(ground).await;
    a_members_own_join_cancels_its_kick(ground).await;
    what_falls_due_happens(ground).await;
    a_room_that_the_bot_has_left_stands_unseen(ground).await;
    media_are_written_once_and_read_by_accounts(ground).await;
    too_many_names_and_too_many_octets_are_refused(ground).await;
    only_the_bot_posts_and_a_number_is_posted_once(ground).await;
    a_post_is_empty_after_its_hour(ground).await;
    a_stray_room_goes_and_the_sessions_media_stay(ground).await;
    the_destruction_leaves_doors_that_lead_nowhere(ground).await;
    a_lost_token_is_replaced_and_transactions_are_forgotten_with_it(ground).await;
}

async fn it_says_what_it_can(ground: &Ground) {
    assert_eq!(ground.room.version().await.expect("version"), [1, 163, 2]);
    let look = ground.room.look(SessionId(1), None).await.expect("look");
    assert_eq!((look.max_delay_ms, look.max_scheduled), (86_400_000, 2_000));
    assert!(look.room.is_none() && look.strays.is_empty());
    let known = ground.bot().await;
    assert!(
        known.device.is_some(),
        "the bot that registered has a device"
    );
    let health = ground.ask(Method::GET, "/health", None, None).await;
    assert_eq!(health.status, 200);
}

async fn a_token_is_good_until_it_ends_or_is_logged_out(ground: &Ground) {
    let member = ground.member(1).await;
    ground
        .room
        .ensure_account(&member.account)
        .await
        .expect("an account that exists is success");
    let nowhere = by_alias("directory/room", 1);
    let whoever = format!("{}/members", inside(&RoomId("!x".to_owned())));
    ground
        .ask(Method::GET, &whoever, None, None)
        .await
        .is(401, "M_MISSING_TOKEN");
    let unknown = Token("syt_nobody".to_owned());
    ground
        .get(&whoever, &unknown)
        .await
        .is(401, "M_UNKNOWN_TOKEN");
    ground
        .get(&nowhere, &member.token)
        .await
        .is(404, "M_NOT_FOUND");
    let refused = ground.room.mint(&account(99), clock_ms() + 600_000).await;
    assert_eq!(status(&refused), Some(404), "no token for nobody");
    let short = ground
        .room
        .mint(&member.account, clock_ms() + 300)
        .await
        .expect("token");
    until("the token has ended", 10, || async {
        let heard = ground.get(&whoever, &short).await;
        (heard.status == 401).then_some(())
    })
    .await;
    ground.room.log_out(&member.token).await.expect("out");
    ground
        .get(&whoever, &member.token)
        .await
        .is(401, "M_UNKNOWN_TOKEN");
    ground
        .room
        .log_out(&member.token)
        .await
        .expect("one that is out is success");
}

async fn a_room_is_made_once(ground: &Ground) {
    let guests = [ground.member(1).await, ground.member(2).await];
    let hall = made(ground, 2, &guests).await;
    assert_eq!(
        made(ground, 2, &guests).await,
        hall,
        "the second time it is found"
    );
    let bot = ground.bot().await;
    let body = json!({"preset": "private_chat", "room_alias_name": "ktr-2"});
    let again = ground
        .ask(
            Method::POST,
            "/_matrix/client/v3/createRoom",
            Some(&bot.token),
            Some(&body),
        )
        .await;
    again.is(400, "M_ROOM_IN_USE");
    let sight = sight(ground, 2, &hall).await;
    let presences: Vec<_> = sight.members.values().copied().collect();
    assert_eq!(presences, [Presence::Invited; 2]);
    assert!(sight.pending.is_empty() && sight.leases.is_empty() && sight.posts.is_empty());
    assert_eq!(sight.joins, Joins::Open);
    let other = ground.room.look(SessionId(1), None).await.expect("look");
    assert_eq!(other.strays, BTreeSet::from([hall.clone()]));
    ended(ground, 2, &hall).await;
}

async fn only_the_invited_come_in_and_who_left_stays_out(ground: &Ground) {
    let (first, second) = (ground.member(1).await, ground.member(2).await);
    let hall = made(ground, 3, &[]).await;
    ground
        .post(&by_alias("join", 3), &first.token)
        .await
        .is(403, "M_FORBIDDEN");
    ground
        .get(&format!("{}/members", inside(&hall)), &first.token)
        .await
        .is(403, "M_FORBIDDEN");
    for member in [&first, &second] {
        ground
            .room
            .invite(&hall, &member.account)
            .await
            .expect("invited");
        ground
            .room
            .invite(&hall, &member.account)
            .await
            .expect("who is invited is success");
        let joined = ground.post(&by_alias("join", 3), &member.token).await;
        assert_eq!(
            (joined.status, joined.body["room_id"].as_str()),
            (200, Some(hall.as_str()))
        );
        ground
            .room
            .invite(&hall, &member.account)
            .await
            .expect("who is in is success");
    }
    only_the_bot_moves_others(ground, &hall, &first, &second).await;
    ended(ground, 3, &hall).await;
}

/// Members move nobody but themselves; the bot kicks, once.
async fn only_the_bot_moves_others(
    ground: &Ground,
    hall: &RoomId,
    first: &Member,
    second: &Member,
) {
    let (invite, kick) = (
        format!("{}/invite", inside(hall)),
        format!("{}/kick", inside(hall)),
    );
    let named =
        |account: &Account| json!({"user_id": format!("@{}:county-a.test", account.as_str())});
    for path in [&invite, &kick] {
        let tried = ground
            .ask(
                Method::POST,
                path,
                Some(&first.token),
                Some(&named(&second.account)),
            )
            .await;
        tried.is(403, "M_FORBIDDEN");
    }
    let left = ground
        .post(&format!("{}/leave", inside(hall)), &first.token)
        .await;
    assert_eq!(left.status, 200);
    ground
        .post(&by_alias("join", 3), &first.token)
        .await
        .is(403, "M_FORBIDDEN");
    let seen = sight(ground, 3, hall).await;
    assert_eq!(seen.members[&first.account], Presence::Left);
    assert_eq!(seen.members[&second.account], Presence::Joined);
    let cleared = cleared(ground, hall).await;
    assert_eq!((cleared.kicked, cleared.cancelled), (1, 0));
    assert_eq!(
        sight(ground, 3, hall).await.members[&second.account],
        Presence::Kicked
    );
    let bot = ground.bot().await;
    let again = ground
        .ask(
            Method::POST,
            &kick,
            Some(&bot.token),
            Some(&named(&second.account)),
        )
        .await;
    again.is(403, "M_FORBIDDEN");
    ground
        .post(&by_alias("join", 3), &second.token)
        .await
        .is(403, "M_FORBIDDEN");
}

async fn nobody_joins_while_joins_are_closed(ground: &Ground) {
    let member = ground.member(1).await;
    let hall = made(ground, 4, std::slice::from_ref(&member)).await;
    ground.room.close_joins(&hall).await.expect("closed");
    assert_eq!(sight(ground, 4, &hall).await.joins, Joins::Closed);
    ground
        .post(&by_alias("join", 4), &member.token)
        .await
        .is(403, "M_FORBIDDEN");
    ground.room.open_joins(&hall).await.expect("open");
    assert_eq!(sight(ground, 4, &hall).await.joins, Joins::Open);
    assert_eq!(
        ground
            .post(&by_alias("join", 4), &member.token)
            .await
            .status,
        200
    );
    ended(ground, 4, &hall).await;
}

async fn nets_wait_and_are_cancelled_once(ground: &Ground) {
    let member = ground.member(1).await;
    let hall = made(ground, 5, std::slice::from_ref(&member)).await;
    let kick = Net::Kick(member.account.clone());
    let before = clock_ms();
    let first = ground.room.arm(&hall, &kick, 600_000).await.expect("armed");
    let second = ground.room.arm(&hall, &kick, 600_000).await.expect("armed");
    let own = ground
        .room
        .arm(&hall, &Net::OwnLeave, 600_000)
        .await
        .expect("armed");
    ground.room.arm_lease(&hall, 600_000).await.expect("leased");
    assert_ne!(first, second, "each call adds one");
    let seen = sight(ground, 5, &hall).await;
    let due = seen.pending[&kick][0].due_ms;
    assert!((before + 590_000..before + 660_000).contains(&due));
    assert_eq!(
        (
            seen.pending[&kick].len(),
            seen.pending[&Net::OwnLeave].len(),
            seen.leases.len()
        ),
        (2, 1, 1)
    );
    assert!(ground.room.restart(&own).await.expect("again"));
    let path = format!(
        "/_matrix/client/unstable/org.matrix.msc4140/delayed_events/{}/cancel",
        first.as_str()
    );
    let anybody = ground
        .ask(Method::POST, &path, None, Some(&json!({})))
        .await;
    assert_eq!(
        anybody.status, 200,
        "its id is a key: no token is asked for"
    );
    ground
        .ask(Method::POST, &path, None, Some(&json!({})))
        .await
        .is(404, "M_NOT_FOUND");
    let gone = DelayId(first.as_str().to_owned());
    ground
        .room
        .cancel(&gone)
        .await
        .expect("one that is gone is success");
    let waited = ground.room.restart(&gone).await.expect("an answer");
    assert!(!waited, "one that is gone does not run anew");
    let long = ground.room.arm(&hall, &kick, 86_400_001).await;
    assert_eq!(status(&long), Some(400), "longer than a day");
    let mut cancelled = 0;
    let disarmed = ground.room.disarm(&hall, &mut cancelled).await;
    disarmed.expect("disarmed");
    assert_eq!(cancelled, 3);
    let seen = sight(ground, 5, &hall).await;
    assert!(seen.pending.is_empty() && seen.leases.is_empty());
    ended(ground, 5, &hall).await;
}

async fn a_members_own_join_cancels_its_kick(ground: &Ground) {
    let member = ground.member(1).await;
    let hall = made(ground, 6, std::slice::from_ref(&member)).await;
    let kick = Net::Kick(member.account.clone());
    ground.room.arm(&hall, &kick, 600_000).await.expect("armed");
    assert_eq!(
        ground
            .post(&by_alias("join", 6), &member.token)
            .await
            .status,
        200
    );
    until("its kick is gone", 10, || async {
        sight(ground, 6, &hall)
            .await
            .pending
            .is_empty()
            .then_some(())
    })
    .await;
    ground.room.arm(&hall, &kick, 600_000).await.expect("armed");
    let cleared = cleared(ground, &hall).await;
    assert_eq!((cleared.kicked, cleared.cancelled), (1, 1));
    ended(ground, 6, &hall).await;
}

async fn what_falls_due_happens(ground: &Ground) {
    let member = ground.member(1).await;
    let hall = made(ground, 7, std::slice::from_ref(&member)).await;
    assert_eq!(
        ground
            .post(&by_alias("join", 7), &member.token)
            .await
            .status,
        200
    );
    ground
        .room
        .arm(&hall, &Net::Kick(member.account.clone()), 300)
        .await
        .expect("armed");
    ground.room.arm_lease(&hall, 300).await.expect("leased");
    until("kicked and closed", 20, || async {
        let seen = sight(ground, 7, &hall).await;
        let kicked = seen.members[&member.account] == Presence::Kicked;
        (kicked && seen.joins == Joins::Closed).then_some(())
    })
    .await;
    ended(ground, 7, &hall).await;
}

async fn a_room_that_the_bot_has_left_stands_unseen(ground: &Ground) {
    let member = ground.member(1).await;
    let hall = made(ground, 13, std::slice::from_ref(&member)).await;
    assert_eq!(
        ground
            .post(&by_alias("join", 13), &member.token)
            .await
            .status,
        200
    );
    ground
        .room
        .arm(&hall, &Net::OwnLeave, 300)
        .await
        .expect("armed");
    until("the bot is out", 20, || async {
        let look = ground.room.look(SessionId(13), Some(&hall)).await.ok()?;
        look.room.is_none().then_some(())
    })
    .await;
    let look = ground.room.look(SessionId(13), Some(&hall)).await;
    let look = look.expect("look");
    assert_eq!(look.stands.as_ref(), Some(&hall), "the member is in it");
    assert!(look.room.is_none() && look.strays.is_empty());
    assert_eq!(ground.room.company(&hall).await.expect("asked"), None);
    ended(ground, 13, &hall).await;
    let look = ground.room.look(SessionId(13), Some(&hall)).await;
    assert_eq!(look.expect("look").stands, None, "it is gone");
}

async fn media_are_written_once_and_read_by_accounts(ground: &Ground) {
    let member = ground.member(1).await;
    let media = ground.room.name_media().await.expect("an id");
    let path = download(&media);
    let early = ground
        .get(&format!("{path}?timeout_ms=0"), &member.token)
        .await;
    early.is(504, "M_NOT_YET_UPLOADED");
    ground
        .room
        .upload(&media, vec![7; 5_000])
        .await
        .expect("up");
    ground
        .room
        .upload(&media, vec![8; 5_000])
        .await
        .expect("what is up is success");
    let read = ground.get(&path, &member.token).await;
    assert!(
        read.status == 200 && read.octets == [7; 5_000],
        "the first octets stay"
    );
    ground
        .ask(Method::GET, &path, None, None)
        .await
        .is(401, "M_MISSING_TOKEN");
    let never = MediaUri("mxc://county-a.test/neverwasone".to_owned());
    ground
        .get(&download(&never), &member.token)
        .await
        .is(404, "M_NOT_FOUND");
    assert_eq!(
        status(&ground.room.upload(&never, vec![1]).await),
        Some(404)
    );
    assert_eq!(dropped(ground).await, 1);
    ground
        .get(&path, &member.token)
        .await
        .is(404, "M_NOT_FOUND");
    assert_eq!(dropped(ground).await, 0);
}

async fn too_many_names_and_too_many_octets_are_refused(ground: &Ground) {
    let media = ground.room.name_media().await.expect("an id");
    let large = ground
        .room
        .upload(&media, vec![0; 20 * 1024 * 1024 + 1])
        .await;
    assert!(large.is_err(), "more than 20 MiB");
    ground
        .room
        .upload(&media, vec![1; 1_000])
        .await
        .expect("the id is still free");
    for _ in 0..100 {
        ground.room.name_media().await.expect("an id");
    }
    let limited = ground.room.name_media().await;
    assert!(matches!(limited, Err(RoomError::Limited(_))), "{limited:?}");
    assert_eq!(dropped(ground).await, 101);
    let member = ground.member(1).await;
    ground
        .get(&download(&media), &member.token)
        .await
        .is(404, "M_NOT_FOUND");
    ground.room.name_media().await.expect("room for ids again");
    assert_eq!(dropped(ground).await, 1);
}

async fn only_the_bot_posts_and_a_number_is_posted_once(ground: &Ground) {
    let member = ground.member(1).await;
    let hall = made(ground, 8, std::slice::from_ref(&member)).await;
    assert_eq!(
        ground
            .post(&by_alias("join", 8), &member.token)
            .await
            .status,
        200
    );
    let first = ground
        .room
        .post(&hall, 0, "TXN-0", &content(0))
        .await
        .expect("posted");
    let again = ground
        .room
        .post(&hall, 0, "TXN-other", &content(0))
        .await
        .expect("found");
    assert_eq!(again, first, "the number is in the timeline");
    let bot = ground.bot().await;
    let same = ground
        .ask(
            Method::PUT,
            &send(&hall, "TXN-0"),
            Some(&bot.token),
            Some(&content(0)),
        )
        .await;
    assert_eq!(
        same.body["event_id"].as_str(),
        Some(first.as_str()),
        "one transaction, one event"
    );
    let second = ground
        .room
        .post(&hall, 1, "TXN-1", &content(1))
        .await
        .expect("posted");
    let seen = sight(ground, 8, &hall).await;
    let events: Vec<_> = seen.posts.values().map(|post| post.event.clone()).collect();
    assert_eq!(events, [first.clone(), second]);
    members_read_and_report(ground, &hall, &first, &member).await;
    ended(ground, 8, &hall).await;
}

/// A member reads and reports a post, and sends none.
async fn members_read_and_report(ground: &Ground, hall: &RoomId, first: &EventId, member: &Member) {
    let tried = ground
        .ask(
            Method::PUT,
            &send(hall, "M"),
            Some(&member.token),
            Some(&content(2)),
        )
        .await;
    tried.is(403, "M_FORBIDDEN");
    let read = ground.get(&event(hall, first), &member.token).await;
    assert_eq!(read.body["content"]["ktr.release.v1"]["n"], 0);
    let never = EventId("$neverwasone".to_owned());
    ground
        .get(&event(hall, &never), &member.token)
        .await
        .is(404, "M_NOT_FOUND");
    let path = format!(
        "{}/report/{}",
        inside(hall),
        first.as_str().replace('$', "%24")
    );
    assert_eq!(ground.post(&path, &member.token).await.status, 200);
    ground.room.drop_reports(hall).await.expect("dropped");
    ground
        .room
        .drop_reports(hall)
        .await
        .expect("none is success");
}

async fn a_post_is_empty_after_its_hour(ground: &Ground) {
    let hall = made(ground, 9, &[]).await;
    let mut content = content(0);
    content["org.matrix.self_destruct_after"] = json!(clock_ms() + 500);
    ground
        .room
        .post(&hall, 0, "TXN", &content)
        .await
        .expect("posted");
    until("the post is empty", 20, || async {
        sight(ground, 9, &hall).await.posts.is_empty().then_some(())
    })
    .await;
    ended(ground, 9, &hall).await;
}

async fn a_stray_room_goes_and_the_sessions_media_stay(ground: &Ground) {
    let member = ground.member(1).await;
    let hall = made(ground, 10, std::slice::from_ref(&member)).await;
    ground
        .room
        .arm(&hall, &Net::Kick(member.account.clone()), 600_000)
        .await
        .expect("armed");
    let kept = ground.room.name_media().await.expect("an id");
    let other = ground.room.name_media().await.expect("an id");
    for media in [&kept, &other] {
        ground.room.upload(media, vec![1; 1_000]).await.expect("up");
    }
    let keep = BTreeSet::from([kept.clone()]);
    ground
        .room
        .destroy_stray(&hall, &keep)
        .await
        .expect("destroyed");
    let look = ground
        .room
        .look(SessionId(10), Some(&hall))
        .await
        .expect("look");
    assert!(look.room.is_none() && look.strays.is_empty());
    assert_eq!(
        ground.get(&download(&kept), &member.token).await.status,
        200
    );
    ground
        .get(&download(&other), &member.token)
        .await
        .is(404, "M_NOT_FOUND");
    assert_eq!(dropped(ground).await, 1);
}

async fn the_destruction_leaves_doors_that_lead_nowhere(ground: &Ground) {
    let member = ground.member(1).await;
    let hall = made(ground, 11, std::slice::from_ref(&member)).await;
    assert_eq!(
        ground
            .post(&by_alias("join", 11), &member.token)
            .await
            .status,
        200
    );
    let posted = ground
        .room
        .post(&hall, 0, "TXN", &content(0))
        .await
        .expect("posted");
    let create = format!("{}/state/m.room.create/", inside(&hall));
    let named = by_alias("directory/room", 11);
    for path in [&create, &event(&hall, &posted), &named] {
        assert_eq!(
            ground.get(path, &member.token).await.status,
            200,
            "while it stands"
        );
    }
    assert!(
        !ground.room.confirm_gone(&hall).await.expect("asked"),
        "it stands"
    );
    ended(ground, 11, &hall).await;
    ground
        .get(&create, &member.token)
        .await
        .is(403, "M_FORBIDDEN");
    ground
        .get(&event(&hall, &posted), &member.token)
        .await
        .is(404, "M_NOT_FOUND");
    ground
        .get(&named, &member.token)
        .await
        .is(404, "M_NOT_FOUND");
    ground
        .post(&by_alias("join", 11), &member.token)
        .await
        .is(404, "M_NOT_FOUND");
    ended(ground, 11, &hall).await;
}

async fn a_lost_token_is_replaced_and_transactions_are_forgotten_with_it(ground: &Ground) {
    let hall = made(ground, 12, &[]).await;
    let sent = ground
        .room
        .post(&hall, 0, "TXN", &content(0))
        .await
        .expect("posted");
    std::fs::remove_file(&ground.token_file).expect("lost");
    let rescued = ground.bot().await;
    assert_eq!(rescued.device, None, "a minted token has no device");
    let second = ground.with(rescued.clone());
    let found = second
        .post(&hall, 0, "TXN", &content(0))
        .await
        .expect("found");
    assert_eq!(found, sent, "it looks before it sends");
    let path = send(&hall, "TXN");
    let bare = ground
        .ask(Method::PUT, &path, Some(&rescued.token), Some(&content(0)))
        .await;
    assert_eq!(bare.status, 200);
    assert_ne!(
        bare.body["event_id"].as_str(),
        Some(sent.as_str()),
        "the id alone does not help"
    );
    ended(ground, 12, &hall).await;
}

/// The room of a session with its guests invited.
async fn made(ground: &Ground, session: u32, guests: &[Member]) -> RoomId {
    let accounts: Vec<Account> = guests.iter().map(|guest| guest.account.clone()).collect();
    let made = ground.room.create(SessionId(session), &accounts).await;
    made.expect("a room")
}

async fn sight(ground: &Ground, session: u32, hall: &RoomId) -> Sight {
    let look = ground.room.look(SessionId(session), Some(hall)).await;
    look.expect("look").room.expect("the room")
}

/// Destroys the room as section 9.1 does, and looks that it is gone; for one that is gone every step is success.
async fn ended(ground: &Ground, session: u32, hall: &RoomId) {
    let room = &ground.room;
    room.drop_alias(SessionId(session)).await.expect("alias");
    room.drop_reports(hall).await.expect("reports");
    cleared(ground, hall).await;
    room.disarm(hall, &mut 0).await.expect("nets");
    room.purge(hall).await.expect("purge");
    assert!(room.confirm_gone(hall).await.expect("gone"), "it is gone");
    let look = room.look(SessionId(session), Some(hall)).await;
    let look = look.expect("look");
    assert!(look.room.is_none() && look.strays.is_empty());
}

/// Kicks everybody who is there.
async fn cleared(ground: &Ground, hall: &RoomId) -> Cleared {
    let company = ground.room.company(hall).await.expect("company");
    let mut cleared = Cleared::default();
    let company = company.unwrap_or_default();
    let emptied = ground.room.clear(hall, &company, &mut cleared);
    emptied.await.expect("kicks");
    cleared
}

/// Deletes all media; says how many.
async fn dropped(ground: &Ground) -> u32 {
    let mut deleted = 0;
    let dropped = ground.room.drop_media(clock_ms(), &mut deleted).await;
    dropped.expect("dropped");
    deleted
}

/// The status of a refusal.
fn status<T>(answer: &Result<T, RoomError>) -> Option<u16> {
    match answer {
        Err(RoomError::ServerRefused { status, .. }) => Some(*status),
        _ => None,
    }
}

fn content(n: u32) -> Value {
    json!({"msgtype": "m.file", "body": "release.pgp", "url": format!("mxc://county-a.test/{n}"),
        "ktr.release.v1": {"n": n, "sha256": name::sha256(&n.to_be_bytes()).to_string()}})
}

fn send(hall: &RoomId, transaction: &str) -> String {
    format!("{}/send/m.room.message/{transaction}", inside(hall))
}

fn event(hall: &RoomId, event: &EventId) -> String {
    format!(
        "{}/event/{}",
        inside(hall),
        event.as_str().replace('$', "%24")
    )
}

fn download(media: &MediaUri) -> String {
    let (server, id) = media.parts().expect("an address");
    format!("/_matrix/client/v1/media/download/{server}/{id}")
}
