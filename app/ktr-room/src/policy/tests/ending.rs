//! What an end claims of what was before it, and what it waits for before its report.
//! The steps themselves are among the sentences, random histories in `properties.rs`.

#![expect(
    clippy::arithmetic_side_effects,
    reason = "test code with small numbers"
)]

use ktr_core::time::Time;

use super::sentences::seeded;
use super::world::{Fault, Hall, TIMES, World};
use crate::action::{Action, Alarm, Mark};
use crate::journal::{Fact, Journal, Phase};
use crate::limits::RESIST_SECS;
use crate::matrix_id::{MediaUri, RoomId};
use crate::plan::Status;
use crate::policy::seen_late;
use crate::report::{Cause, Kind};
use crate::seen::{Link, Now, Seen};

/// The cause and the marks of an end that begins.
fn begun(actions: &[Action]) -> Option<(Cause, Vec<Mark>)> {
    actions.iter().find_map(|action| {
        if let Action::BeginDissolution(cause, marks) = action {
            Some((*cause, marks.clone()))
        } else {
            None
        }
    })
}

/// A seeded world at T plus so many milliseconds.
fn after_t(ms: u64) -> World {
    let mut world = seeded();
    world.ms = TIMES.dissolves_ms() + ms;
    world
}

#[test]
fn a_room_that_stands_without_the_bot_is_not_called_absent() {
    let mut world = after_t(95_000);
    world.hall.as_mut().expect("a room").left = true;
    let (cause, marks) = begun(&world.asked()).expect("its end");
    assert_eq!(cause, Cause::DeadMan);
    assert_eq!(marks, [Mark::DeadManHadFired]);
    // nor by an end that began blind
    let journal = world.disk.as_mut().expect("a journal");
    journal.note(Fact::Dissolving(Cause::Time, vec![Mark::Unseen], 0, 1));
    let journal = world.disk.as_ref().expect("a journal");
    let late = seen_late(&world.plan, &world.seen(), journal);
    assert_eq!(late, Some(vec![Mark::DeadManHadFired]));
}

#[test]
fn a_room_without_the_bot_is_the_one_to_purge_though_the_journal_was_lost() {
    let mut world = after_t(95_000);
    let hall = world.hall.as_mut().expect("a room");
    hall.left = true;
    let room = RoomId(hall.id.clone());
    world.disk = None;
    world.pass(|_| Fault::None);
    let journal = world.disk.as_ref().expect("a journal");
    assert_eq!(journal.room, Some(room));
    let end = journal.end.as_ref().expect("its end");
    assert!(end.marks.contains(&Mark::DeadManHadFired));
}

#[test]
fn a_session_with_a_room_that_is_only_listed_is_not_untouched() {
    let mut world = World::with_members(1);
    world.plan.session.status = Status::Cancelled;
    let seen = Seen {
        stands: Some(RoomId("!r".to_owned())),
        ..world.seen()
    };
    let journal = Journal::begin(world.plan.session.id, TIMES, [1; 32]);
    let actions = world.policy.next(&world.plan, &seen, &journal, world.now());
    assert_eq!(begun(&actions), Some((Cause::Early, Vec::new())));
}

/// A journal of another attempt: of the room it has what the receipt remembers.
fn reopened(world: &World) -> Journal {
    let mut journal = Journal::begin(world.plan.session.id, TIMES, [1; 32]);
    journal.room = Some(RoomId("!r".to_owned()));
    journal
}

#[test]
fn another_attempt_at_a_room_that_is_gone_claims_no_net_that_had_fired() {
    let mut world = World::with_members(1);
    world.ms = TIMES.dissolves_ms() + 600_000;
    let journal = reopened(&world);
    let seen = Seen {
        ordered: true,
        ..world.seen()
    };
    let actions = world.policy.next(&world.plan, &seen, &journal, world.now());
    let marks = vec![Mark::RoomAbsentAtStart];
    assert_eq!(begun(&actions), Some((Cause::Operator, marks.clone())));
    // nor one that began blind, with whatever number
    for attempt in [1, 2] {
        let mut journal = journal.clone();
        let unseen = vec![Mark::Unseen];
        journal.note(Fact::Dissolving(Cause::Operator, unseen, world.ms, attempt));
        assert_eq!(seen_late(&world.plan, &seen, &journal), Some(marks.clone()));
    }
}

#[test]
fn a_room_that_was_reported_seeded_and_is_gone_with_its_journal_went_by_the_nets() {
    let mut world = World::with_members(1);
    world.ms = TIMES.dissolves_ms() + 200_000;
    let fresh = Journal::begin(world.plan.session.id, TIMES, [1; 32]);
    for (seeded, attempts, cause) in [
        (true, 0, Cause::DeadMan),
        (false, 0, Cause::Time),
        // that was this county's own end
        (true, 1, Cause::Time),
    ] {
        world.plan.session.reported.seeded = seeded;
        world.plan.session.reported.attempts = attempts;
        let actions = world
            .policy
            .next(&world.plan, &world.seen(), &fresh, world.now());
        let (began, marks) = begun(&actions).expect("its end");
        let has_fired = marks.contains(&Mark::DeadManHadFired);
        assert_eq!((began, has_fired), (cause, cause == Cause::DeadMan));
        assert!(marks.contains(&Mark::RoomAbsentAtStart));
    }
}

