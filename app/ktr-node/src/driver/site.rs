//! One site: a real node over a disk that may crash, and what its engine keeps. Starts, deaths, the handshake, a block's execution.
//! What it says in a round is in `talk.rs`.

use std::{
    collections::BTreeSet,
    panic::{AssertUnwindSafe, catch_unwind},
};

use bytes::Bytes;
use ktr_core::{
    id::Sha256,
    time::{Secs, Time},
};
use tendermint_abci::Application;
use tendermint_proto::v0_38::abci::{
    CheckTxType, RequestCheckTx, RequestFinalizeBlock, RequestInfo, ResponseFinalizeBlock,
};

use super::{
    block::{Block, Decided, Powers},
    evidence::{self, Evidence},
    play::World,
    round::{Round, Rule},
};
use crate::{
    application::Node,
    crash::{
        disk::{Crash, Crashed, Faulty},
        life,
    },
    store::Store,
};

/// What the engine has on its own disk, synced at each step: also what [`Round::forget`] leaves.
pub(super) struct Kept {
    pub(super) decided: Vec<Decided>,
    /// Heights whose blocks it knows to be committed by the node.
    pub(super) state: usize,
    /// The set of each height from 1 on, up to two heights after the state's.
    pub(super) powers: Vec<Powers>,
    /// The answer to the block after the state.
    pub(super) saved: Option<ResponseFinalizeBlock>,
}

/// In what a site lies.
#[derive(PartialEq, Eq)]
pub(super) enum Lie {
    /// Once it votes for a block and for none.
    Twice,
    /// It proposes what no application takes.
    Spoils,
    /// It proposes nothing when it is its turn.
    Silent,
}

pub(super) struct Site {
    pub(super) me: usize,
    pub(super) kept: Kept,
    pub(super) round: Round,
    /// What its clock shows at a time.
    pub(super) clock: fn(Time) -> Time,
    pub(super) lie: Option<Lie>,
    pub(super) mempool: Vec<Bytes>,
    /// What the engine's mempool asked about since it started.
    pub(super) known: BTreeSet<Bytes>,
    pub(super) pool: Vec<Evidence>,
    pub(super) node: Option<Node>,
    pub(super) disk: Faulty,
    /// When the decided block is executed.
    pub(super) apply_at: u64,
    acknowledged: usize,
}

impl Site {
    pub(super) fn new(me: usize, powers: Powers, rule: Rule, disk: Faulty) -> Self {
        Self {
            me,
            kept: Kept {
                decided: Vec::new(),
                state: 0,
                powers: vec![powers; 2],
                saved: None,
            },
            round: Round::new(me, 1, powers, rule),
            clock: |right| right,
            lie: None,
            mempool: Vec::new(),
            known: BTreeSet::new(),
            pool: Vec::new(),
            node: None,
            disk,
            apply_at: 0,
            acknowledged: 0,
        }
    }

    pub(super) const fn is_down(&self) -> bool {
        self.node.is_none()
    }

    /// Whether a block is decided and not executed.
    pub(super) fn is_pending(&self) -> bool {
        self.kept.decided.len() > self.kept.state
    }

    /// Starts on what its disk kept, and may crash again.
    ///
    /// # Errors
    /// The invariant that does not hold.
    pub(super) fn start(
        &mut self,
        crash: Option<Crash>,
        world: &mut World<'_>,
    ) -> Result<(), String> {
        self.disk.begin(crash);
        self.risk(|site| {
            let store = Store::over(site.disk.clone());
            let node = life::open(&world.scene.stage, store)?;
            site.node = Some(node.clone());
            site.handshake(&node, world)
        })?;
        if self.is_down() {
            world.count.add("a crash in a recovery");
        }
        Ok(())
    }

    /// One step of its life.
    ///
    /// # Errors
    /// The invariant that does not hold.
    pub(super) fn live(&mut self, world: &mut World<'_>) -> Result<(), String> {
        if self.is_down() {
            return Ok(());
        }
        self.risk(|site| site.act(world))?;
        if self.is_down() {
            world.count.add("a crash");
        }
        Ok(())
    }

    /// Process and memory are gone.
    pub(super) fn die(&mut self) {
        self.node = None;
        self.mempool.clear();
        self.known.clear();
        self.round.forget();
    }

    fn risk(&mut self, act: impl FnOnce(&mut Self) -> Result<(), String>) -> Result<(), String> {
        match catch_unwind(AssertUnwindSafe(|| act(self))) {
            Ok(done) => done,
            Err(unwound) if unwound.is::<Crashed>() => {
                self.die();
                Ok(())
            }
            Err(unwound) => Err(unwound
                .downcast::<String>()
                .map_or_else(|_other| "a panic".to_owned(), |why| *why)),
        }
    }

