//! Sentences about borders: the first and the last second, power, length and place that are still good, and the next one that is not.
//! What a rule is for is told beside the other subjects.

#![expect(
    clippy::arithmetic_side_effects,
    reason = "test code with small numbers"
)]

use alloc::{vec, vec::Vec};

use super::{
    Command, Event, Misbehaviour, Parameters, Rejection, Subject, Tolerance, Upgrade,
    tests::{approve, enacted, propose, refused, role_key, site, unfit},
};
use crate::{
    BlockContext, Command as Any, Event as AnyEvent, Record, Rejection as AnyRejection, State, due,
    evolve,
    id::{CountyId, Fingerprint, Height, SigningKey, ValidatorAddress, ValidatorKey},
    key::{Key, Role},
    membership::Proof,
    tests::{DAY, START, block, county, fp, network, send},
    time::{Secs, Time},
};

/// Two counties give the studio its key number `n`, which begins at `from`; the keys that it ends.
fn give(state: &mut State, now: u64, n: u8, from: u64) -> Result<Vec<Fingerprint>, AnyRejection> {
    let proposal = u32::from(n);
    let key = Subject::Keys(role_key(Role::Studio, n, from));
    send(state, now, county(1), &propose(proposal, key, now + DAY))?;
    let events = send(state, now, county(2), &approve(proposal))?;
    let given = if let Some(AnyEvent::Governance(Event::KeysChanged { ended, .. })) = events.last()
    {
        Some(ended.clone())
    } else {
        None
    };
    Ok(given.unwrap_or_default())
}

/// A network whose studio has a key, and as many more that begin a day after each other.
fn waiting(keys: u8) -> State {
    let mut state = network();
    for n in 1..=keys {
        give(&mut state, START, n, START + u64::from(n) * DAY).expect("up to sixteen");
    }
    state
}

#[test]
fn a_key_takes_the_place_of_one_that_would_begin_with_it_and_ends_no_other() {
    let mut state = waiting(15);
    let ended = give(&mut state, START, 16, START + 15 * DAY);
    assert_eq!(ended, Ok(vec![fp(20, 15)]));
}

#[test]
fn a_key_that_never_begins_takes_no_place() {
    let mut state = waiting(14);
    give(&mut state, START, 15, START + 14 * DAY).expect("in the place of the last");
    give(&mut state, START, 16, START + 16 * DAY).expect("fifteen wait, and this one");
}

#[test]
fn a_key_that_ends_in_this_second_takes_no_place() {
    let mut state = waiting(15);
    assert_eq!(
        give(&mut state, START + DAY - 1, 16, START + 16 * DAY),
        Err(AnyRejection::Governance(Rejection::KeysCrowded))
    );
    give(&mut state, START + DAY, 16, START + 16 * DAY).expect("the first one is over");
}

#[test]
fn a_key_of_a_role_begins_before_it_ends_and_may_last_as_long_as_allowed() {
    let longest = 1_096 * DAY;
    let with = |from, until| {
        Subject::Keys(Key {
            valid_until: Time(until),
            ..role_key(Role::Releaser, 1, from)
        })
    };
    let cases = [
        (with(START + DAY, START + DAY), Rejection::ValidityEmpty),
        (with(START - 9, START), Rejection::ValidityEmpty),
        (with(START, START + longest + 1), Rejection::ValidityTooLong),
    ];
    for (key, rule) in cases {
        assert_eq!(unfit(key), rule);
    }
    enacted(with(START, START + longest));
}

#[test]
fn a_countys_next_key_begins_within_the_skew() {
    let beginning = |from| {
        Any::Governance(Command::RotateKey {
            county: CountyId(1),
            key: SigningKey([1; 51]),
            fingerprint: fp(21, 1),
            valid_from: Time(from),
            valid_until: Time(START + 300 * DAY),
            proof: Proof::Holds,
        })
    };
    let mut state = network();
    assert_eq!(
        refused(&mut state, START, county(1), &beginning(START + 301)),
        Rejection::ValidityTooSoon
    );
    send(&mut state, START, county(1), &beginning(START + 300)).expect("at the skew");
}

