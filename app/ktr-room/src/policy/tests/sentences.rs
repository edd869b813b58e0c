//! The rules of the design's table, one by one.
//! Histories are in `properties.rs`.

use ktr_core::id::{CountyId, EncryptionKey};

use super::world::{Fault, TIMES, World, account};
use crate::action::{Action, Alarm, Mark, Step};
use crate::journal::{Done, Fact, Journal, Phase, Scan};
use crate::limits::RESIST_SECS;
use crate::matrix_id::{Account, DelayId, RoomId};
use crate::plan::{Probe, Status, Times};
use crate::policy::seen_late;
use crate::report::{Cause, Kind};
use crate::seen::{Inbox, Joins, Net, Now, Pending, Presence, Seen};

/// What the policy asks for in a world, without performing it. The lease that runs anew at every pass is left out.
fn asked(world: &World, seen: &Seen) -> Vec<Action> {
    let mut actions = all_asked(world, seen, world.now());
    actions.retain(|action| !matches!(action, Action::RestartLease(_)));
    actions
}

fn all_asked(world: &World, seen: &Seen, now: Now) -> Vec<Action> {
    let journal = world
        .disk
        .clone()
        .unwrap_or_else(|| Journal::begin(world.plan.session.id, TIMES, [1; 32]));
    world.policy.next(&world.plan, seen, &journal, now)
}

/// What the policy asks for with a journal of one's own.
fn asked_of(world: &World, journal: &Journal, now: Now) -> Vec<Action> {
    world.policy.next(&world.plan, &world.seen(), journal, now)
}

/// A world whose room stands, armed, with members 1 and 2 joined and nets in place.
fn gathered() -> World {
    let mut world = World::with_members(3);
    world.ms = 1_025_000;
    world.pass(|_| Fault::None);
    world.pass(|_| Fault::None);
    world.join(1);
    world.join(2);
    world.pass(|_| Fault::None);
    world
}

/// The same, opened and with post 0 out.
pub(super) fn seeded() -> World {
    let mut world = gathered();
    world.plan.session.status = Status::Opened;
    world.ms = 1_031_000;
    world.pass(|_| Fault::None);
    assert_eq!(world.phase(), Phase::Seeded);
    world
}

#[test]
fn the_room_is_made_shortly_before_the_session_opens_and_not_earlier() {
    let mut world = World::with_members(2);
    world.ms = 1_019_999;
    assert_eq!(asked(&world, &world.seen()), vec![]);
    world.ms = 1_020_000;
    assert_eq!(
        asked(&world, &world.seen()),
        vec![Action::CreateRoom(vec![account(1), account(2)])]
    );
}

#[test]
fn a_homeserver_without_delayed_events_gets_no_room_and_no_net() {
    let mut world = World::with_members(2);
    world.ms = 1_020_000;
    let seen = Seen {
        capable: false,
        ..world.seen()
    };
    assert_eq!(asked(&world, &seen), vec![Action::Alarm(Alarm::Incapable)]);
    let world = gathered();
    let seen = Seen {
        capable: false,
        ..world.seen()
    };
    assert!(
        !asked(&world, &seen)
            .iter()
            .any(|action| matches!(action, Action::Arm(_)))
    );
}

#[test]
fn a_member_admitted_later_is_invited_and_gets_a_pass() {
    let mut world = gathered();
    let guest = world.plan.guests.get(&account(1)).expect("there").clone();
    world.plan.guests.insert(account(9), guest);
    let actions = asked(&world, &world.seen());
    assert!(
        actions.contains(&Action::Invite(vec![account(9)])),
        "{actions:?}"
    );
    assert!(actions.contains(&Action::WritePasses(vec![account(9)])));
}

#[test]
fn who_left_by_itself_is_not_invited_again() {
    let mut world = gathered();
    world.leave(1);
    assert_eq!(asked(&world, &world.seen()), vec![]);
}

