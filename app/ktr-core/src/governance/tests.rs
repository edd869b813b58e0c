//! Sentences about proposals, what enacted ones bring about, mandates, and the network's own state.
//! What a mandate is needed for is told by the other subjects.

use alloc::{vec, vec::Vec};

use proptest::prelude::*;

use super::{
    Command, Federation, Host, Misbehaviour, Parameters, Proposal, Rejection, Status, Subject,
    Tolerance, Upgrade, Validator,
};
use crate::{
    BlockContext, Command as Any, Context, Event, Mandate, Record, Rejection as AnyRejection,
    State, due, evolve,
    id::{
        CountyId, Fingerprint, Height, ProposalId, Sha256, SigningKey, ValidatorAddress,
        ValidatorKey,
    },
    key::{Key, KeyBody, Role},
    membership::Proof,
    tests::{
        COUNTIES, DAY, DIGEST, START, admit, block, county, fp, network, pass, schedule, send,
        send_for, studio,
    },
    time::{Secs, Time},
};

pub(super) const MONTH: u64 = 30 * DAY;
const SUBJECT: Sha256 = Sha256([0x5B; 32]);

pub(super) fn propose(n: u32, subject: Subject, until: u64) -> Any {
    Any::Governance(Command::Propose {
        proposal: ProposalId(n),
        subject,
        digest: SUBJECT,
        until: Time(until),
    })
}

pub(super) fn approve(n: u32) -> Any {
    Any::Governance(Command::Approve {
        proposal: ProposalId(n),
        digest: SUBJECT,
    })
}

fn decline(n: u32) -> Any {
    Any::Governance(Command::Decline {
        proposal: ProposalId(n),
    })
}

fn withdraw(n: u32) -> Any {
    Any::Governance(Command::Withdraw {
        proposal: ProposalId(n),
    })
}

fn an_act() -> Subject {
    Subject::Act(DIGEST)
}

pub(super) fn refused(
    state: &mut State,
    now: u64,
    signer: Fingerprint,
    command: &Any,
) -> Rejection {
    let refusal = send(state, now, signer, command).expect_err("a rule says no");
    let AnyRejection::Governance(rule) = refusal else {
        panic!("another subject answered: {refusal}");
    };
    rule
}

pub(super) fn names(events: &[Event]) -> Vec<&'static str> {
    events.iter().map(Event::name).collect()
}

/// A network in which county 1 proposed this at the start.
fn proposed(subject: Subject) -> State {
    let mut state = network();
    let command = propose(1, subject, START + MONTH);
    send(&mut state, START, county(1), &command).expect("a county proposes");
    state
}

/// The same, approved by county 2 at once; and the name of the effect's event.
pub(super) fn enacted(subject: Subject) -> (State, &'static str) {
    let mut state = proposed(subject);
    let events = send(&mut state, START, county(2), &approve(1)).expect("a majority");
    let names = names(&events);
    assert_eq!(
        names[..2],
        ["governance.approved.v1", "governance.enacted.v1"]
    );
    (state, names.get(2).copied().unwrap_or(""))
}

/// What proposing this is refused with.
pub(super) fn unfit(subject: Subject) -> Rejection {
    let command = propose(1, subject, START + MONTH);
    refused(&mut network(), START, county(1), &command)
}

fn status(state: &State, n: u32) -> Option<Status> {
    let proposal = state.governance.proposal(ProposalId(n));
    proposal.map(|proposal| proposal.status)
}

pub(super) fn site(n: u8, power: u64) -> Validator {
    Validator {
        key: ValidatorKey([n; 32]),
        power,
        county: (n < 4).then_some(CountyId(n)),
    }
}

pub(super) fn role_key(role: Role, n: u8, from: u64) -> Key {
    Key {
        fingerprint: fp(20, n),
        body: KeyBody::Sign(SigningKey([n; 51])),
        role,
        valid_from: Time(from),
        valid_until: Time(from).plus(Secs(300 * DAY)),
        revoked: None,
        expired: false,
    }
}

