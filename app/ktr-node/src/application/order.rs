//! Any legal order of an engine's calls, dead rounds, dying engines and all, leads where the blocks alone lead.
//! The orders come from `ktr-abci`; the judge of every app hash is the in-process chain.

#![expect(
    clippy::arithmetic_side_effects,
    reason = "small counts of a test; an overflow would panic, and be a finding"
)]
#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "the last arm takes the one call that is left"
)]

use std::{cell::Cell, collections::BTreeMap};

use ktr_abci::{
    Method,
    contract::{Range, Step, legal_order},
};
use ktr_testkit::cases;
use proptest::{collection::vec, prelude::*};
use tendermint_abci::Application;
use tendermint_proto::v0_38::abci::{
    RequestCheckTx, RequestEcho, RequestExtendVote, RequestFinalizeBlock, RequestInfo,
    RequestLoadSnapshotChunk, RequestPrepareProposal, RequestProcessProposal, RequestQuery,
    RequestVerifyVoteExtension,
};

use super::Node;
use crate::stage::{Stage, as_bytes, assert_same};

const RANGE: Range = Range {
    engines: 4,
    state_sync: false,
};
const PATHS: [&str; 4] = ["/status", "/state/member", "/event", "/nowhere"];

/// An engine that plays an order: what it proposes and asks for is drawn from a seed.
struct Play {
    stage: Stage,
    /// Good transactions, one that a rule refuses, and garbage.
    pool: Vec<Vec<u8>>,
    drawn: Cell<usize>,
    seed: Vec<u8>,
    /// A block that was decided comes again after a death.
    decided: BTreeMap<i64, (Vec<Vec<u8>>, RequestFinalizeBlock)>,
    answered: Vec<u8>,
}

impl Play {
    fn new(seed: &[u8]) -> Self {
        let mut stage = Stage::new();
        let mut pool: Vec<_> = (1..=6).map(|n| stage.admission(n).2).collect();
        pool.extend([stage.refused(), b"garbage".to_vec()]);
        Self {
            stage,
            pool,
            drawn: Cell::new(0),
            seed: seed.to_vec(),
            decided: BTreeMap::new(),
            answered: Vec::new(),
        }
    }

    fn below(&self, bound: usize) -> usize {
        let at = self.drawn.get();
        self.drawn.set(at + 1);
        usize::from(self.seed[at % self.seed.len()]) % bound
    }

    fn txs(&self) -> Vec<Vec<u8>> {
        let count = self.below(4);
        let draw = |_| self.pool[self.below(self.pool.len())].clone();
        (0..count).map(draw).collect()
    }

    fn committed(&self) -> i64 {
        self.stage.chain.ledger().height().0.try_into().unwrap()
    }

    /// A call of consensus. Heights go as the order says; contents do not depend on it.
    fn consensus(&mut self, node: &Node, method: Method, height: i64) {
        let time = Some(self.stage.time());
        match method {
            Method::InitChain => drop(node.init_chain(self.stage.genesis())),
            Method::PrepareProposal => {
                let offered = self.txs();
                let answer = node.prepare_proposal(RequestPrepareProposal {
                    max_tx_bytes: 100_000,
                    txs: as_bytes(&offered),
                    height,
                    time,
                    ..RequestPrepareProposal::default()
                });
                assert!(answer.txs.len() <= offered.len());
            }
            Method::ProcessProposal => {
                let answer = node.process_proposal(RequestProcessProposal {
                    txs: as_bytes(&self.txs()),
                    height,
                    time,
                    ..RequestProcessProposal::default()
                });
                assert_ne!(answer.status, 0, "an engine panics at UNKNOWN");
            }
            Method::ExtendVote => drop(node.extend_vote(RequestExtendVote::default())),
            Method::VerifyVoteExtension => {
                let answer = node.verify_vote_extension(RequestVerifyVoteExtension::default());
                assert_eq!(answer.status, 1, "empty extensions are accepted");
            }
            Method::FinalizeBlock => {
                if !self.decided.contains_key(&height) {
                    let txs = self.txs();
                    let request = self.stage.request(&txs);
                    self.decided.insert(height, (txs, request));
                }
                let (txs, request) = &self.decided[&height];
                let answer = node.finalize_block(request.clone());
                assert_eq!(answer.tx_results.len(), txs.len());
                self.answered = answer.app_hash.to_vec();
            }
            _ => {
                node.commit();
                let (txs, _) = &self.decided[&(self.committed() + 1)];
                let judged = self.stage.chain.block(txs);
                assert_eq!(self.answered, judged.app_hash.0);
            }
        }
    }

    /// A call that may come at any time.
    fn aside(&self, node: &Node, method: Method) {
        let tx = self.pool[self.below(self.pool.len())].clone();
        match method {
            Method::Echo => drop(node.echo(RequestEcho::default())),
            Method::Flush => drop(node.flush()),
            Method::Info => {
                let answer = node.info(RequestInfo::default());
                assert_eq!(answer.last_block_height, self.committed());
            }
            Method::Query => {
                let path = PATHS[self.below(PATHS.len())].to_owned();
                drop(node.query(RequestQuery {
                    path,
                    data: tx.into(),
                    ..RequestQuery::default()
                }));
            }
            Method::CheckTx => {
                let r#type = i32::from(self.below(2) == 1);
                drop(node.check_tx(RequestCheckTx {
                    tx: tx.into(),
                    r#type,
                }));
            }
            Method::ListSnapshots => drop(node.list_snapshots()),
            _ => drop(node.load_snapshot_chunk(RequestLoadSnapshotChunk::default())),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases("KTR_NODE_ORDERS", 64), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_legal_order_leads_where_its_blocks_alone_lead(
        choices in vec(any::<u8>(), 20..160),
        seed in vec(any::<u8>(), 16..64),
    ) {
        let mut play = Play::new(&seed);
        let mut node = play.stage.open();
        let mut engine = 0;
        for step in legal_order(&choices, RANGE) {
            let Step::Call { connection, method, height } = step else { continue };
            // Half of the engines that come back find the node where it was, the others a new one.
            if connection / 4 != engine {
                engine = connection / 4;
                if play.below(2) == 0 {
                    drop(node);
                    node = play.stage.open();
                }
            }
            match (method, height) {
                (Method::Commit, _) => play.consensus(&node, method, 0),
                (method, Some(height)) => play.consensus(&node, method, height),
                (method, None) => play.aside(&node, method),
            }
        }
        drop(node);
        assert_same(&play.stage.store(), &play.stage.chain);
    }
}