#[test]
fn a_join_cancels_the_net_and_it_is_armed_again() {
    let mut world = gathered();
    world.join(3);
    assert_eq!(
        asked(&world, &world.seen()),
        vec![Action::Arm(vec![Net::Kick(account(3))])]
    );
}

#[test]
fn a_net_for_another_hour_is_cancelled_and_armed_anew() {
    let mut world = gathered();
    world.plan.session.times = Times {
        dissolves_at: 1_200,
        ..TIMES
    };
    let actions = asked(&world, &world.seen());
    let cancelled = actions.iter().find_map(|action| {
        if let Action::Cancel(ids) = action {
            Some(ids.len())
        } else {
            None
        }
    });
    assert_eq!(
        cancelled,
        Some(4),
        "three kicks and the bot's leave: {actions:?}"
    );
    assert!(
        actions
            .iter()
            .any(|action| matches!(action, Action::Arm(nets) if nets.len() == 4))
    );
    assert!(
        actions
            .iter()
            .any(|action| matches!(action, Action::WritePasses(all) if all.len() == 3))
    );
}

#[test]
fn nothing_is_posted_before_the_studio_opens_or_before_its_time() {
    for (status, ms, posts) in [
        (Status::Scheduled, 1_035_000, false),
        (Status::Opened, 1_029_999, false),
        (Status::Opened, 1_030_000, true),
        (Status::Closed, 1_035_000, true),
    ] {
        let mut world = gathered();
        world.plan.session.status = status;
        world.ms = ms;
        let posted = asked(&world, &world.seen()).contains(&Action::Post(0));
        assert_eq!(posted, posts, "{status:?} at {ms}");
    }
}

#[test]
fn the_release_goes_to_those_who_joined_and_to_nobody_else() {
    let world = seeded();
    assert_eq!(
        world.history.get(&0),
        Some(&[account(1), account(2)].into())
    );
    assert!(
        world.plan.session.reported.seeded
            || asked(&world, &world.seen()).contains(&Action::Report(Kind::Seeded))
    );
}

#[test]
fn one_unarmed_member_holds_the_post_back() {
    let mut world = gathered();
    world.plan.session.status = Status::Opened;
    world.ms = 1_031_000;
    world.rename(2);
    let actions = asked(&world, &world.seen());
    assert_eq!(actions, vec![Action::Arm(vec![Net::Kick(account(2))])]);
}

#[test]
fn a_bad_release_a_wrong_clock_and_an_unknown_clock_hold_the_post_back() {
    let mut world = gathered();
    world.plan.session.status = Status::Opened;
    world.ms = 1_031_000;
    let bad = Seen {
        inbox: Inbox::Bad,
        ..world.seen()
    };
    assert_eq!(asked(&world, &bad), vec![Action::Alarm(Alarm::BadRelease)]);
    let empty = Seen {
        inbox: Inbox::Empty,
        ..world.seen()
    };
    assert_eq!(asked(&world, &empty), vec![Action::Alarm(Alarm::NoRelease)]);
    let unknown = Now {
        skew_ms: None,
        ..world.now()
    };
    let actions = all_asked(&world, &world.seen(), unknown);
    assert!(
        matches!(actions.as_slice(), [Action::RestartLease(_)]),
        "{actions:?}"
    );
    world.local_ahead_ms = -5_001;
    assert_eq!(
        asked(&world, &world.seen()),
        vec![Action::Alarm(Alarm::Skew)]
    );
}

#[test]
fn a_late_joiner_gets_the_next_batch_and_not_the_post_before() {
    let mut world = seeded();
    world.join(3);
    world.ms = 1_032_000;
    world.pass(|_| Fault::None);
    assert_eq!(
        world.history.len(),
        1,
        "too soon for a batch, and not armed yet"
    );
    world.ms = 1_035_000;
    world.pass(|_| Fault::None);
    assert_eq!(world.history.get(&1), Some(&[account(3)].into()));
}

