//! Sentences about what the counties resolve, as blocks show it: powers for the engine, the end of a version, mandates.
//! The rules themselves have theirs in the core.

use std::collections::BTreeSet;

use ktr_core::{
    Command, Event, Record, RecordKey,
    governance::{self, Misbehaviour, Proposal, Status, Subject, Upgrade, Validator},
    id::{CountyId, Height, ProposalId, ValidatorKey},
    key::Role,
    limits::VALIDATORS_MAX,
    membership::Proof,
    time::{Secs, Time},
};
use ktr_ledger::{Block, OneByOne, Overlay, Power, Stopped};
use ktr_testkit::{Actor, Chain, Judged};
use ktr_wire::{
    Refusal, digest,
    limits::RECORDED_MAX,
    recorded::{Entry, Recorded},
    transaction::Draft,
};

const ONE: ProposalId = ProposalId(1);

/// County 1 proposes, county 2 approves: the counties have resolved it.
fn resolve(chain: &mut Chain, proposal: ProposalId, subject: Subject) -> Judged {
    let digest = digest::proposal(chain.id(), &subject);
    let until = chain.now().plus(Secs(86_400));
    let [one, two, _] = chain.cast.counties.clone();
    let propose = Command::Governance(governance::Command::Propose {
        proposal,
        subject,
        digest,
        until,
    });
    chain.send(&one, propose)?;
    let approve = Command::Governance(governance::Command::Approve { proposal, digest });
    chain.send(&two, approve)
}

fn site(n: u8, power: u64) -> Validator {
    Validator {
        key: ValidatorKey([n; 32]),
        power,
        county: (n < 4).then_some(CountyId(n)),
    }
}

/// The powers that the next block with these approvals gives the engine.
fn powers_of(chain: &mut Chain, proposal: ProposalId, set: &[Validator]) -> Vec<Power> {
    let subject = Subject::Validators {
        set: set.to_vec(),
        accepts_halt: false,
    };
    let digest = digest::proposal(chain.id(), &subject);
    let until = chain.now().plus(Secs(86_400));
    let [one, two, _] = chain.cast.counties.clone();
    let propose = Command::Governance(governance::Command::Propose {
        proposal,
        subject,
        digest,
        until,
    });
    let approve = Command::Governance(governance::Command::Approve { proposal, digest });
    let txs = [chain.tx(&one, propose), chain.tx(&two, approve)];
    let batch = chain.block(&txs);
    assert!(batch.results.iter().all(|result| result.refusal.is_none()));
    batch.powers
}

#[test]
fn the_engine_hears_of_each_changed_power_once() {
    let mut chain = Chain::begun();
    let old: Vec<_> = chain.state().governance.validators().to_vec();
    let set = [site(1, 100), site(2, 100), site(3, 100), site(4, 1)];
    let powers = powers_of(&mut chain, ONE, &set);
    // Four come, four go; rising keys, none twice.
    assert!(powers.is_sorted_by(|earlier, later| earlier.key < later.key));
    for validator in &old {
        assert!(powers.contains(&Power {
            key: validator.key,
            power: 0
        }));
    }
    for Validator { key, power, .. } in set {
        assert!(powers.contains(&Power { key, power }));
    }
    assert_eq!(powers.len(), 8);
    // A block that changes nothing says nothing, and a changed power is the only one named.
    assert!(chain.block(&[]).powers.is_empty());
    let stronger = [site(1, 100), site(2, 100), site(3, 100), site(4, 2)];
    let powers = powers_of(&mut chain, ProposalId(2), &stronger);
    assert_eq!(
        powers,
        [Power {
            key: ValidatorKey([4; 32]),
            power: 2
        }]
    );
}

