//! Blocks of a thousand signed transactions: as a pure function with and without the tree, on disk, and again from an archive.
//! Signatures are made before the clock starts.

use std::time::{Duration, Instant};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use ktr_core::id::Height;
use ktr_ledger::{Block, Ledger, Memory, Overlay, TxResult, results_hash, tree};
use ktr_node::{
    limits::APP_VERSION,
    replay::{self, Line},
    verdicts::Verdicts,
};
use ktr_testkit::table::{Table, percentile, rate};

use crate::{
    node::{self, CHAIN_ID, START, time_of},
    traffic::{BLOCK_TXS, Traffic},
};

const BLOCKS: u64 = 30;
const DISK_BLOCKS: u64 = 100;

pub(crate) fn measure(table: &mut Table) {
    let traffic = Traffic::new(CHAIN_ID, START);
    let blocks: Vec<_> = (2..BLOCKS + 2)
        .map(|height| txs(&traffic, height))
        .collect();
    let size = blocks[0].iter().map(Vec::len).sum::<usize>() / blocks[0].len();
    let lines = pure(table, &traffic, &blocks, size);
    again(table, &traffic, &lines);
    on_disk(table, &traffic, size);
}

/// The transactions of the block at a height; the first admits the members.
fn txs(traffic: &Traffic, height: u64) -> Vec<Vec<u8>> {
    match height {
        1 => traffic.admissions(time_of(1)),
        _ => traffic.block((height - 2) * BLOCK_TXS, time_of(height)),
    }
}

/// Executes in memory; gives the blocks as an auditor exports them.
fn pure(table: &mut Table, traffic: &Traffic, blocks: &[Vec<Vec<u8>>], size: usize) -> Vec<u8> {
    let (mut ledger, update) = Ledger::genesis(CHAIN_ID, traffic.genesis()).unwrap();
    let mut memory = Memory::default();
    memory.apply(&update);
    let verdicts = Verdicts::default();
    let (mut whole, mut bare) = (Vec::new(), Vec::new());
    let mut lines = Vec::new();
    let first = txs(traffic, 1);
    let mut results = Vec::new();
    for (height, txs) in (1..).zip([&first].into_iter().chain(blocks)) {
        lines.extend(line(height, txs, (&ledger, &results)));
        let reader = Overlay {
            pending: None,
            stored: &memory,
        };
        let block = Block {
            height: Height(height),
            time: time_of(height),
            misbehaviour: &[],
            txs,
        };
        let begun = Instant::now();
        let (next, batch) = ledger.block(&reader, &verdicts, &block).unwrap();
        let took = begun.elapsed();
        assert!(batch.results.iter().all(|result| result.refusal.is_none()));
        let begun = Instant::now();
        tree::update(&reader, batch.tree_version, &batch.records).unwrap();
        let of_tree = begun.elapsed();
        if height > 1 {
            whole.push(took);
            bare.push(took.saturating_sub(of_tree));
        }
        if let Some(update) = &batch.tree {
            memory.apply(update);
        }
        ledger = next;
        results = batch.results;
    }
    let per_second = |took: &mut Vec<Duration>| rate(BLOCK_TXS, percentile(took, 50));
    let (whole, bare) = (per_second(&mut whole), per_second(&mut bare));
    table.row(
        &format!("block function, 1,000 signed transactions of {size} B, without the tree"),
        &format!("{bare:.0} tx/s"),
        "≥ 12,000 tx/s a core",
        bare >= 12_000.0,
    );
    table.row(
        "the same with the tree",
        &format!("{whole:.0} tx/s"),
        "≥ 8,000 tx/s a core",
        whole >= 8_000.0,
    );
    lines
}

fn line(height: u64, txs: &[Vec<u8>], (ledger, results): (&Ledger, &[TxResult])) -> Vec<u8> {
    let line = Line {
        height,
        time: time_of(height).0,
        txs: txs.iter().map(|tx| STANDARD.encode(tx)).collect(),
        misbehaviour: Vec::new(),
        app_hash: ledger.app_hash().to_string(),
        last_results_hash: results_hash(results).to_string(),
    };
    let mut octets = serde_json::to_vec(&line).unwrap();
    octets.push(b'\n');
    octets
}

/// Executes the same blocks again from their archive.
fn again(table: &mut Table, traffic: &Traffic, lines: &[u8]) {
    let begun = Instant::now();
    let summary = replay::replay(APP_VERSION, CHAIN_ID, traffic.genesis(), lines).unwrap();
    let speed = rate(summary.txs, begun.elapsed());
    table.row(
        "re-execution of a chain",
        &format!("{speed:.0} tx/s over {} blocks", summary.blocks),
        "≥ 5,000 tx/s",
        speed >= 5_000.0,
    );
}

fn on_disk(table: &mut Table, traffic: &Traffic, size: usize) {
    let folder = tempfile::tempdir().unwrap();
    let node = node::open(folder.path(), CHAIN_ID, || START);
    node::init(&node, traffic);
    node::block(&node, 1, txs(traffic, 1));
    let one = |height| node::block(&node, height, txs(traffic, height));
    let mut took: Vec<Duration> = (2..DISK_BLOCKS + 2).map(one).collect();
    let (middle, p99) = (percentile(&mut took, 50), percentile(&mut took, 99));
    table.row(
        &format!("FinalizeBlock + Commit of 1,000 transactions of {size} B, on disk"),
        &format!("p50 {middle:.1?}, p99 {p99:.1?}"),
        "p99 < 120 ms",
        p99 < Duration::from_millis(120),
    );
}