#[test]
fn shortly_before_t_joins_close_and_no_batch_goes_out() {
    let mut world = seeded();
    world.join(3);
    world.ms = 1_092_000;
    let actions = asked(&world, &world.seen());
    assert!(actions.contains(&Action::CloseJoins));
    assert!(
        !actions
            .iter()
            .any(|action| matches!(action, Action::Encrypt(..))),
        "{actions:?}"
    );
}

#[test]
fn the_lease_on_joins_runs_anew_at_every_pass_and_stands_once() {
    let mut world = gathered();
    let second = Pending {
        id: DelayId("second".to_owned()),
        due_ms: 1_050_000,
    };
    let hall = world.hall.as_mut().expect("there");
    let first = hall.leases[0].id.clone();
    hall.leases.push(second.clone());
    assert_eq!(
        all_asked(&world, &world.seen(), world.now()),
        vec![Action::RestartLease(first), Action::Cancel(vec![second.id])]
    );
}

#[test]
fn with_the_sidecar_dead_joins_end_by_themselves_and_open_again_on_its_return() {
    let mut world = gathered();
    world.ms = 1_055_000;
    world.fire();
    world.join(3);
    let joined = world.seen().room.expect("there").joined().count();
    assert_eq!(joined, 2, "joined after the lease ran out");
    assert_eq!(
        asked(&world, &world.seen()),
        vec![Action::ArmLease, Action::OpenJoins]
    );
    world.pass(|_| Fault::None);
    world.join(3);
    assert_eq!(world.seen().room.expect("there").joined().count(), 3);
}

#[test]
fn shortly_before_t_the_lease_is_cancelled_so_that_it_does_not_fall_due_in_the_purge() {
    let mut world = gathered();
    world.ms = 1_092_000;
    let lease = world.hall.as_ref().expect("there").leases[0].id.clone();
    assert_eq!(asked(&world, &world.seen()), vec![Action::CloseJoins]);
    world.pass(|_| Fault::None);
    // not before: closing them may fail, and then they end with it
    let actions = asked(&world, &world.seen());
    assert_eq!(actions, vec![Action::Cancel(vec![lease])]);
    world.pass(|_| Fault::None);
    assert_eq!(
        asked(&world, &world.seen()),
        vec![],
        "and joins stay closed"
    );
}

/// A pass in which this befalls the first action that is meant.
fn strike(world: &mut World, fault: Fault, is_meant: impl Fn(&Action) -> bool) {
    let actions = world.asked();
    let at = actions.iter().position(is_meant).expect("asked for");
    let at = world.performed.saturating_add(at);
    world.pass(|n| if n == at { fault } else { Fault::None });
}

#[test]
fn joins_that_cannot_be_closed_keep_the_lease_that_will_close_them() {
    let mut world = gathered();
    world.ms = 1_092_000;
    strike(&mut world, Fault::Fails, |action| {
        *action == Action::CloseJoins
    });
    assert_eq!(world.hall.as_ref().expect("there").leases.len(), 1);
    world.fire();
    assert_eq!(world.seen().room.expect("there").joins, Joins::Closed);
}

#[test]
fn joins_are_not_opened_over_a_lease_that_ran_out_after_the_look() {
    let mut world = gathered();
    world.ms = 1_055_000;
    world.fire();
    strike(&mut world, Fault::Fails, |action| {
        *action == Action::OpenJoins
    });
    strike(&mut world, Fault::Lapsed, |action| {
        matches!(action, Action::RestartLease(_))
    });
    assert_eq!(world.seen().room.expect("there").joins, Joins::Closed);
    world.pass(|_| Fault::None);
    assert_eq!(world.seen().room.expect("there").joins, Joins::Open);
}

