//! Sentences about blocks: order, replay, dropped blocks, lost roots, proofs.
//! Rules of commands have theirs in the core.

use jmt::{
    KeyHash, OwnedValue, Version,
    storage::{LeafNode, Node, NodeKey, TreeReader},
};
use ktr_core::{
    Command, RecordKey,
    id::{Commitment, CountyId, Fingerprint, Height, MemberId, SessionId},
    key::RevocationReason,
    membership::{self, Proof},
    nomination::{self, Severity, Verdict},
    session,
    time::{Secs, Time},
};
use ktr_ledger::{
    Block, Ledger, Memory, OneByOne, Overlay, Parts, Pending, Stopped, TxResult, Unreadable, tree,
};
use ktr_proof::{log, state};
use ktr_testkit::{Actor, Chain};
use ktr_wire::{
    Refusal,
    recorded::{Entry, Recorded},
    refusal::{Envelope, Signature, Wire},
};
use proptest::prelude::*;

const MEMBER: MemberId = MemberId([9; 16]);

fn admit(chain: &Chain, key: &Actor) -> Command {
    Command::Membership(membership::Command::Admit {
        member: MEMBER,
        home: CountyId(1),
        key: key.body,
        fingerprint: key.fingerprint,
        valid_from: chain.cast.start,
        valid_until: chain.cast.start.plus(Secs(86_400 * 300)),
        proof: Proof::Holds,
    })
}

fn submit(chain: &Chain, n: u8) -> Command {
    Command::Nomination(nomination::Command::Submit {
        commitment: Commitment([n; 32]),
        severity: Severity::High,
        matrix_version: 1,
        decide_by: chain.now().plus(Secs(7_200)),
    })
}

fn vote(n: u8) -> Command {
    let commitment = Commitment([n; 32]);
    Command::Nomination(nomination::Command::Vote {
        commitment,
        verdict: Verdict::Approve,
    })
}

/// A chain with one member, and the member.
fn with_member() -> (Chain, Actor) {
    let mut chain = Chain::begun();
    let member = chain.cast.stranger("member");
    let county = chain.cast.counties[0].clone();
    let tx = chain.registering(&county, &member, &MEMBER, admit(&chain, &member));
    assert_eq!(chain.judge(tx), Ok(vec!["membership.admitted.v1"]));
    (chain, member)
}

#[test]
fn event_zero_is_the_first_term_in_block_one() {
    let chain = Chain::begun();
    let first = Recorded::decode(&chain.leaves()[0]).expect("it was written canonically");
    assert_eq!(
        (first.index, first.height, first.tx_hash),
        (0, Height(1), None)
    );
    assert_eq!(first.name(), "board.term_began.v1");
}

#[test]
fn a_month_of_votes_reaches_the_log_and_the_records() {
    let (mut chain, member) = with_member();
    assert_eq!(
        chain.send(&member, submit(&chain, 1)),
        Ok(vec!["nomination.submitted.v1"])
    );
    let seats = chain.cast.seats.clone();
    assert_eq!(
        chain.send(&seats[0], vote(1)),
        Ok(vec!["nomination.approved.v1"])
    );
    assert_eq!(
        chain.send(&seats[1], vote(1)),
        Ok(vec!["nomination.approved.v1"])
    );
    let third = chain.send(&seats[2], vote(1));
    assert_eq!(
        third,
        Ok(vec!["nomination.approved.v1", "nomination.cleared.v1"])
    );
    let late = chain.send(&seats[2], vote(1));
    assert_eq!(late.map_err(Refusal::code), Err(1_212));
}

