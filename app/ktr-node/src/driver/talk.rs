//! What a site says and does at a height, and what it hears over an open line: proposals by its own node's `PrepareProposal`, verdicts by
//! its own `ProcessProposal`. The rules that choose are in `round.rs`.

use bytes::Bytes;
use ktr_core::{
    id::Sha256,
    time::{Secs, Time},
};
use ktr_testkit::Dice;
use tendermint_abci::Application;
use tendermint_proto::v0_38::abci::{
    CheckTxType, RequestPrepareProposal, RequestProcessProposal,
    response_process_proposal::ProposalStatus,
};

use super::{
    block::{Block, Decided, Kind, median},
    evidence::{self, Crime, Evidence},
    journal::Count,
    play::World,
    round::Want,
    site::{Lie, Site, octets, takes},
};
use crate::application::Node;

impl Site {
    /// Does all that its rules want now.
    ///
    /// # Errors
    /// The invariant that does not hold.
    pub(super) fn act(&mut self, world: &mut World<'_>) -> Result<(), String> {
        let node = self.node.clone().ok_or("a site that is down acts")?;
        if self.is_pending() {
            if world.now >= self.apply_at {
                self.apply(&node, world)?;
            }
            return Ok(());
        }
        while let Some(want) = self.round.wants(world.now) {
            self.disk.step();
            match want {
                Want::Decide(round, hash) => {
                    return self.decide(self.round.commit(round, &hash), world);
                }
                Want::Enter(round) => {
                    world.count.add("a round without a block");
                    self.round.enter(round);
                }
                Want::Propose if self.lie == Some(Lie::Silent) => {
                    world.count.add("a silent proposer");
                    self.round.wait(world.now);
                }
                Want::Propose => self.propose(&node, world),
                Want::Judge(hash) => self.judge(&node, hash, &mut world.count)?,
                Want::Vote(kind, block) => self.vote(kind, block, (self.clock)(world.right())),
                Want::Keep(hash) => self.round.keep(hash),
                Want::Wait => self.round.wait(world.now),
            }
        }
        Ok(())
    }

    fn decide(&mut self, decided: Decided, world: &mut World<'_>) -> Result<(), String> {
        world.journal.decide(&decided)?;
        self.kept.decided.push(decided);
        // Each site executes it when it comes to it.
        let lag = if world.is_healed {
            0
        } else {
            world.dice.below(3)
        };
        self.apply_at = world.now + u64::try_from(lag).unwrap();
        Ok(())
    }

    fn propose(&mut self, node: &Node, world: &World<'_>) {
        if let Some((round, hash)) = self.round.valid() {
            let block = self.round.heard.blocks[&hash].clone();
            self.round.propose(block, Some(round));
            return;
        }
        let height = self.kept.state + 1;
        let mut block = Block {
            height,
            proposer: self.me,
            time: self.header_time(world),
            txs: Vec::new(),
            evidence: self.proven(height),
            is_spoiled: self.lie == Some(Lie::Spoils),
        };
        let answer = node.prepare_proposal(RequestPrepareProposal {
            max_tx_bytes: BLOCK_OCTETS,
            txs: self.mempool.clone(),
            misbehavior: evidence::misbehaviour(&block, world.scene, self.round.powers()),
            height: height.try_into().unwrap(),
            time: Some(block.timestamp()),
            ..RequestPrepareProposal::default()
        });
        block.txs = answer.txs;
        if block.is_spoiled {
            block.txs.push(Bytes::from_static(b"garbage"));
        }
        self.round.propose(block, None);
    }

    /// What a block may carry: of heights that are decided.
    fn proven(&self, height: usize) -> Vec<Evidence> {
        let pool = self.pool.iter();
        pool.filter(|one| one.height < height).cloned().collect()
    }

    /// The engine's: genesis time, then the median of the votes for the block before.
    fn header_time(&self, world: &World<'_>) -> Time {
        let last = self.kept.state.checked_sub(1);
        last.map_or(world.scene.start(), |last| {
            median(&self.kept.decided[last].commit, &self.kept.powers[last])
        })
    }

