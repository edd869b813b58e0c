//! The blocks of the matrix, and what a node that never crashed made of them.
//! It is the judge of every other run; the in-process chain of the testkit is the judge of it.

use std::sync::Arc;

use tendermint_abci::Application;
use tendermint_proto::v0_38::abci::{
    RequestFinalizeBlock, RequestInitChain, ResponseFinalizeBlock,
};

use super::disk::{Fault, Faulty, Table};
use crate::{
    stage::Stage,
    store::{Kept, Store},
};

/// One height.
pub(super) struct Height {
    pub(super) request: RequestFinalizeBlock,
    pub(super) response: ResponseFinalizeBlock,
    /// Every row after its Commit.
    pub(super) rows: Arc<Table>,
}

pub(super) struct History {
    pub(super) stage: Stage,
    pub(super) genesis: RequestInitChain,
    pub(super) heights: Vec<Height>,
}

impl History {
    /// So few heights that every crash in every recovery can be tried.
    pub(super) fn new() -> Self {
        Self::of(HEIGHTS)
    }

    /// Genesis, members, idle blocks, refused and repeated transactions, nonces that go with their window, nodes that go with theirs.
    pub(super) fn of(heights: usize) -> Self {
        let mut stage = Stage::new();
        let genesis = stage.genesis();
        let disk = Faulty::new(Fault::None);
        let node = stage.open_with(Store::over(disk.clone()).keeping(KEPT));
        node.init_chain(genesis.clone());
        let mut made = Vec::new();
        let mut last = Vec::new();
        for n in 1..=heights {
            let txs = match n % 4 {
                2 => {
                    // Odd ones behind 255: each once up to 510 heights.
                    let member = u8::try_from(n).or_else(|_large| u8::try_from(n - 255));
                    let (_, _, tx) = stage.admission(member.unwrap());
                    last = vec![tx, stage.refused()];
                    last.clone()
                }
                3 => last.clone(),
                _ => vec![],
            };
            if n % 4 == 0 {
                // Longer than a nonce counts and its list is kept.
                stage.chain.wait(90_001);
            }
            let request = stage.request(&txs);
            let (response, _) = stage.block(&node, &txs);
            made.push(Height {
                request,
                response,
                rows: disk.table(),
            });
        }
        Self {
            stage,
            genesis,
            heights: made,
        }
    }

    /// The rows after a height; none at 0.
    pub(super) fn rows(&self, height: usize) -> Arc<Table> {
        height
            .checked_sub(1)
            .map_or_else(Arc::default, |place| Arc::clone(&self.heights[place].rows))
    }
}

/// So little that Commits of a history remove nodes of the tree and a list of nonces, and leave nodes to the next.
pub(super) const KEPT: Kept = Kept {
    versions: 1,
    step: 2,
    nonces: 1,
};

/// Heights of a history.
const HEIGHTS: usize = 6;