#[test]
fn a_clock_far_ahead_right_after_a_start_ends_the_room_early_says_so_and_rings() {
    let world = after_t(0);
    let t_ms = TIMES.dissolves_ms();
    let early = (Cause::Early, vec![Mark::ClockDiffered]);
    let in_time = (Cause::Time, Vec::new());
    for (behind_secs, skew_ms, chain, expected) in [
        (600, None, Link::Proven, &early),
        (181, None, Link::Proven, &early),
        // an idle chain's newest block is up to two minutes old
        (180, None, Link::Proven, &in_time),
        (0, None, Link::Proven, &in_time),
        // a chain that stands still, before a clock that was seen to be right
        (600, Some(0), Link::Proven, &in_time),
        (600, None, Link::Silent, &in_time),
    ] {
        let now = Now {
            local_ms: t_ms,
            block: Some(Time(TIMES.dissolves_at - behind_secs)),
            skew_ms,
            chain,
        };
        let journal = world.disk.as_ref().expect("a journal");
        let actions = world.policy.next(&world.plan, &world.seen(), journal, now);
        let what = format!("{behind_secs} s, {skew_ms:?}, {chain:?}: {actions:?}");
        assert_eq!(begun(&actions).as_ref(), Some(expected), "{what}");
        let rings = actions.contains(&Action::Alarm(Alarm::Skew));
        assert_eq!(rings, expected.0 == Cause::Early, "{what}");
    }
}

#[test]
fn a_state_of_before_makes_no_room_a_stray_until_something_is_begun_by_it() {
    let mut world = World::with_members(1);
    let stray = RoomId("!stray".to_owned());
    world.strays.insert(stray.clone());
    let journal = Journal::begin(world.plan.session.id, TIMES, [1; 32]);
    let mut room = journal.clone();
    room.note(Fact::Room(RoomId("!r".to_owned())));
    let (of_now, of_before) = (world.ms / 1_000, world.ms / 1_000 - 181);
    for (journal, block, chain, goes) in [
        (&journal, of_now, Link::Proven, true),
        (&journal, of_before, Link::Proven, false),
        (&journal, of_now, Link::Silent, false),
        (&room, of_before, Link::Proven, true),
        (&room, of_now, Link::Silent, true),
    ] {
        let now = Now {
            block: Some(Time(block)),
            chain,
            ..world.now()
        };
        let actions = world.policy.next(&world.plan, &world.seen(), journal, now);
        let destroys = actions.contains(&Action::DestroyStray(stray.clone()));
        assert_eq!(destroys, goes, "{block}, {chain:?}: {actions:?}");
    }
}

/// A world whose room is purged, swept and scanned, and whose report would come next.
fn scanned() -> World {
    let mut world = after_t(0);
    world.plan.session.reported.seeded = true;
    end(&mut world);
    assert_eq!(world.asked(), [Action::Report(Kind::Dissolved)]);
    world
}

/// The first four seconds after T.
fn end(world: &mut World) {
    for second in 0..4 {
        world.ms = TIMES.dissolves_ms() + second * 1_000;
        world.pass(|_| Fault::None);
    }
}

/// A world that is seeded, purged and scanned while the chain is silent, which then speaks again.
fn silenced() -> World {
    let mut world = after_t(0);
    world.silent = true;
    end(&mut world);
    assert!(world.asked().is_empty());
    world.silent = false;
    world
}

#[test]
fn a_chain_that_was_silent_until_t_is_told_what_was_seeded_before_it_is_told_the_end() {
    let told = [Kind::Seeded, Kind::Dissolved].map(Action::Report);
    let mut world = silenced();
    assert_eq!(world.asked(), told);
    // how many joined, only if they were counted by then
    let told = [Kind::Seeded, Kind::Joined, Kind::Dissolved].map(Action::Report);
    let mut counted = world.clone();
    let journal = counted.disk.as_mut().expect("a journal");
    journal.note(Fact::Joined(Some(5)));
    assert_eq!(counted.asked(), told, "though what was signed ran out");
    let journal = world.disk.as_mut().expect("a journal");
    journal.note(Fact::Signed(Kind::Joined, vec![1]));
    assert_eq!(world.asked(), told);
    world.pass(|_| Fault::None);
    assert_eq!(world.asked(), [Action::Finish]);
    let reported = world.plan.session.reported;
    assert!(reported.seeded && reported.joined);
}