pub(super) fn to_county_two(from: u64) -> Subject {
    Subject::Host(Host {
        region: CountyId(2),
        studio: SigningKey([7; 51]),
        fingerprint: fp(20, 7),
        from: Time(from),
        key_until: Time(from).plus(Secs(300 * DAY)),
    })
}

#[test]
fn the_second_of_three_approvals_enacts() {
    let mut state = proposed(an_act());
    let events = send(&mut state, START, county(3), &approve(1)).expect("the second of three");
    assert_eq!(
        names(&events),
        ["governance.approved.v1", "governance.enacted.v1"]
    );
    assert_eq!(status(&state, 1), Some(Status::Enacted));
    assert_eq!(
        refused(&mut state, START, county(2), &approve(1)),
        Rejection::ProposalNotOpen
    );
}

#[test]
fn a_proposal_is_an_approval_and_a_county_speaks_once() {
    let mut state = proposed(an_act());
    for again in [approve(1), decline(1)] {
        assert_eq!(
            refused(&mut state, START, county(1), &again),
            Rejection::AlreadyVoted
        );
    }
    send(&mut state, START, county(2), &decline(1)).expect("one declines");
    assert_eq!(
        refused(&mut state, START, county(2), &approve(1)),
        Rejection::AlreadyVoted
    );
    assert_eq!(status(&state, 1), Some(Status::Open));
}

#[test]
fn two_declines_of_three_reject() {
    let mut state = proposed(an_act());
    send(&mut state, START, county(2), &decline(1)).expect("one declines");
    let events = send(&mut state, START, county(3), &decline(1)).expect("another, too");
    assert_eq!(
        names(&events),
        ["governance.declined.v1", "governance.rejected.v1"]
    );
    assert_eq!(status(&state, 1), Some(Status::Rejected));
}

#[test]
fn only_its_proposer_withdraws_an_open_proposal() {
    let mut state = proposed(an_act());
    assert_eq!(
        refused(&mut state, START, county(2), &withdraw(1)),
        Rejection::ProposerRequired
    );
    send(&mut state, START, county(1), &withdraw(1)).expect("the proposer may");
    assert_eq!(
        refused(&mut state, START, county(2), &approve(1)),
        Rejection::ProposalNotOpen
    );
    assert_eq!(
        refused(&mut state, START, county(2), &approve(2)),
        Rejection::ProposalUnknown
    );
}

#[test]
fn what_is_approved_is_what_was_read() {
    let mut state = proposed(an_act());
    let other = Any::Governance(Command::Approve {
        proposal: ProposalId(1),
        digest: Sha256([1; 32]),
    });
    assert_eq!(
        refused(&mut state, START, county(2), &other),
        Rejection::DigestForeign
    );
}

#[test]
fn an_open_proposal_expires_by_itself_and_makes_room() {
    let mut state = proposed(an_act());
    let next = propose(2, an_act(), START + 2 * MONTH);
    assert_eq!(
        refused(&mut state, START + DAY, county(2), &next),
        Rejection::UntilTooFar
    );
    assert!(pass(&mut state, START + MONTH - 1).is_empty());
    assert_eq!(
        refused(&mut state, START + MONTH - 1, county(2), &next),
        Rejection::UntilTooFar
    );
    let early = propose(2, an_act(), START + MONTH);
    assert_eq!(
        refused(&mut state, START + MONTH - 1, county(2), &early),
        Rejection::SubjectOpen
    );
    let events = pass(&mut state, START + MONTH);
    assert_eq!(names(&events), ["governance.expired.v1"]);
    assert_eq!(
        refused(&mut state, START + MONTH, county(2), &approve(1)),
        Rejection::ProposalNotOpen
    );
    send(&mut state, START + MONTH, county(2), &next).expect("its subject is free");
}

#[test]
fn one_proposal_of_a_subject_is_open_and_others_beside_it() {
    let mut state = proposed(an_act());
    let roots = Subject::Roots(Sha256([1; 32]));
    let until = START + DAY;
    assert_eq!(
        refused(&mut state, START, county(2), &propose(2, an_act(), until)),
        Rejection::SubjectOpen
    );
    for wrong in [1, 3] {
        let command = propose(wrong, roots.clone(), until);
        assert_eq!(
            refused(&mut state, START, county(2), &command),
            Rejection::ProposalNotNext
        );
    }
    send(&mut state, START, county(2), &propose(2, roots, until)).expect("another subject");
}

