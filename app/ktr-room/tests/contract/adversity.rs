//! Bad input through whole sessions: a homeserver that fails, talks nonsense or makes wait; a full disk; a clock that is wrong.
//! Whatever it was: nothing is lost, nothing posted twice, nothing kept after T. The homeserver is the one in memory.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use ktr_core::id::{MemberId, SessionId};
use ktr_os::file;
use ktr_room::RoomError;
use ktr_room::action::Step;
use ktr_room::adapter::matrix::MatrixRoom;
use ktr_room::journal::{Journal, Phase};
use ktr_room::name;
use ktr_room::plan::{Reported, Status};
use ktr_room::port::Clock;
use ktr_room::report::{Cause, Dissolution, Report};
use ktr_room::run::{Sidecar, wipe_overdue};
use ktr_room::standing;
use tokio::task::JoinSet;

use super::chain::Ledger;
use super::cipher::Veil;
use super::journal::{Brittle, Hour, nothing_is_under_way};
use super::mock::Fault;

/// Passes after which a session that goes on has lost its way.
pub(super) const PASSES_MAX: usize = 500;

/// Why a disk takes nothing, by the numbers of Linux.
const EIO: i32 = 5;
pub(super) const ENOSPC: i32 = 28;
const EROFS: i32 = 30;
const EDQUOT: i32 = 122;

pub(super) type Own = Sidecar<Ledger, MatrixRoom, Veil, Ledger>;