#[test]
fn the_number_of_the_joined_is_reported_shortly_before_t() {
    let mut world = seeded();
    world.ms = 1_094_000;
    assert!(!asked(&world, &world.seen()).contains(&Action::Report(Kind::Joined)));
    world.ms = 1_095_000;
    assert!(asked(&world, &world.seen()).contains(&Action::Report(Kind::Joined)));
}

#[test]
fn at_t_the_end_begins_by_the_local_clock_or_by_the_block_time() {
    let mut world = seeded();
    for (ms, ahead_ms, cause) in [
        (1_100_000, 0, Some(Cause::Time)),
        (1_099_000, 1_000, Some(Cause::Time)),
        (1_100_000, -600_000, Some(Cause::Time)),
        (1_050_000, 600_000, Some(Cause::Early)),
        (1_099_999, 0, None),
    ] {
        world.ms = ms;
        world.local_ahead_ms = ahead_ms;
        let begun = asked(&world, &world.seen()).into_iter().find_map(|action| {
            if let Action::BeginDissolution(cause, marks) = action {
                Some((cause, marks.contains(&Mark::ClockDiffered)))
            } else {
                None
            }
        });
        assert_eq!(
            begun.map(|(cause, _)| cause),
            cause,
            "at {ms} ahead {ahead_ms}"
        );
        assert_eq!(
            begun.is_some_and(|(_, differed)| differed),
            cause.is_some() && ahead_ms.abs() > 5_000
        );
    }
}

#[test]
fn a_cancelled_session_loses_its_room_at_once_and_one_that_never_had_any_needs_nothing() {
    let mut world = seeded();
    world.plan.session.status = Status::Cancelled;
    assert_eq!(
        asked(&world, &world.seen()),
        vec![Action::BeginDissolution(Cause::Early, vec![])]
    );
    let mut bare = World::with_members(1);
    bare.plan.session.status = Status::Cancelled;
    assert_eq!(asked(&bare, &bare.seen()), vec![]);
}

#[test]
fn a_cancelled_session_whose_room_is_known_from_its_receipt_is_dissolved_again() {
    let mut world = World::with_members(1);
    world.plan.session.status = Status::Cancelled;
    let mut journal = Journal::begin(world.plan.session.id, TIMES, [1; 32]);
    journal.room = Some(RoomId("!r".to_owned()));
    world.disk = Some(journal);
    let seen = Seen {
        ordered: true,
        ..world.seen()
    };
    let begun = asked(&world, &seen);
    assert!(
        matches!(
            begun.as_slice(),
            [Action::BeginDissolution(Cause::Operator, _)]
        ),
        "{begun:?}"
    );
}

#[test]
fn an_operator_may_end_it_at_any_time() {
    let world = seeded();
    let seen = Seen {
        ordered: true,
        ..world.seen()
    };
    assert_eq!(
        asked(&world, &seen),
        vec![Action::BeginDissolution(Cause::Operator, vec![])]
    );
}

#[test]
fn a_stray_goes_first_and_only_the_beginning_of_the_end_is_written_down_before() {
    let mut world = seeded();
    world.strays.insert(RoomId("!stray".to_owned()));
    let stray = Action::DestroyStray(RoomId("!stray".to_owned()));
    assert_eq!(asked(&world, &world.seen()).first(), Some(&stray));
    world.ms = 1_100_000;
    let actions = asked(&world, &world.seen());
    let [Action::BeginDissolution(_, marks), next] = actions.as_slice() else {
        panic!("{actions:?}");
    };
    assert!(marks.contains(&Mark::StrayFound));
    assert_eq!(*next, stray);
    world
        .disk
        .as_mut()
        .expect("a journal")
        .note(Fact::Dissolving(Cause::Time, Vec::new(), world.ms, 1));
    assert_eq!(asked(&world, &world.seen()).first(), Some(&stray));
}