#[test]
fn a_block_that_is_dropped_and_executed_again_has_the_same_hash() {
    // Given the ledger before block 1, whose tree is still pending
    let mut chain = Chain::unborn();
    let (ledger, genesis) =
        Ledger::genesis(chain.id(), chain.cast.genesis()).expect("a fresh tree");
    let member = chain.cast.stranger("member");
    let county = chain.cast.counties[0].clone();
    let tx = chain.registering(&county, &member, &MEMBER, admit(&chain, &member));
    let empty = Memory::default();
    let overlay = Overlay {
        pending: Some(&genesis),
        stored: &empty,
    };
    let block = Block {
        height: Height(1),
        time: chain.now(),
        misbehaviour: &[],
        txs: &[tx],
    };
    // When block 1 is executed, dropped, and executed again
    let (_, dropped) = ledger
        .clone()
        .block(&overlay, &OneByOne, &block)
        .expect("readable");
    let (after, batch) = ledger
        .clone()
        .block(&overlay, &OneByOne, &block)
        .expect("readable");
    // Then both are equal, and the committed value that folds the batch is the working one
    assert_eq!(dropped, batch);
    let mut folded = ledger;
    folded.fold(&batch);
    assert_eq!(folded, after);
    assert_eq!(folded.app_hash(), batch.app_hash);
    // And block 2 over the stored tree goes on from there
    let mut stored = Memory::default();
    stored.apply(&genesis);
    stored.apply(batch.tree.as_ref().expect("a member was admitted"));
    chain.wait(1);
    let submit = chain.tx(&member, submit(&chain, 1));
    let block = Block {
        height: Height(2),
        time: chain.now(),
        misbehaviour: &[],
        txs: &[submit],
    };
    let (_, first) = folded
        .clone()
        .block(&stored, &OneByOne, &block)
        .expect("readable");
    let (_, second) = folded.block(&stored, &OneByOne, &block).expect("readable");
    assert_eq!(first, second);
}

/// A store that has lost everything.
struct Lost;

impl TreeReader for Lost {
    fn get_node_option(&self, _: &NodeKey) -> anyhow::Result<Option<Node>> {
        Ok(None)
    }

    fn get_value_option(&self, _: Version, _: KeyHash) -> anyhow::Result<Option<OwnedValue>> {
        Ok(None)
    }

    fn get_rightmost_leaf(&self) -> anyhow::Result<Option<(NodeKey, LeafNode)>> {
        Ok(None)
    }
}

#[test]
fn a_lost_root_is_named_instead_of_forking_in_silence() {
    let (mut chain, member) = with_member();
    let tx = chain.tx(&member, submit(&chain, 1));
    let block = Block {
        height: Height(3),
        time: chain.now(),
        misbehaviour: &[],
        txs: &[tx],
    };
    let version = chain.ledger().tree_version();
    let lost = chain.ledger().clone().block(&Lost, &OneByOne, &block);
    assert!(matches!(lost, Err(Stopped::Unreadable(Unreadable::RootMissing(at))) if at == version));
}

#[test]
fn an_idle_block_changes_no_hash() {
    let (mut chain, _) = with_member();
    let before = chain.ledger().app_hash();
    for _ in 0..10 {
        chain.wait(60);
        let batch = chain.block(&[]);
        assert_eq!(batch.app_hash, before);
        assert!(batch.tree.is_none());
    }
}

#[test]
fn a_refused_command_uses_its_nonce_and_a_bad_envelope_does_not() {
    let (mut chain, member) = with_member();
    let refused = chain.tx(&member, vote(1));
    assert_eq!(
        chain.judge(refused.clone()).map_err(Refusal::code),
        Err(1_207)
    );
    assert_eq!(chain.judge(refused), Err(Envelope::Replayed.into()));
    let size = chain.ledger().log().size();
    let early = member.transact(chain.id(), 77, chain.now(), submit(&chain, 1));
    let foreign = member.transact("ktr-other-1", 77, chain.now(), submit(&chain, 1));
    assert_eq!(chain.judge(foreign), Err(Envelope::WrongChain.into()));
    assert_eq!(chain.ledger().log().size(), size);
    assert_eq!(chain.judge(early), Ok(vec!["nomination.submitted.v1"]));
}

#[test]
fn a_nonce_counts_once_in_a_block_and_its_list_is_a_leaf() {
    let (mut chain, member) = with_member();
    let first = member.transact(chain.id(), 5, chain.now(), submit(&chain, 1));
    let second = member.transact(chain.id(), 5, chain.now(), submit(&chain, 2));
    let batch = chain.block(&[first.clone(), second, first]);
    let refusals: Vec<_> = batch.results.iter().map(|result| result.refusal).collect();
    let replayed = Some(Envelope::Replayed.into());
    assert_eq!(refusals, [None, replayed, replayed]);
    let last = &batch.leaves.last().expect("a leaf").recorded;
    assert!(matches!(last.entry, Entry::Nonces { count: 1, .. }));
    assert_eq!(last.tx_hash, None);
}