#[test]
fn a_proposal_is_a_countys_and_ends_ahead() {
    let mut state = network();
    let command = propose(1, an_act(), START + DAY);
    assert_eq!(
        refused(&mut state, START, studio(), &command),
        Rejection::CountyRequired
    );
    let over = propose(1, an_act(), START);
    assert_eq!(
        refused(&mut state, START, county(1), &over),
        Rejection::UntilPassed
    );
}

#[test]
fn the_studio_moves_with_its_key_at_its_time() {
    let from = START + 10 * DAY;
    let (mut state, effect) = enacted(to_county_two(from));
    assert_eq!(effect, "governance.host_set.v1");
    let host = |state: &State| state.governance.network().map(|network| network.host);
    // Until then the old studio is the studio.
    assert!(pass(&mut state, from - 1).is_empty());
    assert_eq!(host(&state), Some(CountyId(1)));
    let announce = schedule(1, from + 5 * DAY);
    assert!(send(&mut state.clone(), from - 1, fp(20, 7), &announce).is_err());
    send(&mut state.clone(), from - 1, studio(), &announce).expect("the last second");
    // From then on the new one is.
    assert_eq!(
        names(&pass(&mut state, from)),
        ["governance.host_changed.v1"]
    );
    assert_eq!(host(&state), Some(CountyId(2)));
    assert!(send(&mut state.clone(), from, studio(), &announce).is_err());
    send(&mut state, from, fp(20, 7), &announce).expect("the new studio");
    assert!(pass(&mut state, from + 1).is_empty());
}

#[test]
fn a_host_is_another_county_of_the_network() {
    let with = |region| {
        let Subject::Host(host) = to_county_two(START + DAY) else {
            panic!("a host");
        };
        unfit(Subject::Host(Host { region, ..host }))
    };
    assert_eq!(with(CountyId(1)), Rejection::HostUnchanged);
    assert_eq!(with(CountyId(4)), Rejection::CountyUnknown);
}

#[test]
fn a_validator_set_is_replaced_as_a_whole() {
    let set = vec![site(1, 100), site(2, 100), site(5, 100), site(4, 1)];
    let (state, effect) = enacted(Subject::Validators {
        set: set.clone(),
        accepts_halt: false,
    });
    assert_eq!(effect, "governance.validators_changed.v1");
    assert_eq!(state.governance.validators(), set);
}

#[test]
fn all_power_together_stays_below_the_engines_bound() {
    let with = |last: u64| Subject::Validators {
        set: (1..=4)
            .map(|n| site(n, if n == 4 { last } else { 1 << 58 }))
            .collect(),
        accepts_halt: false,
    };
    assert_eq!(unfit(with(1 << 58)), Rejection::ValidatorsUnfit);
    enacted(with((1 << 58) - 1));
}

#[test]
fn a_set_that_halts_without_one_site_must_be_accepted_as_such() {
    let three = vec![site(1, 100), site(2, 100), site(3, 100)];
    let with = |set: &[Validator], accepts_halt| Subject::Validators {
        set: set.to_vec(),
        accepts_halt,
    };
    assert_eq!(unfit(with(&three, false)), Rejection::ToleratesNone);
    enacted(with(&three, true));
    // A set in which one is enough is refused in any case.
    let skewed = [site(1, 2), site(2, 1), site(3, 1)];
    assert_eq!(unfit(with(&skewed, true)), Rejection::OneCouldFork);
    let wrong = [
        vec![],
        vec![site(1, 1), site(1, 1), site(2, 1), site(3, 1)],
        vec![site(1, u64::MAX), site(2, u64::MAX)],
        vec![Validator {
            county: Some(CountyId(9)),
            ..site(1, 1)
        }],
    ];
    for set in wrong {
        assert_eq!(unfit(with(&set, true)), Rejection::ValidatorsUnfit);
    }
}