#[test]
fn parameters_without_a_length_or_a_matrix_or_with_ends_of_buckets_that_do_not_rise_are_none() {
    let none = Secs(0);
    let usual = Parameters::default;
    let [first, _, third, last] = usual().bucket_ends_secs;
    for dead in [
        Parameters {
            key_validity_max_secs: none,
            ..usual()
        },
        Parameters {
            session_length_max_secs: none,
            ..usual()
        },
        Parameters {
            term_max_secs: none,
            ..usual()
        },
        Parameters {
            matrix_version: 0,
            ..usual()
        },
        Parameters {
            bucket_ends_secs: [first, first, third, last],
            ..usual()
        },
    ] {
        assert_eq!(unfit(Subject::Parameters(dead)), Rejection::ParametersUnfit);
    }
}

#[test]
fn a_site_without_power_is_no_validator() {
    let set = vec![site(1, 100), site(2, 100), site(3, 100), site(4, 0)];
    let idle = Subject::Validators {
        set,
        accepts_halt: true,
    };
    assert_eq!(unfit(idle), Rejection::ValidatorsUnfit);
}

#[test]
fn who_is_no_validator_loses_no_power() {
    let mut state = network();
    let four = [site(1, 100), site(2, 100), site(3, 100), site(4, 1)];
    state.restore(Record::Validators(four.to_vec()));
    let removed = |n| {
        let caught = Misbehaviour {
            address: ValidatorAddress([n; 20]),
            height: Height(3),
        };
        let event = caught.event(&state.governance, Some(ValidatorKey([n; 32])));
        let Event::Misbehaved { removed, .. } = event else {
            panic!("another event");
        };
        removed
    };
    assert_eq!(removed(9), None);
    assert_eq!(removed(4), Some(ValidatorKey([4; 32])));
}

#[test]
fn a_validator_that_lied_keeps_its_power_where_one_of_the_others_could_then_fork_alone() {
    let stronger = [130, 100, 100, 100];
    // Powers, who is caught, whether its power goes.
    let table: [([u64; 4], u8, bool); 5] = [
        // 130 and 100 reach the quorum of 221 of 330, with whichever of the other two.
        (stronger, 2, false),
        (stronger, 4, false),
        (stronger, 1, true),
        // 101 and 100 are just the quorum of 301, 100 and 100 are one less than that of 300.
        ([101, 100, 100, 100], 3, false),
        ([100, 100, 100, 100], 3, true),
    ];
    for (powers, n, goes) in table {
        let sites = (1..).zip(powers).map(|(n, power)| site(n, power));
        let set: Vec<_> = sites.collect();
        assert!(!Tolerance::of(&set).can_one_fork, "{powers:?}");
        let mut state = network();
        state.restore(Record::Validators(set.clone()));
        let caught = Misbehaviour {
            address: ValidatorAddress([n; 20]),
            height: Height(3),
        };
        let event = caught.event(&state.governance, Some(ValidatorKey([n; 32])));
        evolve(&mut state, &AnyEvent::Governance(event));
        let mut left = set;
        left.retain(|validator| !goes || *validator != site(n, validator.power));
        assert_eq!(state.governance.validators(), left, "{powers:?}, {n}");
    }
}

#[test]
fn a_version_is_in_force_once_its_height_is_reached() {
    let (mut state, _) = enacted(Subject::Upgrade(Upgrade {
        app_version: 7,
        height: Height(10),
    }));
    assert_eq!(state.governance.app_version(), 1);
    let at_ten = BlockContext {
        height: Height(10),
        ..block(START)
    };
    for event in due(&state, &at_ten) {
        evolve(&mut state, &event);
    }
    assert_eq!(state.governance.app_version(), 7);
    assert_eq!(state.governance.proposals().count(), 1);
}