#[test]
fn expiry_and_crowd_are_refused() {
    let (mut chain, member) = with_member();
    let old = chain.tx(&member, submit(&chain, 1));
    let ahead = member.transact(
        chain.id(),
        9,
        Time(chain.now().0 + 86_400),
        submit(&chain, 1),
    );
    chain.wait(3_601);
    assert_eq!(chain.judge(old), Err(Envelope::Expired.into()));
    // Dated a day ahead it fails by its signature's time before its expiry is looked at.
    assert_eq!(chain.judge(ahead), Err(Signature::Time.into()));
    let crowd: Vec<_> = (0..65).map(|_| chain.tx(&member, vote(1))).collect();
    let batch = chain.block(&crowd);
    let crowded = |result: &&TxResult| result.refusal == Some(Refusal::Envelope(Envelope::TooMany));
    assert_eq!(batch.results.iter().filter(crowded).count(), 1);
    assert_eq!(batch.used.len(), 64);
}

#[test]
fn used_nonces_are_forgotten_when_they_have_expired() {
    let (mut chain, member) = with_member();
    chain.send(&member, submit(&chain, 1)).expect("a case");
    let remembered = chain.ledger().replay().len();
    assert_ne!(remembered, 0);
    chain.wait(3_600);
    chain.block(&[]);
    assert_eq!(chain.ledger().replay().len(), remembered);
    chain.wait(1);
    chain.block(&[]);
    assert!(chain.ledger().replay().is_empty());
}

#[test]
fn a_key_of_this_block_signs_from_the_next_one_on() {
    let mut chain = Chain::begun();
    let member = chain.cast.stranger("member");
    let county = chain.cast.counties[0].clone();
    let admit = chain.registering(&county, &member, &MEMBER, admit(&chain, &member));
    let too_soon = chain.tx(&member, submit(&chain, 1));
    let batch = chain.block(&[admit, too_soon.clone()]);
    assert_eq!(
        batch.results[1].refusal,
        Some(Signature::UnknownSigner.into())
    );
    assert_eq!(chain.judge(too_soon), Ok(vec!["nomination.submitted.v1"]));
}

#[test]
fn a_key_revoked_earlier_in_the_block_is_refused_by_a_rule_and_later_by_its_signature() {
    let (mut chain, member) = with_member();
    let revoke = Command::Membership(membership::Command::RevokeKey {
        member: MEMBER,
        fingerprint: member.fingerprint,
        reason: RevocationReason::Compromised,
    });
    let revoke = chain.tx(&member, revoke);
    let same_block = chain.tx(&member, submit(&chain, 1));
    let later = chain.tx(&member, submit(&chain, 2));
    let batch = chain.block(&[revoke, same_block]);
    assert_eq!(batch.results[1].refusal.map(Refusal::code), Some(1_200));
    assert_eq!(chain.judge(later), Err(Signature::Revoked.into()));
}

#[test]
fn a_member_is_admitted_only_with_a_key_that_signed_for_it() {
    let mut chain = Chain::begun();
    let (member, thief) = (chain.cast.stranger("member"), chain.cast.stranger("thief"));
    let county = chain.cast.counties[0].clone();
    let stolen = chain.registering(&county, &thief, &MEMBER, admit(&chain, &member));
    assert_eq!(chain.judge(stolen).map_err(Refusal::code), Err(1_007));
    let other = chain.registering(&county, &member, &MemberId([8; 16]), admit(&chain, &member));
    assert_eq!(chain.judge(other).map_err(Refusal::code), Err(1_007));
}

#[test]
fn time_acts_before_the_transactions_of_its_block() {
    let (mut chain, member) = with_member();
    chain.send(&member, submit(&chain, 1)).expect("a case");
    let seat = chain.cast.seats[0].clone();
    chain.wait(7_200);
    let batch = {
        let vote = chain.tx(&seat, vote(1));
        chain.block(&[vote])
    };
    assert_eq!(batch.leaves[0].recorded.name(), "nomination.lapsed.v1");
    assert_eq!(batch.results[0].refusal.map(Refusal::code), Some(1_212));
}