#[test]
fn what_the_tables_of_the_design_say_of_sets_holds() {
    // Powers, quorum, how many may be down, whether one may fork.
    let table: [(&[u64], u64, usize, bool); 6] = [
        (&[100, 100, 100], 201, 0, false),
        (&[100, 100, 100, 1], 201, 1, false),
        (&[2, 1, 1], 3, 0, true),
        (&[3, 3, 4], 7, 0, true),
        (&[1, 1, 1, 1, 1, 1, 1], 5, 2, false),
        (&[100, 100, 1], 135, 0, false),
    ];
    for (powers, quorum, faults, can_one_fork) in table {
        let sites = (1..).zip(powers).map(|(n, power)| site(n, *power));
        let found = Tolerance::of(&sites.collect::<Vec<_>>());
        let expected = Tolerance {
            faults,
            quorum,
            total: powers.iter().sum(),
            can_one_fork,
        };
        assert_eq!(found, expected, "{powers:?}");
    }
}

#[test]
fn parameters_change_at_once_and_stay_workable() {
    let shorter = Parameters {
        decide_max_secs: Secs(DAY),
        ..Parameters::default()
    };
    let (state, effect) = enacted(Subject::Parameters(shorter.clone()));
    assert_eq!(effect, "governance.parameters_changed.v1");
    assert_eq!(state.governance.parameters(), &shorter);
    for dead in [
        Parameters {
            signer_txs_max: 0,
            ..Parameters::default()
        },
        Parameters {
            decide_max_secs: Secs(1),
            ..Parameters::default()
        },
    ] {
        assert_eq!(unfit(Subject::Parameters(dead)), Rejection::ParametersUnfit);
    }
}

#[test]
fn a_transaction_may_count_for_five_minutes_to_a_day_and_no_network_chooses_otherwise() {
    let with = |secs| Parameters {
        tx_window_secs: Secs(secs),
        ..Parameters::default()
    };
    for secs in [300, 86_400] {
        assert!(with(secs).is_workable(), "{secs}");
    }
    for secs in [0, 1, 299, 86_401, 172_800, u64::MAX] {
        let found = unfit(Subject::Parameters(with(secs)));
        assert_eq!(found, Rejection::ParametersUnfit, "{secs}");
    }
}

#[test]
fn a_new_key_of_a_role_takes_over_when_it_begins() {
    let from = START + 5 * DAY;
    let (state, effect) = enacted(Subject::Keys(role_key(Role::Studio, 1, from)));
    assert_eq!(effect, "governance.keys_changed.v1");
    let is_live = |fingerprint, at| {
        let key = state.key(&fingerprint).expect("both are registered");
        key.is_live(Time(at))
    };
    assert!(is_live(studio(), from - 1) && !is_live(fp(20, 1), from - 1));
    assert!(!is_live(studio(), from) && is_live(fp(20, 1), from));
}

#[test]
fn no_more_keys_wait_than_one_that_ends_them_all_can_name() {
    let mut state = network();
    let mut give = |n: u8, from| {
        let proposal = u32::from(n);
        let key = Subject::Keys(role_key(Role::Studio, n, from));
        let command = propose(proposal, key, START + MONTH);
        send(&mut state, START, county(1), &command)?;
        send(&mut state, START, county(2), &approve(proposal))
    };
    // The studio's own of the genesis, cut short, is the first of the sixteen.
    for n in 1..=15 {
        give(n, START + u64::from(n) * DAY).expect("up to sixteen");
    }
    assert_eq!(
        give(16, START + 16 * DAY),
        Err(AnyRejection::Governance(Rejection::KeysCrowded))
    );
    let events = give(16, START).expect("it ends them all");
    let Some(Event::Governance(super::Event::KeysChanged { ended, .. })) = events.last() else {
        panic!("another effect: {:?}", names(&events));
    };
    assert_eq!(ended.len(), 16);
}