/// What is answered in the place of the homeserver.
#[derive(Clone, Copy, Debug)]
pub(super) struct Nonsense(u16, &'static str);

pub(super) const BROKEN: Nonsense = Nonsense(500, r#"{"errcode":"M_UNKNOWN"}"#);
const AWAY: Nonsense = Nonsense(503, "");
const PAGE: Nonsense = Nonsense(200, "<html><body>It works!</body></html>");
const EMPTY: Nonsense = Nonsense(200, "");
const LIST: Nonsense = Nonsense(200, "[1]");
const DAY: Nonsense = Nonsense(429, r#"{"retry_after_ms":86399683}"#);

/// Answers so the first `times` requests of a kind.
fn first(kind: &str, times: usize, Nonsense(status, body): Nonsense) -> Fault {
    let (wanted, mut left) = (kind.to_owned(), times);
    Box::new(move |kind, _| {
        if kind != wanted || left == 0 {
            return None;
        }
        left -= 1;
        Some((status, body.to_owned()))
    })
}

/// Answers so every request whose kind ends in this and whose path names that.
pub(super) fn each(ending: &'static str, named: String, Nonsense(status, body): Nonsense) -> Fault {
    Box::new(move |kind, path| {
        (kind.ends_with(ending) && path.contains(&named)).then(|| (status, body.to_owned()))
    })
}

/// One pass, and as much time as it asks for; a second after one that failed.
pub(super) async fn step(hour: &mut Hour, sidecar: &mut Own) -> Result<(), RoomError> {
    let passed = sidecar.pass().await;
    let now_ms = hour.ledger.local_ms();
    let ahead_ms = match &passed {
        Ok(wake_ms) => wake_ms.saturating_sub(now_ms),
        Err(_) => 1_000,
    };
    hour.ledger.change(|inner| inner.ahead_ms += ahead_ms);
    hour.members_act().await;
    passed.map(drop)
}

/// Passes until the session is done.
pub(super) async fn endure(hour: &mut Hour, sidecar: &mut Own, what: &str) {
    for _ in 0..PASSES_MAX {
        let _tried_again = step(hour, sidecar).await;
        if !hour.store.done().expect("done").is_empty() && nothing_is_under_way(&hour.store) {
            return;
        }
    }
    panic!("{what}: the session does not end");
}

/// Passes until the journal says so.
pub(super) async fn until(
    hour: &mut Hour,
    sidecar: &mut Own,
    says: impl Fn(&Journal) -> bool,
) -> Journal {
    for _ in 0..PASSES_MAX {
        if let Some(journal) = hour.store.load().expect("journal")
            && says(&journal)
        {
            return journal;
        }
        let _tried_again = step(hour, sidecar).await;
    }
    panic!("it never comes to that");
}

pub(super) fn seeded(journal: &Journal) -> bool {
    journal.posted() > 0
}

pub(super) async fn hour() -> Hour {
    let mut hour = Hour::new(Brittle::new([])).await;
    hour.tick_secs = 4;
    hour
}

/// The kinds of requests of a whole session.
async fn kinds() -> Vec<String> {
    let mut hour = hour().await;
    let mut sidecar = hour.sidecar();
    endure(&mut hour, &mut sidecar, "without a fault").await;
    hour.judge("without a fault");
    let kinds = hour.mock.kinds().into_iter();
    // The bot was made before the sidecar began.
    kinds.filter(|kind| !kind.contains("register")).collect()
}

/// A whole session in which the first requests of a kind are answered so.
async fn session(kind: String, nonsense: Nonsense) {
    let what = format!("{kind}: {nonsense:?}");
    let mut hour = hour().await;
    hour.mock.fail(Some(first(&kind, 2, nonsense)));
    let mut sidecar = hour.sidecar();
    endure(&mut hour, &mut sidecar, &what).await;
    hour.judge(&what);
    assert_eq!(hour.mock.halls(), 0, "{what}");
    assert_eq!(kept(&hour), [0; 3], "{what}");
}

async fn sessions(nonsense: Nonsense) {
    let mut running = JoinSet::new();
    let kinds = kinds().await;
    assert!(kinds.len() > 25, "a whole session: {kinds:#?}");
    for kind in kinds {
        if running.len() >= 4 {
            running.join_next().await.expect("running").expect("sound");
        }
        running.spawn(session(kind, nonsense));
    }
    while let Some(ended) = running.join_next().await {
        ended.expect("sound");
    }
}

/// Files in the inbox, the spool, and among the passes.
pub(super) fn kept(hour: &Hour) -> [usize; 3] {
    [&hour.site.inbox, &hour.store.spool(), &hour.site.passes].map(|folder| files(folder))
}

fn files(folder: &Path) -> usize {
    let names = file::names(folder).expect("a folder");
    let paths = names.iter().map(|name| folder.join(name));
    paths
        .map(|path| if path.is_dir() { files(&path) } else { 1 })
        .sum()
}

/// Whether the release is in memory.
fn holds_plaintext(sidecar: &Own) -> bool {
    format!("{sidecar:?}").contains("Inbox { loaded: true")
}

pub(super) fn dissolution(hour: &Hour) -> Dissolution {
    hour.ledger.change(|inner| {
        let report = inner.reports.last().expect("a report").clone();
        let Report::Dissolved { dissolution, .. } = report else {
            panic!("{report:?}");
        };
        dissolution
    })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_500_at_any_kind_of_request_loses_nothing_and_posts_nothing_twice() {
    sessions(BROKEN).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_of_html_in_an_answers_place_is_no_answer() {
    sessions(PAGE).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_empty_answer_is_no_answer() {
    sessions(EMPTY).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn json_of_another_shape_is_no_answer() {
    sessions(LIST).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wait_of_a_day_at_any_kind_of_request_is_not_waited() {
    sessions(DAY).await;
}

#[tokio::test]
async fn a_wait_of_a_day_rings_until_the_next_answer_comes() {
    let hour = hour().await;
    let mut sidecar = hour.sidecar();
    hour.mock
        .fail(Some(first("GET _synapse/admin/v1/rooms", 1, DAY)));
    let ringing = |hour: &Hour| {
        let standing = standing::read(&hour.store).expect("standing");
        standing.expect("a session").alarms
    };
    sidecar.pass().await.expect_err("it is not waited for");
    assert_eq!(ringing(&hour), ["room.limited"]);
    sidecar.pass().await.expect("an answer");
    sidecar.pass().await.expect("an answer");
    assert_eq!(ringing(&hour), [""; 0]);
}

#[tokio::test]
async fn whatever_one_kind_of_request_answers_for_ever_the_room_is_purged() {
    for kind in kinds().await {
        if kind == "DELETE _synapse/admin/v2/rooms/*" {
            continue;
        }
        let mut hour = hour().await;
        let mut sidecar = hour.sidecar();
        until(&mut hour, &mut sidecar, seeded).await;
        let t_ms = hour.ledger.times().dissolves_ms();
        hour.mock.fail(Some(first(&kind, usize::MAX, BROKEN)));
        while hour.mock.halls() > 0 {
            let late_ms = hour.ledger.local_ms().saturating_sub(t_ms);
            assert!(
                late_ms < 90_000,
                "{kind}: the room stands {late_ms} ms after T"
            );
            let _tried_again = step(&mut hour, &mut sidecar).await;
        }
        assert_eq!(kept(&hour), [0; 3], "{kind}");
        hour.mock.fail(None);
        let purged = until(&mut hour, &mut sidecar, |journal| {
            journal.phase == Phase::Purged
        })
        .await;
        let end = purged.end.expect("its end");
        // A room that is gone before anybody was told who was in it tells nobody.
        let told = !kind.ends_with("/members");
        assert_eq!(end.kicked, if told { 3 } else { 0 }, "{kind}");
        assert!(end.emptied_ms <= end.purged_ms, "{kind}");
        endure(&mut hour, &mut sidecar, &kind).await;
        assert_eq!(dissolution(&hour).residue, [0; 8], "{kind}");
    }
}

#[tokio::test]
async fn plaintext_spool_and_passes_go_at_t_though_the_homeserver_is_away() {
    let mut hour = hour().await;
    let mut sidecar = hour.sidecar();
    until(&mut hour, &mut sidecar, seeded).await;
    assert!(holds_plaintext(&sidecar));
    hour.mock.fail(Some(each("", String::new(), AWAY)));
    let t_ms = hour.ledger.times().dissolves_ms();
    let left_ms = t_ms - hour.ledger.local_ms();
    hour.ledger.change(|inner| inner.ahead_ms += left_ms);
    let _away = sidecar.pass().await;
    assert!(!holds_plaintext(&sidecar));
    assert_eq!(kept(&hour), [0; 3]);
    hour.mock.fail(None);
    endure(&mut hour, &mut sidecar, "away at T").await;
    let report = dissolution(&hour);
    assert_eq!((report.cause, report.residue), (Cause::Time, [0; 8]));
    assert!(!report.flags.room_absent_at_start, "it was only not seen");
    assert_eq!(hour.mock.halls(), 0);
}

/// Lays a file in a folder's place: whoever wants to empty the folder cannot, be it the superuser.
pub(super) fn jam(folder: &Path) {
    fs::remove_dir_all(folder).expect("a folder");
    fs::write(folder, "no folder").expect("a file");
}

#[tokio::test]
async fn an_inbox_that_cannot_be_emptied_rings_and_keeps_nothing_else_from_its_end() {
    let mut hour = hour().await;
    let mut sidecar = hour.sidecar();
    until(&mut hour, &mut sidecar, |journal| journal.posted() > 1).await;
    jam(&hour.site.inbox);
    until(&mut hour, &mut sidecar, |journal| {
        let end = journal.end.as_ref();
        end.is_some_and(|end| end.steps.contains(&Step::Gone))
    })
    .await;
    for _ in 0..3 {
        let _inbox = step(&mut hour, &mut sidecar).await;
    }
    assert_eq!(hour.mock.halls(), 0);
    assert!(!holds_plaintext(&sidecar));
    let others = [files(&hour.store.spool()), files(&hour.site.passes)];
    assert_eq!(others, [0; 2]);
    assert_eq!(hour.mock.members_tokens(), 0, "members are logged out");
    let standing = standing::read(&hour.store).expect("standing");
    let alarms = standing.expect("a session").alarms;
    assert_eq!(alarms, ["room.not_emptied"]);
    fs::remove_file(&hour.site.inbox).expect("mended");
    endure(&mut hour, &mut sidecar, "a jammed inbox").await;
    hour.judge("a jammed inbox");
}

#[tokio::test]
async fn a_start_after_t_is_not_kept_back_by_an_inbox_that_cannot_be_emptied() {
    let mut hour = hour().await;
    let mut sidecar = hour.sidecar();
    let journal = until(&mut hour, &mut sidecar, seeded).await;
    fs::write(hour.store.spool().join("left"), "ciphertext").expect("a file");
    jam(&hour.site.inbox);
    let folders = [hour.site.inbox.as_path(), hour.site.passes.as_path()];
    wipe_overdue(&hour.store, &folders, journal.times.dissolves_ms()).expect("it starts");
    assert_eq!(files(&hour.store.spool()), 0);
    assert_eq!(files(&hour.site.passes), 0);
}

#[tokio::test]
async fn a_room_that_nobody_saw_at_its_end_is_not_taken_for_none_and_goes_when_it_is_seen() {
    let mut hour = hour().await;
    let mut sidecar = hour.sidecar();
    until(&mut hour, &mut sidecar, seeded).await;
    drop(sidecar);
    fs::remove_file(hour.store.path("journal.json")).expect("the journal is lost");
    let t_ms = hour.ledger.times().dissolves_ms();
    let left_ms = t_ms - hour.ledger.local_ms();
    hour.ledger.change(|inner| inner.ahead_ms += left_ms);
    let mut sidecar = hour.sidecar();
    hour.mock.fail(Some(each("", String::new(), AWAY)));
    // longer than a step may resist, and than the nets wait
    while hour.ledger.local_ms() < t_ms + 40_000 {
        let _away = sidecar.pass().await;
        hour.ledger.change(|inner| inner.ahead_ms += 5_000);
    }
    let journal = hour.store.load().expect("journal").expect("a session");
    let end = journal.end.expect("its end");
    assert_eq!(journal.room, None);
    for step in [Step::Alias, Step::Kicks, Step::Purge, Step::Gone] {
        assert!(!end.steps.contains(&step), "{step:?} of what nobody saw");
    }
    hour.mock.fail(None);
    endure(&mut hour, &mut sidecar, "seen at last").await;
    assert_eq!(hour.mock.halls(), 0);
    let flags = dissolution(&hour).flags;
    assert!(!flags.room_absent_at_start, "it was only not seen");
    assert!(
        flags.dead_man_had_fired,
        "the nets did what nobody else did"
    );
}

#[tokio::test]
async fn a_cancelled_sessions_hand_over_goes_though_no_room_was_ever_made() {
    let hour = hour().await;
    let mut sidecar = hour.sidecar();
    hour.ledger.change(|inner| {
        inner.session.times.opens_at += 3_000;
        inner.session.times.dissolves_at += 3_000;
    });
    sidecar.pass().await.expect("a pass");
    assert!(
        holds_plaintext(&sidecar),
        "verified before the room is made"
    );
    hour.ledger
        .change(|inner| inner.session.status = Status::Cancelled);
    sidecar.pass().await.expect("a pass");
    assert!(!holds_plaintext(&sidecar));
    hour.ledger.change(|inner| inner.ahead_ms += 599_000);
    sidecar.pass().await.expect("a pass");
    assert_eq!(kept(&hour)[0], 1, "the chain may be behind the desk");
    hour.ledger.change(|inner| inner.ahead_ms += 2_000);
    sidecar.pass().await.expect("a pass");
    assert_eq!(kept(&hour)[0], 0);
}

#[tokio::test]
async fn a_hand_over_of_another_session_does_not_wait_for_the_next_ones_end() {
    let hour = hour().await;
    let mut sidecar = hour.sidecar();
    hour.ledger.change(|inner| {
        inner.session.sealed = None;
        inner.session.times.opens_at += 9_000;
        inner.session.times.seeds_at += 9_000;
        inner.session.times.dissolves_at += 9_000;
    });
    sidecar.pass().await.expect("a pass");
    assert_eq!(kept(&hour)[0], 1);
    hour.ledger.change(|inner| inner.ahead_ms += 601_000);
    sidecar.pass().await.expect("a pass");
    assert_eq!(kept(&hour)[0], 0);
}

#[tokio::test]
async fn without_a_release_an_alarm_rings_when_the_room_must_be_seeded_and_ends_when_one_comes() {
    let mut hour = hour().await;
    let mut sidecar = hour.sidecar();
    let handed = hour.site.inbox.join("release.pgp");
    let release = fs::read(&handed).expect("handed over");
    fs::remove_file(&handed).expect("not yet");
    let ringing = |hour: &Hour| {
        let standing = standing::read(&hour.store).expect("standing");
        standing.expect("a session").alarms
    };
    sidecar.pass().await.expect("a pass");
    assert_eq!(ringing(&hour), [""; 0]);
    hour.ledger.change(|inner| inner.ahead_ms += 5_000);
    sidecar.pass().await.expect("a pass");
    assert_eq!(ringing(&hour), ["room.no_release"]);
    fs::write(&handed, release).expect("late");
    sidecar.pass().await.expect("a pass");
    sidecar.pass().await.expect("a pass");
    assert_eq!(ringing(&hour), [""; 0]);
    endure(&mut hour, &mut sidecar, "a late release").await;
    hour.judge("a late release");
}

#[tokio::test]
async fn an_unknown_version_rings_on_when_its_session_is_done() {
    let mut hour = hour().await;
    let mut sidecar = hour.sidecar();
    hour.mock.fail(Some(Box::new(|kind, _| {
        let answer = r#"{"server_version":"9.9.9"}"#.to_owned();
        kind.ends_with("server_version").then_some((200, answer))
    })));
    endure(&mut hour, &mut sidecar, "an unknown version").await;
    sidecar.pass().await.expect("a pass between two sessions");
    let shown = format!("{sidecar:?}");
    let ringing = shown.split("ringing: {").nth(1).expect("its alarms");
    let ringing = ringing.split('}').next().expect("their end");
    assert!(ringing.contains("UnknownVersion"), "{ringing}");
}

/// The account of member `n`.
pub(super) fn account(hour: &Hour, n: u8) -> String {
    let account = name::account(&hour.site.county_secret, MemberId([n; 16]));
    account.as_str().to_owned()
}

#[tokio::test]
async fn one_member_whose_account_cannot_be_made_keeps_nobody_else_from_the_release() {
    let mut hour = hour().await;
    let mut sidecar = hour.sidecar();
    let second = account(&hour, 2);
    hour.mock.fail(Some(each("", second, BROKEN)));
    let mut failing = 0;
    for _ in 0..PASSES_MAX {
        let _tried_again = step(&mut hour, &mut sidecar).await;
        hour.ledger.open();
        let standing = standing::read(&hour.store).expect("standing");
        failing = failing.max(standing.map_or(0, |standing| standing.failing));
        if !hour.store.done().expect("done").is_empty() {
            break;
        }
    }
    let opened: BTreeMap<u8, usize> = hour
        .guests
        .iter()
        .map(|(n, guest)| (*n, guest.opened.len()))
        .collect();
    assert_eq!(opened, BTreeMap::from([(1, 1), (3, 1)]));
    assert!(failing > 0, "it is counted");
    assert_eq!(hour.mock.halls(), 0);
}

/// The second kick is answered with 500, and no other.
fn fail_second_kick(hour: &Hour) {
    let mut asked = 0;
    hour.mock.fail(Some(Box::new(move |kind, _| {
        if !kind.ends_with("/kick") {
            return None;
        }
        asked += 1;
        (asked == 2).then(|| (500, String::new()))
    })));
}

#[tokio::test]
async fn a_kick_that_fails_once_leaves_nobody_uncounted_and_nobody_counted_twice() {
    let mut hour = hour().await;
    let mut sidecar = hour.sidecar();
    until(&mut hour, &mut sidecar, |journal| journal.posted() > 1).await;
    fail_second_kick(&hour);
    let purged = until(&mut hour, &mut sidecar, |journal| {
        journal.phase == Phase::Purged
    })
    .await;
    assert_eq!(purged.end.expect("its end").kicked, 3);
}

#[tokio::test]
async fn a_step_that_fails_on_the_way_has_counted_what_it_did_by_then() {
    let mut hour = hour().await;
    let mut sidecar = hour.sidecar();
    until(&mut hour, &mut sidecar, |journal| journal.posted() > 1).await;
    fail_second_kick(&hour);
    let begun = until(&mut hour, &mut sidecar, |journal| {
        journal.end.as_ref().is_some_and(|end| end.kicked > 0)
    })
    .await;
    let end = begun.end.expect("its end");
    assert_eq!((end.kicked, end.emptied_ms), (2, 0));
    let cancelled = end.cancelled;
    assert!(cancelled > 0, "the nets of those who are out");
    let purged = until(&mut hour, &mut sidecar, |journal| {
        journal.phase == Phase::Purged
    })
    .await;
    let end = purged.end.expect("its end");
    assert_eq!(end.kicked, 3);
    assert!(end.cancelled > cancelled);
}

#[tokio::test]
async fn a_full_disk_delays_a_post_and_halves_none() {
    let mut hour = hour().await;
    let mut sidecar = hour.sidecar();
    until(&mut hour, &mut sidecar, |journal| journal.room.is_some()).await;
    hour.disk.refuse(Some(ENOSPC));
    for _ in 0..10 {
        let _full = sidecar.pass().await;
    }
    assert!(hour.mock.tally().posts.is_empty());
    hour.disk.refuse(None);
    endure(&mut hour, &mut sidecar, "a full disk").await;
    hour.judge("a full disk");
}

/// A disk that takes nothing from before T on, and a T that is moved meanwhile.
async fn at_t_with(errno: i32) {
    let mut hour = hour().await;
    let mut sidecar = hour.sidecar();
    until(&mut hour, &mut sidecar, |journal| journal.posted() > 1).await;
    hour.disk.refuse(Some(errno));
    hour.ledger
        .change(|inner| inner.session.times.dissolves_at += 1);
    let t_ms = hour.ledger.times().dissolves_ms();
    while hour.mock.halls() > 0 {
        let late_ms = hour.ledger.local_ms().saturating_sub(t_ms);
        assert!(
            late_ms < 90_000,
            "{errno}: the room stands {late_ms} ms after T"
        );
        let _refused = step(&mut hour, &mut sidecar).await;
    }
    assert_eq!(kept(&hour), [0; 3], "{errno}");
    let standing = standing::read(&hour.store).expect("standing");
    let alarms = standing.expect("a session").alarms;
    assert!(
        alarms.iter().any(|code| code == "room.disk_full"),
        "{errno}: {alarms:?}"
    );
    hour.disk.refuse(None);
    endure(&mut hour, &mut sidecar, "a disk that takes nothing").await;
    assert_eq!(dissolution(&hour).residue, [0; 8], "{errno}");
}

#[tokio::test]
async fn a_full_disk_at_t_keeps_no_room_from_its_end() {
    for errno in [ENOSPC, EDQUOT] {
        at_t_with(errno).await;
    }
}

#[tokio::test]
async fn a_disk_that_is_read_only_or_broken_at_t_keeps_no_room_from_its_end() {
    for errno in [EROFS, EIO] {
        at_t_with(errno).await;
    }
}

#[tokio::test]
async fn a_clock_ten_minutes_ahead_ends_the_room_early_seeds_nothing_and_says_so() {
    let mut hour = hour().await;
    hour.ledger.change(|inner| {
        inner.session.times.seeds_at += 700;
        inner.session.times.opens_at += 700;
        inner.session.times.dissolves_at += 700;
        inner.off_ms = 600_000;
        inner.skew_ms = Some(600_000);
    });
    let mut sidecar = hour.sidecar();
    endure(&mut hour, &mut sidecar, "ten minutes ahead").await;
    assert!(hour.mock.tally().posts.is_empty());
    let report = dissolution(&hour);
    assert_eq!(report.cause, Cause::Early);
    assert!(report.flags.clock_differed);
    assert_eq!(kept(&hour), [0; 3]);
}

#[tokio::test]
async fn a_clock_ten_minutes_behind_seeds_nothing_and_the_blocks_end_the_room() {
    let mut hour = hour().await;
    hour.ledger.change(|inner| {
        inner.off_ms = -600_000;
        inner.skew_ms = Some(600_000);
    });
    let mut sidecar = hour.sidecar();
    let t_secs = hour.ledger.times().dissolves_at;
    endure(&mut hour, &mut sidecar, "ten minutes behind").await;
    assert!(hour.mock.tally().posts.is_empty());
    let report = dissolution(&hour);
    assert!(report.flags.clock_differed);
    // by this machine's clock it was ten minutes earlier
    let late_secs = report.started_at.0 + 600 - t_secs;
    assert!(late_secs < 65, "{late_secs} s after T");
    assert_eq!(kept(&hour), [0; 3]);
}

/// Schedules session 9 for hours later; nothing is sealed for it.
fn schedule_another(hour: &Hour) {
    hour.ledger.change(|inner| {
        let mut other = inner.session.clone();
        other.id = SessionId(9);
        other.status = Status::Scheduled;
        other.sealed = None;
        other.reported = Reported::default();
        other.times.seeds_at += 9_000;
        other.times.opens_at += 9_000;
        other.times.dissolves_at += 9_000;
        inner.others.push(other);
    });
}

/// Passes until no order is there.
pub(super) async fn obey(hour: &mut Hour, sidecar: &mut Own) {
    for _ in 0..PASSES_MAX {
        if !hour.store.path("order.json").exists() {
            return;
        }
        let _tried_again = step(hour, sidecar).await;
    }
    panic!("the order stands for ever");
}

/// The sessions that are done.
fn done(hour: &Hour) -> Vec<u32> {
    let done = hour.store.done().expect("done").into_iter();
    done.map(|remnant| remnant.session).collect()
}

#[tokio::test]
async fn an_order_for_another_session_outlives_the_end_of_this_one_and_is_obeyed_then() {
    let mut hour = hour().await;
    schedule_another(&hour);
    let mut sidecar = hour.sidecar();
    until(&mut hour, &mut sidecar, seeded).await;
    standing::give_order(&hour.store, SessionId(9)).expect("ordered");
    endure(&mut hour, &mut sidecar, "an order for another").await;
    hour.judge("an order for another");
    let order = standing::order(&hour.store).expect("order");
    assert_eq!((order, done(&hour)), (Some(SessionId(9)), vec![4]));
    obey(&mut hour, &mut sidecar).await;
    assert_eq!(done(&hour), [4, 9]);
}

#[tokio::test]
async fn an_order_for_a_session_cancelled_without_a_room_stops_no_other_and_takes_no_hand_over() {
    let hour = hour().await;
    schedule_another(&hour);
    hour.ledger
        .change(|inner| inner.session.status = Status::Cancelled);
    standing::give_order(&hour.store, SessionId(4)).expect("ordered");
    let mut sidecar = hour.sidecar();
    sidecar.pass().await.expect("a pass");
    assert_eq!(standing::order(&hour.store).expect("order"), None);
    sidecar.pass().await.expect("a pass");
    let at_hand = standing::read(&hour.store).expect("standing");
    assert_eq!(at_hand.expect("a session").session, Some(9));
    assert_eq!(kept(&hour)[0], 1, "it may be the other session's");
    assert_eq!(done(&hour), [0; 0]);
}

#[tokio::test]
async fn a_session_dissolved_again_leaves_the_next_ones_hand_over_alone() {
    let mut hour = hour().await;
    let mut sidecar = hour.sidecar();
    endure(&mut hour, &mut sidecar, "once").await;
    schedule_another(&hour);
    fs::write(hour.site.inbox.join("next.pgp"), "the next").expect("handed over");
    // as after a scan that found something
    fs::write(hour.store.path("order.json"), r#"{"session":4}"#).expect("ordered");
    obey(&mut hour, &mut sidecar).await;
    assert_eq!(
        hour.ledger.change(|inner| inner.session.reported.attempts),
        2
    );
    let flags = dissolution(&hour).flags;
    assert!(!flags.dead_man_had_fired, "the room went with the first");
    assert_eq!(kept(&hour), [1, 0, 0]);
}

#[tokio::test]
async fn an_order_for_a_session_unknown_to_the_chain_of_now_is_put_away() {
    let hour = hour().await;
    standing::give_order(&hour.store, SessionId(77)).expect("ordered");
    hour.ledger.change(|inner| inner.silent = true);
    let mut sidecar = hour.sidecar();
    sidecar.pass().await.expect("a pass");
    let order = standing::order(&hour.store).expect("order");
    assert_eq!(order, Some(SessionId(77)), "nobody knows yet");
    hour.ledger.change(|inner| inner.silent = false);
    sidecar.pass().await.expect("a pass");
    assert_eq!(standing::order(&hour.store).expect("order"), None);
}

#[tokio::test]
async fn an_order_that_cannot_be_read_stops_no_pass_and_no_end() {
    let mut hour = hour().await;
    // as one that another user's program wrote
    fs::create_dir(hour.store.path("order.json")).expect("unreadable");
    let mut sidecar = hour.sidecar();
    endure(&mut hour, &mut sidecar, "an unreadable order").await;
    hour.judge("an unreadable order");
    assert_eq!(kept(&hour), [0; 3]);
    sidecar.pass().await.expect("it goes on");
}

#[tokio::test]
async fn how_it_stands_is_written_though_the_homeserver_does_not_answer() {
    let hour = hour().await;
    let mut sidecar = hour.sidecar();
    sidecar.pass().await.expect("a pass");
    let before = standing::read(&hour.store).expect("standing");
    let before = before.expect("a session");
    hour.mock.fail(Some(each("", String::new(), AWAY)));
    hour.ledger.change(|inner| inner.ahead_ms += 4_000);
    sidecar.pass().await.expect_err("away");
    let after = standing::read(&hour.store).expect("standing");
    let after = after.expect("a session");
    assert!(after.at_ms >= before.at_ms + 4_000);
    assert_eq!(after.seen_ms, before.seen_ms);
}
