//! Made-up legal orders of calls: the checker finds nothing in them, finds what is taken out of them, and both servers answer them alike.
//! What a real engine calls is in `engine.rs`.

mod support;

use std::{
    collections::{BTreeMap, BTreeSet},
    iter,
};

use ktr_abci::{
    Grammar, Method,
    contract::{Range, Step, legal_order, same_answers},
};
use ktr_testkit::cases;
use proptest::{collection::vec, prelude::*};
use support::notebook::{Disk, Notebook};
use tendermint_proto::v0_38::abci::{
    RequestApplySnapshotChunk, RequestCheckTx, RequestCommit, RequestEcho, RequestExtendVote,
    RequestFinalizeBlock, RequestFlush, RequestInfo, RequestInitChain, RequestListSnapshots,
    RequestLoadSnapshotChunk, RequestOfferSnapshot, RequestPrepareProposal, RequestProcessProposal,
    RequestQuery, RequestVerifyVoteExtension, Snapshot, request::Value as Call,
};

const ALL: Range = Range {
    engines: 4,
    state_sync: true,
};
/// One engine that never restores: what a peer with one connection can play.
const ONE: Range = Range {
    engines: 1,
    state_sync: false,
};

fn breaches(steps: &[Step]) -> usize {
    let mut grammar = Grammar::default();
    let wrong = steps.iter().filter(|step| match **step {
        Step::Call {
            connection,
            method,
            height,
        } => grammar.observe(connection, method, height).is_err(),
        Step::Closed { connection } => {
            grammar.closed(connection);
            false
        }
    });
    wrong.count()
}

fn method_of(step: &Step) -> Option<Method> {
    match step {
        Step::Call { method, .. } => Some(*method),
        Step::Closed { .. } => None,
    }
}

/// Where `wanted` comes and the same engine goes on with a block, and where it does so.
fn followed(steps: &[Step], wanted: Method) -> Vec<(usize, usize)> {
    let block = |step: &Step| match *step {
        Step::Call {
            connection,
            method: method @ (Method::FinalizeBlock | Method::Commit),
            ..
        } => Some((connection, method)),
        Step::Call { .. } | Step::Closed { .. } => None,
    };
    let blocks: Vec<_> = steps
        .iter()
        .enumerate()
        .filter_map(|(at, step)| block(step).map(|(on, method)| (at, on, method)))
        .collect();
    let pairs = blocks.iter().zip(blocks.iter().skip(1));
    pairs
        .filter(|((_, on, method), (_, next_on, _))| *method == wanted && on == next_on)
        .map(|((at, ..), (next, ..))| (*at, *next))
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases("KTR_ORDERS", 1_024), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_checker_finds_nothing_in_a_legal_order(choices in vec(any::<u8>(), 0..200)) {
        let steps = legal_order(&choices, ALL);
        prop_assert_eq!(breaches(&steps), 0, "{:?}", steps);
    }

    #[test]
    fn a_finalize_or_commit_taken_out_is_found(choices in vec(any::<u8>(), 0..200)) {
        let steps = legal_order(&choices, ALL);
        for wanted in [Method::FinalizeBlock, Method::Commit] {
            for (at, _) in followed(&steps, wanted) {
                let mut without = steps.clone();
                without.remove(at);
                prop_assert!(breaches(&without) > 0, "{wanted} at {at}: {steps:?}");
            }
        }
    }

    #[test]
    fn a_height_left_out_is_found(choices in vec(any::<u8>(), 0..200)) {
        let steps = legal_order(&choices, ALL);
        for (at, next) in followed(&steps, Method::Commit) {
            let mut shifted = steps.clone();
            if let Some(Step::Call { height: Some(height), .. }) = shifted.get_mut(next) {
                *height = height.saturating_add(1);
            }
            prop_assert!(breaches(&shifted) > 0, "after {at}: {steps:?}");
        }
    }
}

/// Orders of many shapes, the same in every run.
fn orders() -> impl Iterator<Item = Vec<Step>> {
    (0..256_u32).map(|seed| {
        // A linear congruential generator, of which the high octets are good enough.
        let next = |state: &u32| {
            let product = state.wrapping_mul(1_664_525);
            Some(product.wrapping_add(1_013_904_223))
        };
        let choices: Vec<u8> = iter::successors(next(&seed), next)
            .map(|state| state.to_be_bytes()[0])
            .take(200)
            .collect();
        legal_order(&choices, ALL)
    })
}

#[test]
fn every_call_of_abci_occurs_in_the_orders() {
    let seen: BTreeSet<Method> = orders()
        .flatten()
        .filter_map(|step| method_of(&step))
        .collect();
    assert_eq!(seen, BTreeSet::from(Method::ALL));
}

#[test]
fn every_order_has_a_height() {
    let is_block = |step: &Step| method_of(step) == Some(Method::FinalizeBlock);
    assert!(orders().all(|steps| steps.iter().any(is_block)));
}

/// The calls of each engine, in their order; an engine has four connections.
fn by_engine(steps: &[Step]) -> Vec<Vec<Method>> {
    let mut engines: BTreeMap<u64, Vec<Method>> = BTreeMap::new();
    for step in steps {
        if let Step::Call {
            connection, method, ..
        } = *step
        {
            engines.entry(connection / 4).or_default().push(method);
        }
    }
    engines.into_values().collect()
}