#[test]
fn counties_give_keys_to_their_own_roles_only() {
    let foreign = [
        role_key(Role::Seat(crate::id::SeatId(1)), 1, START),
        role_key(Role::Member(crate::id::MemberId([1; 16])), 1, START),
        Key {
            body: KeyBody::Room(crate::id::EncryptionKey([1; 56])),
            ..role_key(Role::Studio, 1, START)
        },
    ];
    for key in foreign {
        assert_eq!(unfit(Subject::Keys(key)), Rejection::RoleForeign);
    }
    let good = role_key(Role::Sidecar(CountyId(2)), 1, START);
    let cases = [
        (
            Key {
                fingerprint: studio(),
                ..good
            },
            Rejection::KeyKnown,
        ),
        (
            Key {
                valid_until: Time(START),
                ..good
            },
            Rejection::ValidityEmpty,
        ),
        (
            Key {
                valid_until: Time(START + 2_000 * DAY),
                ..good
            },
            Rejection::ValidityTooLong,
        ),
        (
            Key {
                role: Role::Sidecar(CountyId(4)),
                ..good
            },
            Rejection::CountyUnknown,
        ),
    ];
    for (key, rule) in cases {
        assert_eq!(unfit(Subject::Keys(key)), rule);
    }
}

#[test]
fn roots_and_federation_are_kept_as_digests() {
    let sha256 = Sha256([9; 32]);
    let (state, effect) = enacted(Subject::Roots(sha256));
    assert_eq!(effect, "governance.roots_changed.v1");
    let resolved = state.governance.resolved().copied().unwrap_or_default();
    assert_eq!(resolved.roots, Some(sha256));
    let list = |sequence| Subject::Federation(Federation { sha256, sequence });
    let (mut state, effect) = enacted(list(3));
    assert_eq!(effect, "governance.federation_set.v1");
    let older = propose(2, list(3), START + DAY);
    assert_eq!(
        refused(&mut state, START, county(1), &older),
        Rejection::SequenceNotNewer
    );
    let newer = propose(2, list(4), START + DAY);
    send(&mut state, START, county(1), &newer).expect("a higher number");
}

#[test]
fn an_upgrade_ends_this_version_at_its_height() {
    let plan = |app_version, height| {
        Subject::Upgrade(Upgrade {
            app_version,
            height: Height(height),
        })
    };
    assert_eq!(unfit(plan(1, 10)), Rejection::VersionNotNewer);
    assert_eq!(unfit(plan(2, 1)), Rejection::HeightPassed);
    let (mut state, effect) = enacted(plan(2, 10));
    assert_eq!(effect, "governance.upgrade_planned.v1");
    let at = |state: &mut State, height| {
        let block = BlockContext {
            height: Height(height),
            ..block(START)
        };
        let events = due(state, &block);
        for event in &events {
            evolve(state, event);
        }
        names(&events)
    };
    assert!(at(&mut state, 9).is_empty());
    assert_eq!(at(&mut state, 10), ["governance.halt_reached.v1"]);
    assert!(at(&mut state, 11).is_empty());
    let resolved = state.governance.resolved().copied().unwrap_or_default();
    assert_eq!(resolved.reached.map(|upgrade| upgrade.app_version), Some(2));
}

#[test]
fn what_became_impossible_is_not_enacted() {
    // Given a proposal of a key that another role registers before the majority
    let key = role_key(Role::Studio, 1, START);
    let mut state = proposed(Subject::Keys(key));
    let rotate = rotate(1, key.fingerprint);
    send(&mut state, START, county(1), &rotate).expect("a county rotates to that key");
    // Then the majority is refused, and the proposal stays open
    assert_eq!(
        refused(&mut state, START, county(2), &approve(1)),
        Rejection::KeyKnown
    );
    assert_eq!(status(&state, 1), Some(Status::Open));
}

fn rotate(owner: u8, fingerprint: Fingerprint) -> Any {
    rotation(owner, fingerprint, Proof::Holds)
}

fn rotation(owner: u8, fingerprint: Fingerprint, proof: Proof) -> Any {
    Any::Governance(Command::RotateKey {
        county: CountyId(owner),
        key: SigningKey([owner; 51]),
        fingerprint,
        valid_from: Time(START),
        valid_until: Time(START + 300 * DAY),
        proof,
    })
}