#[test]
fn a_validator_that_was_caught_loses_its_power_once() {
    let mut chain = Chain::begun();
    let old = chain.state().governance.validators().to_vec();
    let key = old[0].key;
    let caught = Misbehaviour {
        address: digest::address(&key),
        height: Height(1),
    };
    let batch = chain.block_with(&[caught, caught], &[]);
    assert_eq!(batch.powers, [Power { key, power: 0 }]);
    let names: Vec<_> = batch
        .leaves
        .iter()
        .map(|leaf| leaf.recorded.name())
        .collect();
    assert_eq!(
        names,
        ["governance.misbehaved.v1", "governance.misbehaved.v1"]
    );
    assert_eq!(chain.state().governance.validators().len(), 3);
    // Of the three that remain, none goes any more.
    let key = chain.state().governance.validators()[0].key;
    let caught = Misbehaviour {
        address: digest::address(&key),
        height: Height(1),
    };
    let batch = chain.block_with(&[caught], &[]);
    assert!(batch.powers.is_empty());
    assert_eq!(batch.leaves.len(), 1);
    // What was taken comes back when the counties resolve the set of before.
    let powers = powers_of(&mut chain, ONE, &old);
    let Validator { key, power, .. } = old[0];
    assert_eq!(powers, [Power { key, power }]);
    assert_eq!(chain.state().governance.validators(), old);
}

#[test]
fn a_set_that_was_proposed_before_brings_a_caught_validator_back() {
    let mut chain = Chain::begun();
    let mut set = chain.state().governance.validators().to_vec();
    set[3].power = 2;
    let subject = Subject::Validators {
        set: set.clone(),
        accepts_halt: false,
    };
    let digest = digest::proposal(chain.id(), &subject);
    let until = chain.now().plus(Secs(86_400));
    let [one, two, _] = chain.cast.counties.clone();
    let propose = Command::Governance(governance::Command::Propose {
        proposal: ONE,
        subject,
        digest,
        until,
    });
    chain.send(&one, propose).expect("it can happen");
    // When it is caught while the proposal is open
    let caught = Misbehaviour {
        address: digest::address(&set[0].key),
        height: Height(1),
    };
    chain.block_with(&[caught], &[]);
    assert_eq!(chain.state().governance.validators().len(), 3);
    let proposal = ONE;
    let approve = Command::Governance(governance::Command::Approve { proposal, digest });
    chain.send(&two, approve).expect("a majority");
    // Then the set is enacted as it was proposed, and whoever wants another declines it.
    assert_eq!(chain.state().governance.validators(), set);
}

#[test]
fn this_version_takes_no_block_after_the_height_of_its_upgrade() {
    let mut chain = Chain::begun();
    let upgrade = Upgrade {
        app_version: 2,
        height: Height(5),
    };
    let events = resolve(&mut chain, ONE, Subject::Upgrade(upgrade));
    assert_eq!(events.map(|names| names.len()), Ok(3));
    assert_eq!(chain.block(&[]).halt, None);
    let last = chain.block(&[]);
    assert_eq!((last.height, last.halt), (Height(5), Some(upgrade)));
    let names: Vec<_> = last
        .leaves
        .iter()
        .map(|leaf| leaf.recorded.name())
        .collect();
    assert_eq!(names, ["governance.halt_reached.v1"]);
    // A node that was restored from its records knows it, too.
    let ledger = chain.ledger().clone();
    assert_eq!(ledger.halted(), Some(upgrade));
    let reader = Overlay {
        pending: None,
        stored: chain.tree(),
    };
    let block: Block<'_, Vec<u8>> = Block {
        height: Height(6),
        time: chain.now(),
        misbehaviour: &[],
        txs: &[],
    };
    let refused = ledger.block(&reader, &OneByOne, &block);
    assert!(matches!(refused, Err(Stopped::Halted(by)) if by == upgrade));
}

#[test]
fn the_next_version_goes_on_after_that_height_and_executes_the_history_before_it_to_the_same_hashes()
 {
    let (mut old, mut next) = (Chain::begun(), Chain::begun().run_by(2));
    let upgrade = |app_version, height| {
        Subject::Upgrade(Upgrade {
            app_version,
            height: Height(height),
        })
    };
    let plan = upgrade(2, 5);
    for chain in [&mut old, &mut next] {
        // The version in force says what is newer, not the program: else the history of version 1 had no upgrade under version 2.
        assert!(resolve(chain, ONE, plan.clone()).is_ok());
        assert_eq!(chain.block(&[]).raised, None);
        // Whoever executes that block tells the engine, also when it goes on.
        assert_eq!(chain.block(&[]).raised, Some(2));
    }
    assert_eq!(old.ledger().app_hash(), next.ledger().app_hash());
    assert_eq!(
        (old.ledger().halted().is_some(), next.ledger().halted()),
        (true, None)
    );
    assert_eq!(next.ledger().app_version(), 2);
    let block = next.block(&[]);
    assert_eq!((block.height, block.halt), (Height(6), None));
    // and its own version is not newer any more
    let again = resolve(&mut next, ProposalId(2), upgrade(2, 99));
    assert_eq!(again.map_err(Refusal::code), Err(1_628));
    assert!(resolve(&mut next, ProposalId(2), upgrade(3, 99)).is_ok());
}

