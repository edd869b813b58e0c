//! Legal orders of calls pass, and each rule is broken by one order that differs in one call.
//! Sequences a real engine makes are in `tests/engine.rs`.

use super::{Breach, Grammar, Rule};
use crate::Method::{self, *};

/// Connections as an engine opens them.
const QUERY: u64 = 0;
const SNAPSHOT: u64 = 1;
const MEMPOOL: u64 = 2;
const CONSENSUS: u64 = 3;

type Step = (u64, Method, Option<i64>);

const fn info() -> Step {
    (QUERY, Info, None)
}

const fn consensus(method: Method, height: i64) -> Step {
    (CONSENSUS, method, Some(height))
}

const fn commit() -> Step {
    (CONSENSUS, Commit, None)
}

fn breaches(steps: &[Step]) -> Vec<Breach> {
    let mut grammar = Grammar::default();
    steps
        .iter()
        .filter_map(|(connection, method, height)| {
            grammar.observe(*connection, *method, *height).err()
        })
        .collect()
}

#[test]
fn a_new_chain_begins_with_init_chain_and_goes_height_by_height() {
    let steps = [
        info(),
        consensus(InitChain, 1),
        consensus(PrepareProposal, 1),
        consensus(ProcessProposal, 1),
        consensus(FinalizeBlock, 1),
        commit(),
        consensus(ProcessProposal, 2),
        consensus(ProcessProposal, 2),
        consensus(FinalizeBlock, 2),
        commit(),
    ];
    assert_eq!(breaches(&steps), []);
}

#[test]
fn blocks_may_come_without_a_proposal_when_they_are_replayed() {
    let steps = [
        info(),
        consensus(FinalizeBlock, 7),
        commit(),
        consensus(FinalizeBlock, 8),
        commit(),
    ];
    assert_eq!(breaches(&steps), []);
}

#[test]
fn reading_calls_come_at_any_time() {
    for method in [
        Echo,
        Flush,
        Info,
        Query,
        CheckTx,
        ListSnapshots,
        LoadSnapshotChunk,
    ] {
        let steps = [
            (MEMPOOL, method, None),
            info(),
            (MEMPOOL, method, None),
            consensus(FinalizeBlock, 1),
            (MEMPOOL, method, None),
            commit(),
            (MEMPOOL, method, None),
        ];
        assert_eq!(breaches(&steps), [], "{method}");
    }
}

#[test]
fn a_state_sync_may_fail_once_and_ends_with_info() {
    let steps = [
        info(),
        (SNAPSHOT, OfferSnapshot, None),
        (SNAPSHOT, ApplySnapshotChunk, None),
        (SNAPSHOT, OfferSnapshot, None),
        (SNAPSHOT, ApplySnapshotChunk, None),
        (SNAPSHOT, ApplySnapshotChunk, None),
        info(),
        consensus(FinalizeBlock, 101),
        commit(),
    ];
    assert_eq!(breaches(&steps), []);
}

#[test]
fn info_between_two_chunks_ends_no_state_sync() {
    let steps = [
        info(),
        (SNAPSHOT, OfferSnapshot, None),
        info(),
        (SNAPSHOT, ApplySnapshotChunk, None),
        info(),
        (SNAPSHOT, ApplySnapshotChunk, None),
        info(),
        info(),
        (SNAPSHOT, OfferSnapshot, None),
        (SNAPSHOT, ApplySnapshotChunk, None),
        info(),
        consensus(FinalizeBlock, 101),
        commit(),
    ];
    assert_eq!(breaches(&steps), []);
}