#[test]
fn the_purge_waits_for_the_grace_and_online_clients_see_the_leave() {
    let mut world = seeded();
    world.ms = 1_100_000;
    world.pass(|_| Fault::None);
    assert_eq!(
        asked(&world, &world.seen()),
        [Step::Media, Step::Alias, Step::Reports, Step::Kicks]
            .map(Action::Destroy)
            .to_vec()
    );
    world.pass(|_| Fault::None);
    assert_eq!(asked(&world, &world.seen()), vec![], "the grace runs");
    world.ms = 1_101_000;
    assert_eq!(
        asked(&world, &world.seen()),
        [Step::Nets, Step::Purge, Step::Gone, Step::Passes]
            .map(Action::Destroy)
            .to_vec()
    );
}

#[test]
fn residue_is_swept_and_scanned_a_second_time_and_then_reported_as_it_is() {
    let mut world = seeded();
    world.plan.session.reported.seeded = true;
    for second in 1_100..1_103 {
        world.ms = second * 1_000;
        world.pass(|_| Fault::None);
    }
    assert_eq!(world.phase(), Phase::Purged);
    let journal = world.disk.as_mut().expect("there");
    let dirty = Scan {
        at_ms: 1_103_000,
        residue: [1, 0, 0, 0, 0, 0, 0, 0],
    };
    let end = journal.end.as_mut().expect("begun");
    end.scans = vec![dirty];
    world.ms = 1_167_999;
    assert_eq!(asked(&world, &world.seen()), vec![]);
    world.ms = 1_168_000;
    assert_eq!(
        asked(&world, &world.seen()),
        vec![Action::Destroy(Step::Media), Action::Sweep, Action::Scan]
    );
    world
        .disk
        .as_mut()
        .expect("there")
        .end
        .as_mut()
        .expect("begun")
        .scans
        .push(dirty);
    assert_eq!(
        asked(&world, &world.seen()),
        vec![
            Action::Alarm(Alarm::Residue),
            Action::Report(Kind::Dissolved)
        ]
    );
}

#[test]
fn a_net_that_had_fired_is_never_hidden() {
    let mut world = seeded();
    world.ms = 1_131_000;
    world.fire();
    let actions = asked(&world, &world.seen());
    assert!(
        matches!(actions.as_slice(), [Action::BeginDissolution(Cause::DeadMan, marks)] if marks.contains(&Mark::DeadManHadFired))
    );
}

#[test]
fn a_journal_that_was_lost_is_rebuilt_from_the_room_and_the_next_post_goes_to_all() {
    let mut world = seeded();
    world.disk = None;
    world.ms = 1_040_000;
    world.pass(|_| Fault::None);
    world.ms = 1_044_000;
    world.pass(|_| Fault::None);
    assert_eq!(world.rooms_made, 1);
    assert_eq!(
        world.history.get(&1),
        Some(&[account(1), account(2)].into())
    );
}

#[test]
fn two_nets_for_one_member_are_harmless() {
    let mut world = gathered();
    let hall = world.hall.as_mut().expect("there");
    let due_ms = 1_130_000;
    hall.pending
        .entry(Net::Kick(account(1)))
        .or_default()
        .push(Pending {
            id: DelayId("twice".to_owned()),
            due_ms,
        });
    hall.members.insert(account(1), Presence::Joined);
    assert_eq!(asked(&world, &world.seen()), vec![]);
}

#[test]
fn a_slow_clock_arms_each_net_once() {
    let is_of_a_net = |action: &Action| matches!(action, Action::Arm(_) | Action::Cancel(_));
    let mut world = gathered();
    world.local_ahead_ms = -600_000;
    // What was armed by a right clock lies ten minutes too late on this one.
    assert!(asked(&world, &world.seen()).iter().any(is_of_a_net));
    world.pass(|_| Fault::None);
    for _ in 0..5 {
        assert!(!asked(&world, &world.seen()).iter().any(is_of_a_net));
        world.ms += 5_000;
        world.pass(|_| Fault::None);
    }
}