#[test]
fn a_county_rotates_its_own_key_and_the_old_one_ends_in_this_block() {
    let mut state = network();
    let unproven = rotation(1, fp(21, 1), Proof::Fails);
    assert_eq!(
        refused(&mut state, START, county(1), &unproven),
        Rejection::KeyProofFails
    );
    let new = rotate(1, fp(21, 1));
    let events = send(&mut state, START, county(1), &new).expect("its own key");
    assert_eq!(names(&events), ["governance.key_rotated.v1"]);
    assert_eq!(
        refused(&mut state, START, county(1), &withdraw(1)),
        Rejection::KeyNotLive
    );
    let command = propose(1, an_act(), START + DAY);
    send(&mut state, START, fp(21, 1), &command).expect("the new key is the county");
    assert_eq!(
        refused(&mut state, START, fp(21, 1), &rotate(4, fp(21, 4))),
        Rejection::CountyUnknown
    );
}

#[test]
fn a_lost_key_is_replaced_by_mandate_only() {
    let lost = rotate(3, fp(21, 3));
    let mut state = network();
    assert_eq!(
        refused(&mut state, START, county(1), &lost),
        Rejection::MandateMissing
    );
    let (mut state, effect) = enacted(an_act());
    assert_eq!(effect, "", "an act has no effect of its own");
    let mandated = send_for(&mut state, START, county(1), Some(ProposalId(1)), &lost);
    assert_eq!(
        names(&mandated.expect("the counties resolved it")),
        ["governance.key_rotated.v1"]
    );
    // It serves once: the key is known now.
    let again = send_for(&mut state, START, county(1), Some(ProposalId(1)), &lost);
    assert_eq!(again, Err(AnyRejection::Governance(Rejection::KeyKnown)));
    let old = state.key(&county(3)).expect("it stays registered");
    assert!(!old.is_live(Time(START)));
}

#[test]
fn a_validator_that_lied_loses_its_power_while_three_remain() {
    let mut state = network();
    let caught = |state: &State, n: u8| {
        let misbehaviour = Misbehaviour {
            address: ValidatorAddress([n; 20]),
            height: Height(3),
        };
        misbehaviour.event(&state.governance, Some(ValidatorKey([n; 32])))
    };
    // Of three none can go.
    let event = caught(&state, 1);
    evolve(&mut state, &Event::Governance(event));
    assert_eq!(state.governance.validators().len(), 3);
    // Of four one can, once.
    state.restore(Record::Validators(vec![
        site(1, 100),
        site(2, 100),
        site(3, 100),
        site(4, 1),
    ]));
    for _ in 0..2 {
        let event = caught(&state, 1);
        evolve(&mut state, &Event::Governance(event));
        let left = state.governance.validators();
        assert_eq!(left, [site(2, 100), site(3, 100), site(4, 1)]);
    }
}

proptest! {
    #[test]
    fn a_majority_enacts_and_nothing_after_an_end_does(
        voices in prop::collection::vec((1_u8..4, 0_u8..3, 0_u64..10 * DAY), 0..12),
    ) {
        let mut state = proposed(an_act());
        let mut now = START;
        let mut ended = false;
        for (n, what, later) in voices {
            now = now.saturating_add(later);
            let due = names(&pass(&mut state, now));
            let command = match what {
                0 => approve(1),
                1 => decline(1),
                _ => withdraw(1),
            };
            let sent = send(&mut state, now, county(n), &command);
            let done = sent.as_deref().map_or_else(|_| Vec::new(), names);
            let proposal = state.governance.proposal(ProposalId(1)).expect("it is there");
            let (yes, no) = (proposal.approvals.len(), proposal.declines.len());
            prop_assert_eq!(done.contains(&"governance.enacted.v1"), !done.is_empty() && yes == 2);
            prop_assert_eq!(done.contains(&"governance.rejected.v1"), !done.is_empty() && no == 2);
            prop_assert!(!ended || done.is_empty(), "something happened after the end");
            ended = proposal.status != Status::Open;
            prop_assert_eq!(due.contains(&"governance.expired.v1"), due.len() == 1);
        }
    }

    #[test]
    fn a_mandate_serves_only_its_digest(named in any::<u8>(), asked in any::<u8>()) {
        let (state, _) = enacted(Subject::Act(Sha256([named; 32])));
        let context = Context {
            mandate: Some(Mandate {
                proposal: ProposalId(1),
                command: Sha256([asked; 32]),
            }),
            ..context(None)
        };
        prop_assert_eq!(state.governance.mandate(&context).is_ok(), named == asked);
    }
}