/// A rule, the call that breaks it, and the calls that lead there.
const BROKEN: [(Rule, Method, &[Step]); 15] = [
    (
        Rule::InfoFirst,
        FinalizeBlock,
        &[consensus(FinalizeBlock, 1), commit()],
    ),
    (
        Rule::InfoFirst,
        PrepareProposal,
        &[consensus(PrepareProposal, 1)],
    ),
    (
        Rule::InitChainFirst,
        InitChain,
        &[
            info(),
            consensus(FinalizeBlock, 1),
            commit(),
            consensus(InitChain, 1),
        ],
    ),
    (
        Rule::SyncFirst,
        OfferSnapshot,
        &[
            info(),
            consensus(FinalizeBlock, 1),
            commit(),
            (SNAPSHOT, OfferSnapshot, None),
        ],
    ),
    (
        Rule::OfferBeforeChunk,
        ApplySnapshotChunk,
        &[info(), (SNAPSHOT, ApplySnapshotChunk, None)],
    ),
    (
        Rule::OfferBeforeChunk,
        ApplySnapshotChunk,
        &[
            info(),
            (SNAPSHOT, OfferSnapshot, None),
            (SNAPSHOT, ApplySnapshotChunk, None),
            info(),
            (MEMPOOL, ApplySnapshotChunk, None),
        ],
    ),
    (
        Rule::OfferBeforeChunk,
        ApplySnapshotChunk,
        &[
            info(),
            (SNAPSHOT, OfferSnapshot, None),
            (SNAPSHOT, ApplySnapshotChunk, None),
            info(),
            consensus(PrepareProposal, 101),
            (SNAPSHOT, ApplySnapshotChunk, None),
        ],
    ),
    (
        Rule::InfoAfterSync,
        FinalizeBlock,
        &[
            info(),
            (SNAPSHOT, OfferSnapshot, None),
            (SNAPSHOT, ApplySnapshotChunk, None),
            info(),
            (SNAPSHOT, ApplySnapshotChunk, None),
            consensus(FinalizeBlock, 9),
            commit(),
        ],
    ),
    (
        Rule::InfoAfterSync,
        FinalizeBlock,
        &[
            info(),
            (SNAPSHOT, OfferSnapshot, None),
            (SNAPSHOT, ApplySnapshotChunk, None),
            consensus(FinalizeBlock, 9),
            commit(),
        ],
    ),
    (Rule::FinalizeBeforeCommit, Commit, &[info(), commit()]),
    (
        Rule::FinalizeBeforeCommit,
        Commit,
        &[info(), consensus(FinalizeBlock, 1), commit(), commit()],
    ),
    (
        Rule::CommitAfterFinalize,
        ProcessProposal,
        &[
            info(),
            consensus(FinalizeBlock, 1),
            consensus(ProcessProposal, 2),
            commit(),
        ],
    ),
    (
        Rule::CommitAfterFinalize,
        FinalizeBlock,
        &[
            info(),
            consensus(FinalizeBlock, 1),
            consensus(FinalizeBlock, 1),
            commit(),
        ],
    ),
    (
        Rule::NextHeight,
        FinalizeBlock,
        &[
            info(),
            consensus(FinalizeBlock, 1),
            commit(),
            consensus(FinalizeBlock, 3),
            commit(),
        ],
    ),
    (
        Rule::OneConnection,
        FinalizeBlock,
        &[
            info(),
            (9, FinalizeBlock, Some(1)),
            (9, Commit, None),
            consensus(FinalizeBlock, 2),
        ],
    ),
];

#[test]
fn each_rule_is_broken_by_the_call_it_names() {
    for (rule, method, steps) in BROKEN {
        assert_eq!(breaches(steps), [Breach { method, rule }], "{rule:?}");
    }
}

#[test]
fn an_engine_that_died_after_finalize_finalises_the_same_height_again() {
    let mut grammar = Grammar::default();
    for (connection, method, height) in [info(), consensus(FinalizeBlock, 5)] {
        grammar.observe(connection, method, height).unwrap();
    }
    grammar.closed(CONSENSUS);
    grammar.observe(7, FinalizeBlock, Some(5)).unwrap();
    grammar.observe(7, Commit, None).unwrap();
}

#[test]
fn a_new_engine_may_call_before_the_end_of_the_old_one_is_seen() {
    let mut grammar = Grammar::default();
    for (connection, method, height) in [info(), consensus(FinalizeBlock, 5)] {
        grammar.observe(connection, method, height).unwrap();
    }
    grammar.observe(4, Info, None).unwrap();
    grammar.observe(7, FinalizeBlock, Some(5)).unwrap();
    grammar.closed(CONSENSUS);
    grammar.observe(7, Commit, None).unwrap();
    grammar.observe(7, FinalizeBlock, Some(6)).unwrap();
}

#[test]
fn a_state_sync_that_was_cut_starts_anew() {
    let mut grammar = Grammar::default();
    for (connection, method, height) in [
        info(),
        (SNAPSHOT, OfferSnapshot, None),
        (SNAPSHOT, ApplySnapshotChunk, None),
    ] {
        grammar.observe(connection, method, height).unwrap();
    }
    grammar.closed(SNAPSHOT);
    grammar.observe(7, InitChain, Some(1)).unwrap();
}

#[test]
fn a_state_sync_that_was_cut_starts_anew_also_after_the_next_engines_info() {
    let mut grammar = Grammar::default();
    for (connection, method, height) in [
        info(),
        (SNAPSHOT, OfferSnapshot, None),
        (SNAPSHOT, ApplySnapshotChunk, None),
        (4, Info, None),
    ] {
        grammar.observe(connection, method, height).unwrap();
    }
    grammar.closed(SNAPSHOT);
    grammar.observe(7, InitChain, Some(1)).unwrap();
}

#[test]
fn the_connection_of_a_state_sync_may_end_once_heights_have_begun() {
    let mut grammar = Grammar::default();
    for (connection, method, height) in [
        info(),
        (SNAPSHOT, OfferSnapshot, None),
        (SNAPSHOT, ApplySnapshotChunk, None),
        info(),
        consensus(FinalizeBlock, 101),
    ] {
        grammar.observe(connection, method, height).unwrap();
    }
    grammar.closed(SNAPSHOT);
    grammar.observe(CONSENSUS, Commit, None).unwrap();
}