#[test]
fn the_loop_wakes_at_deadlines_and_not_only_at_ticks() {
    let mut world = seeded();
    world.policy.timing.tick_secs = 5;
    world.ms = 1_098_500;
    let journal = world.disk.clone().expect("there");
    assert_eq!(
        world.policy.wake_ms(&world.plan, &journal, world.now()),
        1_100_000
    );
    world.ms = 1_050_000;
    assert_eq!(
        world.policy.wake_ms(&world.plan, &journal, world.now()),
        1_055_000
    );
}

#[test]
fn another_countys_probe_is_invited_and_armed_like_a_member_and_never_posted_to() {
    let mut world = World::with_members(1);
    let (probe, county) = (crate::name::probe(CountyId(2)), CountyId(2));
    let keys = vec![EncryptionKey([9; 56])];
    world
        .plan
        .probes
        .insert(probe.clone(), Probe { county, keys });
    world.ms = 1_025_000;
    world.pass(|_| Fault::None);
    world.pass(|_| Fault::None);
    let passes = world.disk.as_ref().expect("begun").passes.clone();
    let lasts = |account: &Account| passes[account].expires - TIMES.dissolves_at;
    assert_eq!((lasts(&account(1)), lasts(&probe)), (60, 900));
    let hall = world.hall.as_mut().expect("a room");
    assert!(hall.pending.contains_key(&Net::Kick(probe.clone())));
    hall.members.insert(probe.clone(), Presence::Joined);
    world.open(1_026);
    world.ms = 1_031_000;
    world.pass(|_| Fault::None);
    assert!(
        world.history.is_empty(),
        "a probe alone is no reason to post"
    );
    world.join(1);
    world.pass(|_| Fault::None);
    world.pass(|_| Fault::None);
    let recipients: Vec<_> = world.history.values().flatten().cloned().collect();
    assert_eq!(recipients, [account(1)]);
}

#[test]
fn a_step_that_resists_holds_the_purge_back_for_a_while_and_no_longer() {
    let mut world = seeded();
    world.ms = TIMES.dissolves_at * 1_000;
    let mut journal = world.disk.clone().expect("a journal");
    journal.note(Fact::Dissolving(Cause::Time, Vec::new(), world.ms, 1));
    let end = journal.end.clone().expect("its end");
    let now = |after_ms: u64| Now {
        local_ms: end.started_ms + after_ms,
        ..world.now()
    };
    for step in Step::ALL {
        let at_once = step.follows().is_none();
        assert_eq!(world.policy.may(&end, step, now(0)), at_once, "{step:?}");
        let late_ms = (world.policy.timing.grace_secs + RESIST_SECS) * 1_000;
        assert!(world.policy.may(&end, step, now(late_ms)), "{step:?}");
        let asked = world
            .policy
            .next(&world.plan, &world.seen(), &journal, now(late_ms));
        assert!(
            asked.contains(&Action::Destroy(step)),
            "{step:?}: {asked:?}"
        );
    }
}

#[test]
fn members_who_are_kicked_late_are_shown_their_leave_for_the_whole_grace_all_the_same() {
    let mut world = seeded();
    world.policy.timing.grace_secs = 30;
    world.ms = TIMES.dissolves_at * 1_000;
    let mut journal = world.disk.clone().expect("a journal");
    journal.note(Fact::Dissolving(Cause::Time, Vec::new(), world.ms, 1));
    let now = |after_ms: u64| Now {
        local_ms: TIMES.dissolves_at * 1_000 + after_ms,
        ..world.now()
    };
    for step in [Step::Media, Step::Alias, Step::Reports, Step::Kicks] {
        journal.note(Fact::Step(Done {
            step,
            at_ms: now(70_000).local_ms,
            kicked: u32::from(step == Step::Kicks) * 2,
            cancelled: 0,
            deleted: 0,
        }));
    }
    let end = journal.end.clone().expect("its end");
    for (after_ms, is_over) in [(70_000, false), (99_999, false), (100_000, true)] {
        assert_eq!(world.policy.may(&end, Step::Nets, now(after_ms)), is_over);
        assert_eq!(world.policy.may(&end, Step::Purge, now(after_ms)), is_over);
        let asked = asked_of(&world, &journal, now(after_ms));
        let asks = asked.contains(&Action::Destroy(Step::Purge));
        assert_eq!(asks, is_over, "{after_ms} ms after T");
    }
    // and a grace for nobody is none
    journal.end.as_mut().expect("its end").kicked = 0;
    assert!(asked_of(&world, &journal, now(70_000)).contains(&Action::Destroy(Step::Purge)));
}