/// A name, and whether it is what an engine's calls show.
type Form = (&'static str, fn(&[Method]) -> bool);

/// What one engine may do, told from its calls.
const FORMS: [Form; 7] = [
    ("blocks without a state sync", |calls| {
        !calls.contains(&Method::OfferSnapshot) && calls.contains(&Method::Commit)
    }),
    ("a state sync after InitChain", |calls| {
        calls.contains(&Method::InitChain) && synced(calls)
    }),
    ("a state sync without InitChain", |calls| {
        !calls.contains(&Method::InitChain) && synced(calls)
    }),
    ("Info between two chunks", |calls| {
        let of_sync = [Method::Info, Method::OfferSnapshot, CHUNK];
        let sync = calls.iter().filter(|method| of_sync.contains(method));
        let sync: Vec<Method> = sync.copied().collect();
        let mut threes = sync.windows(3);
        threes.any(|three| three == [CHUNK, Method::Info, CHUNK])
    }),
    ("a death in a state sync", |calls| {
        matches!(calls.last(), Some(&(Method::OfferSnapshot | CHUNK)))
    }),
    ("a death in a round", |calls| {
        let of_round = [
            Method::PrepareProposal,
            Method::ProcessProposal,
            Method::ExtendVote,
            Method::VerifyVoteExtension,
        ];
        calls.last().is_some_and(|last| of_round.contains(last))
    }),
    ("a death before Commit", |calls| {
        calls.last() == Some(&Method::FinalizeBlock)
    }),
];

const CHUNK: Method = Method::ApplySnapshotChunk;

/// Whether the engine made blocks after a state sync.
fn synced(calls: &[Method]) -> bool {
    calls.contains(&Method::ApplySnapshotChunk) && calls.contains(&Method::Commit)
}

#[test]
fn every_form_occurs_in_the_orders() {
    for (form, is_seen) in FORMS {
        let mut engines = orders().flat_map(|steps| by_engine(&steps));
        assert!(engines.any(|calls| is_seen(&calls)), "{form}");
    }
}

/// A call of the notebook's language; `n` makes the contents differ.
fn dressed(method: Method, height: Option<i64>, n: u8) -> Call {
    let height = height.unwrap_or_default();
    let tx = bytes::Bytes::from(vec![n]);
    match method {
        Method::Echo => Call::Echo(RequestEcho {
            message: n.to_string(),
        }),
        Method::Flush => Call::Flush(RequestFlush {}),
        Method::Info => Call::Info(RequestInfo::default()),
        Method::InitChain => Call::InitChain(RequestInitChain {
            initial_height: height,
            ..RequestInitChain::default()
        }),
        Method::Query => Call::Query(RequestQuery {
            data: tx,
            ..RequestQuery::default()
        }),
        Method::CheckTx => Call::CheckTx(RequestCheckTx {
            tx,
            ..RequestCheckTx::default()
        }),
        Method::Commit => Call::Commit(RequestCommit {}),
        Method::ListSnapshots => Call::ListSnapshots(RequestListSnapshots {}),
        Method::OfferSnapshot => Call::OfferSnapshot(RequestOfferSnapshot {
            snapshot: Some(Snapshot::default()),
            ..RequestOfferSnapshot::default()
        }),
        Method::LoadSnapshotChunk => Call::LoadSnapshotChunk(RequestLoadSnapshotChunk {
            height: u64::from(n),
            ..RequestLoadSnapshotChunk::default()
        }),
        Method::ApplySnapshotChunk => {
            Call::ApplySnapshotChunk(RequestApplySnapshotChunk::default())
        }
        Method::PrepareProposal => Call::PrepareProposal(RequestPrepareProposal {
            height,
            txs: vec![tx],
            max_tx_bytes: 1_000,
            ..RequestPrepareProposal::default()
        }),
        Method::ProcessProposal => Call::ProcessProposal(RequestProcessProposal {
            height,
            txs: vec![tx],
            ..RequestProcessProposal::default()
        }),
        Method::ExtendVote => Call::ExtendVote(RequestExtendVote {
            height,
            ..RequestExtendVote::default()
        }),
        Method::VerifyVoteExtension => Call::VerifyVoteExtension(RequestVerifyVoteExtension {
            height,
            ..RequestVerifyVoteExtension::default()
        }),
        Method::FinalizeBlock => Call::FinalizeBlock(RequestFinalizeBlock {
            height,
            txs: vec![tx; usize::from(n % 3)],
            ..RequestFinalizeBlock::default()
        }),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 8, failure_persistence: None, ..ProptestConfig::default() })]

    /// The raw peers of our own server run with a checker that panics.
    #[test]
    fn both_servers_answer_any_legal_order_alike(choices in vec(any::<u8>(), 20..120)) {
        let calls: Vec<Call> = legal_order(&choices, ONE)
            .into_iter()
            .zip(choices.iter().cycle())
            .filter_map(|(step, n)| match step {
                Step::Call { method, height, .. } => Some(dressed(method, height, *n)),
                Step::Closed { .. } => None,
            })
            .collect();
        let folder = tempfile::tempdir().unwrap();
        let fresh = || Notebook::new(&Disk::default());
        let answers = same_answers(folder.path(), fresh, &calls).unwrap();
        prop_assert_eq!(answers.len(), calls.len());
    }
}