#[test]
fn counties_are_numbered_from_one() {
    let state = network();
    let counties: Vec<_> = state.governance.counties().collect();
    assert_eq!(counties, COUNTIES.map(CountyId));
    assert!(!state.governance.has_county(CountyId(0)));
    assert!(!state.governance.has_county(CountyId(4)));
}

#[test]
fn the_next_county_serves_the_members_of_one_whose_room_fails_and_the_first_those_of_the_last() {
    let state = network();
    let network = state.governance.network().expect("after genesis");
    for (county, fallback) in [(1, 2), (2, 3), (3, 1)] {
        let (county, fallback) = (CountyId(county), CountyId(fallback));
        assert_eq!(network.fallback_of(county), Some(fallback));
        assert_eq!(network.ward_of(fallback), Some(county));
    }
    let mut alone = network.clone();
    alone.counties = 1;
    assert_eq!(alone.fallback_of(CountyId(1)), None);
    assert_eq!(alone.ward_of(CountyId(1)), None);
}

/// An act of the given status, by the number 1, of a command with this digest.
fn act(status: Status, command: Sha256) -> Record {
    Record::Proposal(Proposal {
        id: ProposalId(1),
        subject: Subject::Act(command),
        digest: command,
        proposer: CountyId(1),
        approvals: [CountyId(1), CountyId(2)].into(),
        declines: [].into(),
        opened_at: Time(START),
        until: Time(START + DAY),
        status,
    })
}

fn context(proposal: Option<u32>) -> Context {
    Context {
        block: block(START),
        signer: county(1),
        mandate: proposal.map(|proposal| Mandate {
            proposal: ProposalId(proposal),
            command: DIGEST,
        }),
    }
}

#[test]
fn a_mandate_serves_the_one_command_that_it_names() {
    let mut state = network();
    let mandate = |state: &State, proposal| {
        let mandate = state.governance.mandate(&context(proposal));
        mandate.map(|proposal| proposal.id)
    };
    assert_eq!(mandate(&state, None), Err(Rejection::MandateMissing));
    assert_eq!(mandate(&state, Some(1)), Err(Rejection::MandateUnknown));
    state.restore(act(Status::Enacted, DIGEST));
    assert_eq!(mandate(&state, Some(1)), Ok(ProposalId(1)));
    state.restore(act(Status::Enacted, Sha256([1; 32])));
    assert_eq!(mandate(&state, Some(1)), Err(Rejection::MandateForeign));
    for status in [
        Status::Open,
        Status::Rejected,
        Status::Withdrawn,
        Status::Expired,
    ] {
        state.restore(act(status, DIGEST));
        assert_eq!(mandate(&state, Some(1)), Err(Rejection::MandateUnknown));
    }
}

#[test]
fn a_command_that_takes_no_mandate_may_not_name_one() {
    let mut state = network();
    state.restore(act(Status::Enacted, DIGEST));
    let mandate = Some(ProposalId(1));
    let refused = send_for(&mut state, START, county(1), mandate, &admit(1, 1));
    assert_eq!(
        refused,
        Err(AnyRejection::Governance(Rejection::MandateNotTaken))
    );
    send(&mut state, START, county(1), &admit(1, 1)).expect("without one it is allowed");
    // Proposals stand in for a county, and not for one another.
    for command in [approve(2), decline(2), withdraw(2)] {
        assert_eq!(
            send_for(&mut state, START, county(1), Some(ProposalId(1)), &command),
            Err(AnyRejection::Governance(Rejection::MandateNotTaken))
        );
    }
}