#[test]
fn ten_minutes_after_the_end_began_the_purge_comes_first_whatever_else_is_to_be_done() {
    let mut world = seeded();
    world.policy.timing.grace_secs = 30;
    world.strays.insert(RoomId("!stray".to_owned()));
    world.ms = TIMES.dissolves_at * 1_000;
    let mut journal = world.disk.clone().expect("a journal");
    journal.note(Fact::Dissolving(Cause::Time, Vec::new(), world.ms, 1));
    // even if somebody was kicked a moment ago
    journal.note(Fact::Step(Done {
        step: Step::Kicks,
        at_ms: world.ms + 590_000,
        kicked: 2,
        cancelled: 0,
        deleted: 0,
    }));
    let now = |after_ms: u64| Now {
        local_ms: TIMES.dissolves_at * 1_000 + after_ms,
        ..world.now()
    };
    let purge = Action::Destroy(Step::Purge);
    let before = asked_of(&world, &journal, now(599_999));
    assert!(!before.contains(&purge), "{before:?}");
    let after = asked_of(&world, &journal, now(600_000));
    assert_eq!(after.first(), Some(&purge));
    let stray = Action::DestroyStray(RoomId("!stray".to_owned()));
    assert_eq!(after.last(), Some(&stray), "and nothing is left out");
    let end = journal.end.as_ref().expect("its end");
    assert!(world.policy.may(end, Step::Purge, now(600_000)));
}

#[test]
fn an_end_that_began_unseen_claims_no_room_absent_and_hides_no_net_that_had_fired() {
    let mut world = seeded();
    world.ms = TIMES.dissolves_at * 1_000;
    let blind = Seen {
        blind: true,
        ..Seen::default()
    };
    let asked = asked(&world, &blind);
    let [Action::BeginDissolution(cause, marks)] = asked.as_slice() else {
        panic!("{asked:?}");
    };
    assert_eq!(*cause, Cause::Time);
    assert_eq!(marks.as_slice(), [Mark::Unseen]);
    let mut journal = world.disk.clone().expect("a journal");
    journal.note(Fact::Dissolving(*cause, marks.clone(), world.ms, 1));
    assert_eq!(seen_late(&world.plan, &blind, &journal), None);
    // A homeserver that shows no rooms and lets nobody be kicked has told of nobody, and changed nothing.
    journal.note(Fact::Emptying([].into()));
    world.hall = None;
    let late = seen_late(&world.plan, &world.seen(), &journal).expect("seen at last");
    assert_eq!(late, [Mark::DeadManHadFired, Mark::RoomAbsentAtStart]);
    journal.note(Fact::Marked(late));
    assert_eq!(seen_late(&world.plan, &world.seen(), &journal), None);
}

#[test]
fn an_alarm_rings_when_nothing_was_handed_over_by_the_time_to_seed() {
    let mut world = gathered();
    let empty = Seen {
        inbox: Inbox::Empty,
        ..world.seen()
    };
    let rings = |world: &World| asked(world, &empty).contains(&Action::Alarm(Alarm::NoRelease));
    world.ms = TIMES.seeds_at * 1_000 - 1;
    assert!(!rings(&world));
    world.ms = TIMES.seeds_at * 1_000;
    assert!(rings(&world));
}