#[test]
fn every_event_and_every_record_is_proven_under_the_app_hash() {
    let (mut chain, member) = with_member();
    chain.send(&member, submit(&chain, 1)).expect("a case");
    let ledger = chain.ledger();
    let (size, root) = (ledger.log().size(), ledger.log().root());
    for (index, leaf) in (0..).zip(chain.leaves()) {
        let path = log::path(index, size, |level, at| chain.subtree(level, at)).expect("stored");
        log::verify(&log::leaf(leaf), index, &path, size, &root).expect("it is in the log");
    }
    let version = ledger.tree_version();
    for record in ledger.state().records() {
        let (value, proof) = tree::prove(chain.tree(), version, record.key()).expect("readable");
        let proven = state::verify(record.key(), value.as_deref(), &proof, ledger.state_root());
        assert_eq!(proven, Ok(Some(record)));
    }
    let nobody = RecordKey::Nomination(Commitment([2; 32]));
    let (value, proof) = tree::prove(chain.tree(), version, nobody).expect("readable");
    assert_eq!(value, None);
    assert_eq!(
        state::verify(nobody, None, &proof, ledger.state_root()),
        Ok(None)
    );
    let somebody = RecordKey::Nomination(Commitment([1; 32]));
    let absent = state::verify(somebody, None, &proof, ledger.state_root());
    assert_eq!(absent, Err(state::NotProven::DoesNotHold));
}

#[test]
fn octets_that_are_no_transaction_leave_no_trace() {
    let mut chain = Chain::begun();
    let before = chain.ledger().app_hash();
    let cases = [
        (vec![], Wire::OutOfRange),
        (vec![0xFF; 40], Wire::NotProtobuf),
        (vec![0; 16_385], Wire::TooLarge),
    ];
    for (octets, refusal) in cases {
        assert_eq!(chain.judge(octets), Err(refusal.into()));
    }
    assert_eq!(chain.ledger().app_hash(), before);
}

#[test]
fn a_restored_ledger_goes_on_as_if_nothing_had_happened() {
    let (mut chain, member) = with_member();
    chain.send(&member, submit(&chain, 1)).expect("a case");
    let ledger = chain.ledger();
    let log = log::Frontier::restore(ledger.log().size(), |level, at| chain.subtree(level, at));
    let restored = Ledger::restore(Parts {
        state: ledger.state().records().into_iter().collect(),
        log: log.expect("stored"),
        ..ledger.clone().into_parts()
    });
    assert_eq!(&restored, ledger);
}

/// One step of a random chain: who sends which command, how many seconds later.
fn any_step() -> impl Strategy<Value = (u8, u8, u64)> {
    (0_u8..6, 1_u8..5, 0_u64..5_000)
}

mod properties {
    //! Properties over generated chains.

    use super::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]

        #[test]
        fn working_and_committed_values_never_part(steps in prop::collection::vec(any_step(), 1..30)) {
            let (mut chain, member) = with_member();
            let mut committed = chain.ledger().clone();
            for (who, n, later) in steps {
                chain.wait(later);
                let seat = chain.cast.seats[usize::from(n % 3)].clone();
                let studio = chain.cast.studio.clone();
                let command = match who {
                    0 | 1 => (member.clone(), submit(&chain, n)),
                    2..=4 => (seat, vote(n)),
                    _ => (studio, Command::Session(session::Command::Open { session: SessionId(1) })),
                };
                let tx = chain.tx(&command.0, command.1);
                let batch = chain.block(&[tx]);
                committed.fold(&batch);
                prop_assert_eq!(&committed, chain.ledger());
                prop_assert_eq!(committed.app_hash(), batch.app_hash);
            }
        }
    }
}

#[test]
fn the_mempool_holds_what_the_next_block_would_take() {
    let (mut chain, member) = with_member();
    let mut pending = Pending::default();
    let good = chain.tx(&member, submit(&chain, 1));
    let mut check = |chain: &Chain, octets: &[u8]| {
        let ledger = chain.ledger();
        let signed = ledger.admit_one(octets, chain.now(), &OneByOne)?;
        ledger.would_accept(&signed, chain.now(), &mut pending)
    };
    assert_eq!(check(&chain, &good), Ok(()));
    assert_eq!(check(&chain, &good), Err(Envelope::Replayed.into()));
    // What a rule refuses takes no room: it is refused for the same reason again, and not as a nonce that waits.
    let seat = chain.cast.seats[0].clone();
    let early = chain.tx(&seat, vote(2));
    let refused = check(&chain, &early);
    assert!(refused.is_err_and(|refusal| refusal != Envelope::Replayed.into()));
    assert_eq!(check(&chain, &early), refused);
    let stranger = chain.cast.stranger("nobody");
    let unknown = chain.tx(&stranger, vote(1));
    let refused = check(&chain, &unknown);
    assert_eq!(refused, Err(Signature::UnknownSigner.into()));
    assert_ne!(stranger.fingerprint, Fingerprint([0; 20]));
}