#[test]
fn what_was_seeded_is_told_once_more_before_the_end_and_holds_it_back_no_longer() {
    let mut world = silenced();
    let first = world.performed;
    world.pass(|n| {
        if n == first {
            Fault::Fails
        } else {
            Fault::None
        }
    });
    let again = [Action::Report(Kind::Seeded), Action::Finish];
    assert_eq!(world.asked(), again);
    let mut refused = world.clone();
    world.pass(|_| Fault::None);
    assert!(world.plan.session.reported.seeded);
    let second = refused.performed;
    refused.pass(|n| {
        if n == second {
            Fault::Fails
        } else {
            Fault::None
        }
    });
    for world in [world, refused] {
        assert_eq!(world.phase(), Phase::Done);
    }
}

#[test]
fn nothing_is_told_of_a_cancelled_session_but_its_end() {
    let mut world = silenced();
    world.plan.session.status = Status::Cancelled;
    assert_eq!(world.asked(), [Action::Report(Kind::Dissolved)]);
}

#[test]
fn a_report_waits_for_another_room_to_go_and_is_scanned_for_anew() {
    let mut world = scanned();
    let stray = RoomId("!stray".to_owned());
    world.strays.insert(stray.clone());
    assert_eq!(world.asked(), [Action::DestroyStray(stray)]);
    world.pass(|_| Fault::None);
    assert_eq!(world.asked(), [Action::Sweep, Action::Scan]);
    world.pass(|_| Fault::None);
    assert_eq!(world.asked(), [Action::Report(Kind::Dissolved)]);
}

#[test]
fn a_room_that_comes_after_the_purge_is_another_room_though_the_bot_is_in_it_no_more() {
    for left in [false, true] {
        let mut world = scanned();
        let late = RoomId("!late".to_owned());
        world.alias = true;
        world.hall = Some(Hall {
            id: late.as_str().to_owned(),
            left,
            ..Hall::default()
        });
        let seen = world.seen();
        assert_eq!(seen.room.is_none(), left);
        let journal = world.disk.as_ref().expect("a journal");
        assert_eq!(
            seen_late(&world.plan, &seen, journal),
            Some(vec![Mark::StrayFound])
        );
        assert_eq!(world.asked(), [Action::DestroyStray(late)]);
        world.pass(|_| Fault::None);
        assert!(world.hall.is_none());
        assert_eq!(world.asked(), [Action::Sweep, Action::Scan]);
    }
}

#[test]
fn another_room_that_resists_holds_the_report_for_a_while_and_is_named_in_it() {
    let mut world = scanned();
    world.strays.insert(RoomId("!stray".to_owned()));
    let journal = world.disk.as_ref().expect("a journal");
    let late = seen_late(&world.plan, &world.seen(), journal);
    assert_eq!(late, Some(vec![Mark::StrayFound]));
    let report = Action::Report(Kind::Dissolved);
    let resists_ms = RESIST_SECS * 1_000;
    world.ms += resists_ms - 1;
    assert!(!world.asked().contains(&report));
    world.ms += 1;
    assert!(world.asked().contains(&report));
    // and one that is signed is sent as it is
    world.ms -= 1;
    let journal = world.disk.as_mut().expect("a journal");
    journal.note(Fact::Signed(Kind::Dissolved, vec![1]));
    assert!(world.asked().contains(&report));
}

#[test]
fn another_room_that_goes_late_puts_report_and_end_off_until_it_is_scanned_for() {
    let mut world = scanned();
    for closing in [Action::Report(Kind::Dissolved), Action::Finish] {
        world.ms += RESIST_SECS * 1_000;
        let stray = RoomId("!stray".to_owned());
        world.strays.insert(stray.clone());
        let both = [Action::DestroyStray(stray), closing.clone()];
        assert_eq!(world.asked(), both);
        world.pass(|_| Fault::None);
        assert_eq!(world.asked(), [Action::Sweep, Action::Scan]);
        world.pass(|_| Fault::None);
        assert_eq!(world.asked(), [closing]);
        world.pass(|_| Fault::None);
    }
    assert_eq!(world.phase(), Phase::Done);
}

#[test]
fn media_that_land_when_their_step_is_done_go_in_the_second_round() {
    let mut world = scanned();
    let journal = world.disk.as_mut().expect("a journal");
    let end = journal.end.as_mut().expect("its end");
    end.scans.clear();
    world.media.insert(MediaUri("mxc://s/late".to_owned()));
    world.pass(|_| Fault::None);
    assert_eq!(world.media.len(), 1, "swept and scanned");
    world.ms += world.policy.timing.rescan_secs * 1_000;
    world.pass(|_| Fault::None);
    assert_eq!(world.media.len(), 0);
    assert_eq!(world.asked(), [Action::Report(Kind::Dissolved)]);
}
