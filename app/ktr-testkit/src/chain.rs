//! A chain in this process: the real ledger, a tree in memory, every leaf and subtree kept.
//! Blocks are made when a test says so; nothing waits and nothing is random.

use std::collections::BTreeMap;

use ktr_core::{
    Command, State,
    governance::Misbehaviour,
    id::{Height, MemberId, Nonce, ProposalId, Sha256},
    time::{Secs, Time},
};
use ktr_ledger::{Batch, Block, Ledger, Memory, OneByOne, Overlay, TxResult};
use ktr_wire::{Refusal, recorded::Recorded, transaction::Draft};

use crate::{actor::Actor, cast::Cast, in_bulk::InBulk};

/// What became of a transaction: the names of its events, or the refusal.
pub type Judged = Result<Vec<&'static str>, Refusal>;

/// A chain in this process.
#[derive(Debug)]
pub struct Chain {
    /// Who acts on it.
    pub cast: Cast,
    ledger: Option<Ledger>,
    tree: Memory,
    leaves: Vec<Vec<u8>>,
    subtrees: BTreeMap<(u8, u64), Sha256>,
    nonce: u64,
    now: Time,
    /// Who judges signatures, if not each is judged by itself.
    in_bulk: Option<InBulk>,
}

/// The chain id of every in-process chain.
const CHAIN_ID: &str = "ktr-test-1";

impl Chain {
    /// A chain whose first block is made: the first term has begun.
    #[must_use]
    pub fn begun() -> Self {
        let mut chain = Self::unborn();
        chain.block(&[]);
        chain
    }

    /// A chain before its first block.
    #[must_use]
    pub fn unborn() -> Self {
        let start = Time(1_900_000_000);
        let cast = Cast::new(start);
        let (ledger, update) = Ledger::genesis(CHAIN_ID, cast.genesis()).expect("a fresh tree");
        let mut tree = Memory::default();
        tree.apply(&update);
        Self {
            cast,
            ledger: Some(ledger),
            tree,
            leaves: Vec::new(),
            subtrees: BTreeMap::new(),
            nonce: 0,
            now: start,
            in_bulk: None,
        }
    }

    /// The same chain, executed by a program of this application version.
    #[must_use]
    pub fn run_by(mut self, version: u64) -> Self {
        self.ledger = self.ledger.map(|ledger| ledger.run_by(version));
        self
    }

    /// The same chain, whose signatures are judged as a node judges them: in bulk, and with the operating system's randomness.
    #[must_use]
    pub fn judged_in_bulk(mut self) -> Self {
        self.in_bulk = Some(InBulk::default());
        self
    }

    /// Signatures that were found good together with others; none if each is judged by itself.
    #[must_use]
    pub fn held_in_bulk(&self) -> usize {
        self.in_bulk.as_ref().map_or(0, InBulk::held)
    }

    /// Its id.
    #[must_use]
    pub const fn id(&self) -> &'static str {
        CHAIN_ID
    }

    /// The ledger after the last block.
    #[must_use]
    pub const fn ledger(&self) -> &Ledger {
        self.ledger.as_ref().expect("no block is running")
    }

    /// The state after the last block.
    #[must_use]
    pub const fn state(&self) -> &State {
        self.ledger().state()
    }

    /// The tree that proves the records.
    #[must_use]
    pub const fn tree(&self) -> &Memory {
        &self.tree
    }

    /// Every leaf of the log.
    #[must_use]
    pub fn leaves(&self) -> &[Vec<u8>] {
        &self.leaves
    }

    /// A stored subtree of the log.
    #[must_use]
    pub fn subtree(&self, level: u8, index: u64) -> Option<Sha256> {
        self.subtrees.get(&(level, index)).copied()
    }

    /// The header time of the next block.
    #[must_use]
    pub const fn now(&self) -> Time {
        self.now
    }

    /// Lets time pass before the next block.
    pub fn wait(&mut self, secs: u64) {
        self.now = self.now.plus(Secs(secs));
    }

    /// Makes a block of these transactions.
    pub fn block(&mut self, txs: &[Vec<u8>]) -> Batch {
        self.block_with(&[], txs)
    }

    /// Makes a block in which the engine reports misbehaviour, too.
    pub fn block_with(&mut self, misbehaviour: &[Misbehaviour], txs: &[Vec<u8>]) -> Batch {
        let ledger = self.ledger.take().expect("no block is running");
        let height = Height(ledger.height().0.saturating_add(1));
        let reader = Overlay {
            pending: None,
            stored: &self.tree,
        };
        let block = Block {
            height,
            time: self.now,
            misbehaviour,
            txs,
        };
        let made = match &self.in_bulk {
            Some(judge) => ledger.block(&reader, judge, &block),
            None => ledger.block(&reader, &OneByOne, &block),
        };
        let (ledger, batch) = made.expect("the tree is readable");
        if let Some(update) = &batch.tree {
            self.tree.apply(update);
        }
        self.leaves
            .extend(batch.leaves.iter().map(|leaf| leaf.octets.clone()));
        self.subtrees.extend(
            batch
                .log_nodes
                .iter()
                .map(|at| ((at.level, at.index), at.hash)),
        );
        self.ledger = Some(ledger);
        batch
    }

    /// A signed transaction with a fresh nonce.
    pub fn tx(&mut self, actor: &Actor, command: Command) -> Vec<u8> {
        self.nonce = self.nonce.saturating_add(1);
        actor.transact(CHAIN_ID, self.nonce, self.now, command)
    }

    /// A signed transaction that registers `key` for `member`, with its proof.
    pub fn registering(
        &mut self,
        sender: &Actor,
        key: &Actor,
        member: &MemberId,
        command: Command,
    ) -> Vec<u8> {
        let proof = key.prove(CHAIN_ID, member, self.now);
        let draft = self.draft(command, proof);
        sender.sign(&draft, self.now)
    }

    /// A signed transaction whose command rests on a proposal.
    pub fn mandated(&mut self, sender: &Actor, proposal: ProposalId, command: Command) -> Vec<u8> {
        let draft = Draft {
            proposal: Some(proposal),
            ..self.draft(command, Vec::new())
        };
        sender.sign(&draft, self.now)
    }

    /// What somebody is about to sign, with a fresh nonce and what a new key signed.
    pub fn draft(&mut self, command: Command, key_proof: Vec<u8>) -> Draft {
        self.nonce = self.nonce.saturating_add(1);
        let mut digest = [0; 16];
        let low = self.nonce.to_be_bytes();
        digest.iter_mut().zip(low).for_each(|(to, from)| *to = from);
        Draft {
            chain_id: CHAIN_ID.to_owned(),
            nonce: Nonce(digest),
            expires_at: self.now.plus(Secs(3_600)),
            command,
            proposal: None,
            key_proof,
        }
    }

    /// Sends one command in a block of its own.
    pub fn send(&mut self, actor: &Actor, command: Command) -> Judged {
        let tx = self.tx(actor, command);
        self.judge(tx)
    }

    /// Puts one transaction into a block of its own and says what became of it.
    pub fn judge(&mut self, tx: Vec<u8>) -> Judged {
        let batch = self.block(&[tx]);
        match batch.results.first() {
            Some(TxResult {
                refusal: Some(refusal),
                ..
            }) => Err(*refusal),
            Some(TxResult { hash, .. }) => {
                let of_tx = |recorded: &&Recorded| recorded.tx_hash.as_ref() == Some(hash);
                let leaves = batch.leaves.iter().map(|leaf| &leaf.recorded);
                Ok(leaves.filter(of_tx).map(Recorded::name).collect())
            }
            None => Ok(Vec::new()),
        }
    }
}