    fn handshake(&mut self, node: &Node, world: &mut World<'_>) -> Result<(), String> {
        let info = node.info(RequestInfo::default());
        let app = usize::try_from(info.last_block_height).map_err(|error| error.to_string())?;
        let (done, state) = (self.acknowledged, self.kept.state);
        if app < done {
            return Err(format!(
                "I1: height {done} was acknowledged and the node is at {app}"
            ));
        }
        if app == state {
            let rows = self.disk.table();
            world.journal.is_at(app, &info.last_block_app_hash, &rows)?;
            if app == 0 {
                node.init_chain(world.genesis.clone());
                self.disk.step();
            }
            return Ok(());
        }
        // The node has a block that the engine does not know to be executed: the saved answer takes its place.
        let saved = self.kept.saved.clone().filter(|_| app == state + 1);
        let saved = saved.ok_or_else(|| {
            format!("the node is at {app}, its engine at {state} without the answer to the next")
        })?;
        if info.last_block_app_hash != saved.app_hash {
            return Err(format!("I3: height {app} has another app hash"));
        }
        self.finish(&saved, world)
    }

    /// `FinalizeBlock`, the answer saved, Commit; each `step` is a point at which all may end.
    pub(super) fn apply(&mut self, node: &Node, world: &mut World<'_>) -> Result<(), String> {
        let height = self.kept.state + 1;
        let block = &self.kept.decided[self.kept.state].block;
        let powers = &self.kept.powers[self.kept.state];
        let response = node.finalize_block(RequestFinalizeBlock {
            txs: block.txs.clone(),
            misbehavior: evidence::misbehaviour(block, world.scene, powers),
            hash: octets(&block.hash()),
            height: height.try_into().unwrap(),
            time: Some(block.timestamp()),
            ..RequestFinalizeBlock::default()
        });
        let saved = self.kept.saved.as_ref();
        if saved.is_some_and(|saved| *saved != response) {
            return Err(format!("I3: block {height} executes to another answer"));
        }
        self.disk.step();
        self.kept.saved = Some(response.clone());
        self.disk.step();
        node.commit();
        self.acknowledged = height;
        self.disk.step();
        self.finish(&response, world)
    }

    /// The engine goes on to the next height.
    fn finish(
        &mut self,
        response: &ResponseFinalizeBlock,
        world: &mut World<'_>,
    ) -> Result<(), String> {
        let height = self.kept.state + 1;
        let block = &self.kept.decided[self.kept.state].block;
        let rows = self.disk.table();
        let World { journal, count, .. } = world;
        journal.commit(block, response, rows, count)?;
        // What a block changes is in force two heights later.
        let next = self.kept.powers[height];
        let after = world.scene.updated(next, &response.validator_updates)?;
        evidence::judge(next, &block.evidence, after)
            .map_err(|why| format!("powers of height {}: {why}", height + 2))?;
        note(block, next != after, world);
        self.kept.powers.push(after);
        self.kept.state = height;
        self.kept.saved = None;
        self.pool.retain(|one| !block.evidence.contains(one));
        let node = self.node.clone();
        self.mempool.retain(|tx| {
            let recheck = CheckTxType::Recheck;
            node.as_ref().is_some_and(|node| takes(node, tx, recheck))
        });
        self.round = Round::new(self.me, height + 1, next, self.round.rule());
        Ok(())
    }
}

/// What a block with evidence or a jump of time had.
fn note(block: &Block, has_changed: bool, world: &mut World<'_>) {
    for evidence in &block.evidence {
        world.count.add(evidence.name());
        world.count.add(if has_changed {
            "a power that goes"
        } else {
            "a power that stays"
        });
    }
    // The first has the genesis's, whatever the clocks show.
    if block.height == 1 {
        return;
    }
    let right = world.right();
    if block.time.since(right) > HALF_AN_HOUR {
        world.count.add("a header an hour ahead");
    } else if right.since(block.time) > HALF_AN_HOUR {
        world.count.add("a header held back");
    }
}

/// Whether the node's mempool takes a transaction.
pub(super) fn takes(node: &Node, tx: &Bytes, kind: CheckTxType) -> bool {
    let request = RequestCheckTx {
        tx: tx.clone(),
        r#type: kind.into(),
    };
    node.check_tx(request).code == 0
}

pub(super) fn octets(hash: &Sha256) -> Bytes {
    Bytes::copy_from_slice(&hash.0)
}

const HALF_AN_HOUR: Secs = Secs(1_800);