    /// An honest proposal is accepted by every site at its height, a spoiled one by none.
    fn judge(&mut self, node: &Node, hash: Sha256, count: &mut Count) -> Result<(), String> {
        let block = &self.round.heard.blocks[&hash];
        let answer = node.process_proposal(RequestProcessProposal {
            txs: block.txs.clone(),
            hash: octets(&hash),
            height: block.height.try_into().unwrap(),
            time: Some(block.timestamp()),
            ..RequestProcessProposal::default()
        });
        let is_good = answer.status == i32::from(ProposalStatus::Accept);
        if is_good == block.is_spoiled {
            return Err(format!(
                "height {}: site {} says {is_good} of a proposal of site {}",
                block.height, self.me, block.proposer
            ));
        }
        if !is_good {
            count.add("a spoiled proposal refused");
        }
        self.round.verdicts.insert(hash, is_good);
        Ok(())
    }

    /// A vote is later than the header that it is about, so that the next header is, too.
    fn vote(&mut self, kind: Kind, block: Option<Sha256>, clock: Time) {
        let about = block.and_then(|hash| self.round.heard.blocks.get(&hash));
        let time = about.map_or(clock, |block| clock.max(block.time.plus(Secs(1))));
        self.round.vote(kind, block, time);
        if self.lie == Some(Lie::Twice) && block.is_some() {
            self.lie = None;
            self.round.says(kind, None, time);
        }
    }

    /// All that another site can tell it.
    ///
    /// # Errors
    /// The invariant that does not hold.
    pub(super) fn hear(&mut self, from: &Self, world: &mut World<'_>) -> Result<(), String> {
        let (me, height) = (self.me, self.round.heard.height);
        if from.round.heard.height == height {
            let hears = |word| world.hears(me, height, word);
            self.round.heard.merge(&from.round.heard, hears);
            for site in self.round.heard.twice() {
                self.learn(&Evidence {
                    crime: Crime::Twice,
                    height,
                    signers: vec![site],
                });
            }
        }
        for evidence in &from.pool {
            self.learn(evidence);
        }
        for tx in &from.mempool {
            self.offer(tx);
        }
        let next = from.kept.decided.get(self.kept.state);
        let hears = !self.is_pending() && world.hears(me, height, DECIDED);
        if let Some(decided) = next.filter(|_| hears) {
            if !self.round.is_commit(decided) {
                return Err(format!("height {height} was decided by no quorum"));
            }
            world.count.add("a block from another site");
            self.decide(decided.clone(), world)?;
        }
        Ok(())
    }

    /// Evidence that is in no block yet.
    pub(super) fn learn(&mut self, evidence: &Evidence) {
        let mut blocks = self.kept.decided.iter().map(|decided| &decided.block);
        let is_known = blocks.any(|block| block.evidence.contains(evidence));
        if !is_known && !self.pool.contains(evidence) {
            self.pool.push(evidence.clone());
        }
    }

    /// A transaction comes to its mempool.
    pub(super) fn offer(&mut self, tx: &Bytes) {
        if let Some(node) = &self.node
            && self.known.insert(tx.clone())
            && takes(node, tx, CheckTxType::New)
        {
            self.mempool.push(tx.clone());
        }
    }
}

impl World<'_> {
    /// Whether something that is said at a height comes through to a site.
    fn hears(&self, me: usize, height: usize, [round, what, by]: [usize; 3]) -> bool {
        self.drops.is_none_or(|key| {
            let place = [height, round, what, by, me].into_iter();
            let place = place.map(|part| u64::try_from(part).unwrap());
            let place = place.fold(0_u64, |before, part| before * 64 + part);
            Dice::new(key ^ place).below(DROPPED) > 0
        })
    }
}

/// A block that another site decided, among what may be dropped.
const DECIDED: [usize; 3] = [0, 3, 0];

/// Of so many votes one is dropped, where they are.
const DROPPED: usize = 3;

/// What a block has room for.
const BLOCK_OCTETS: i64 = 1_000_000;