/// The rotation of county 3's key to this one, as somebody is about to sign it.
fn rotation(chain: &mut Chain, new: &Actor) -> Draft {
    let (from, until) = (chain.now(), chain.now().plus(Secs(86_400 * 300)));
    let command = Command::Governance(governance::Command::RotateKey {
        county: CountyId(3),
        key: new.body,
        fingerprint: new.fingerprint,
        valid_from: from,
        valid_until: until,
        proof: Proof::Holds,
    });
    let proof = new.prove_as(chain.id(), Role::County(CountyId(3)), from);
    chain.draft(command, proof)
}

#[test]
fn a_lost_county_key_is_replaced_under_a_mandate_of_these_very_octets() {
    let mut chain = Chain::begun();
    let [one, _, lost] = chain.cast.counties.clone();
    let new = chain.cast.stranger("county-3-new");
    let draft = rotation(&mut chain, &new);
    // Given a mandate of that command
    let act = Subject::Act(draft.command_digest());
    let events = resolve(&mut chain, ONE, act);
    assert_eq!(events.map(|names| names.len()), Ok(2));
    // When another command names it, it is refused
    let other = chain.cast.stranger("somebody-else");
    let foreign = Draft {
        proposal: Some(ONE),
        ..rotation(&mut chain, &other)
    };
    let now = chain.now();
    let refused = chain.judge(one.sign(&foreign, now));
    assert_eq!(refused.map_err(Refusal::code), Err(1_605));
    // And the one it names is accepted, whoever of the counties sends it
    let mandated = Draft {
        proposal: Some(ONE),
        ..draft
    };
    let judged = chain.judge(one.sign(&mandated, now));
    assert_eq!(judged, Ok(vec!["governance.key_rotated.v1"]));
    let is_live = |actor: &Actor| {
        let key = chain.state().key(&actor.fingerprint);
        key.is_some_and(|key| key.is_live(chain.now()))
    };
    assert!(is_live(&new) && !is_live(&lost));
}

#[test]
fn a_proposal_is_proven_by_its_record() {
    let mut chain = Chain::begun();
    let digest = digest::sha256(&[b"roots"]);
    let events = resolve(&mut chain, ONE, Subject::Roots(digest));
    assert_eq!(
        events,
        Ok(vec![
            "governance.approved.v1",
            "governance.enacted.v1",
            "governance.roots_changed.v1"
        ])
    );
    let key = RecordKey::Proposal(ONE);
    let version = chain.ledger().tree_version();
    let (value, _) = ktr_ledger::tree::prove(chain.tree(), version, key).expect("readable");
    let read = ktr_wire::record::decode(key, &value.expect("it is there"));
    let Ok(Record::Proposal(proposal)) = read else {
        panic!("{read:?}");
    };
    assert_eq!(proposal.status, Status::Enacted);
    assert_eq!(proposal.approvals, [CountyId(1), CountyId(2)].into());
}

#[test]
fn the_largest_proposal_fits_into_a_leaf_of_the_log() {
    let set = vec![site(1, u64::MAX); VALIDATORS_MAX];
    let subject = Subject::Validators {
        set,
        accepts_halt: true,
    };
    let all: BTreeSet<_> = (1..=16).map(CountyId).collect();
    let proposed = governance::Event::Proposed(Box::new(Proposal {
        id: ProposalId(u32::MAX),
        digest: digest::proposal("ktr-test-1", &subject),
        subject,
        proposer: CountyId(16),
        approvals: all.clone(),
        declines: all,
        opened_at: Time(u64::MAX),
        until: Time(u64::MAX),
        status: Status::Open,
    }));
    let recorded = Recorded {
        index: u64::MAX,
        height: Height(u64::MAX),
        time: Time(u64::MAX),
        tx_hash: Some(digest::sha256(&[])),
        entry: Entry::Event(Event::Governance(proposed)),
    };
    assert!(recorded.encode().len() <= RECORDED_MAX);
    assert_eq!(Recorded::decode(&recorded.encode()), Ok(recorded));
}
