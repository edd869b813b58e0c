//! **The order of a block**: admit, due, then each transaction decides; every event evolves the state and is appended as it happens;
//! last the leaf of used nonces, the tree and the app hash.
//! Pure: the same ledger and the same block give the same batch everywhere, or the chain has forked.

use std::collections::BTreeSet;

use jmt::storage::TreeReader;
use ktr_core::{
    BlockContext, Context, Event, RecordKey, decide, due, evolve,
    id::{Height, Sha256},
    time::Time,
};
use ktr_proof::log::{self, Subtree};
use ktr_wire::{
    Refusal, record,
    recorded::{Entry, Recorded, UsedNonce},
};

use crate::{
    admit::{Admitted, Pending, Signed},
    batch::{Batch, Leaf, TxResult},
    judge::Judge,
    ledger::Ledger,
    tree::{self, Unreadable},
};

/// What the engine has decided.
#[derive(Clone, Copy, Debug)]
pub struct Block<'a, T> {
    /// One more than the last.
    pub height: Height,
    /// Header time in whole seconds.
    pub time: Time,
    /// The transactions in their order.
    pub txs: &'a [T],
}

impl Ledger {
    /// Executes a block. Nothing is stored: drop the result and execute again for the same app hash.
    ///
    /// # Errors
    /// [`Unreadable`] if the tree cannot be read; the caller stops rather than guess.
    pub fn block<T: AsRef<[u8]>>(
        self,
        reader: &impl TreeReader,
        judge: &impl Judge,
        block: &Block<'_, T>,
    ) -> Result<(Self, Batch), Unreadable> {
        // Signatures are judged with the keys as they stood before this block, as proposers and voters judged them.
        let admitted = self.admit(block.txs, block.time, judge);
        let mut run = Run::new(self, block);
        let forgotten = run.ledger.parts.replay.forget(block.time);
        for event in due(run.ledger.state(), &run.context) {
            run.happen(event, None);
        }
        let mut pending = Pending::default();
        for admitted in admitted {
            run.transact(admitted, &mut pending);
        }
        run.finish(reader, forgotten)
    }
}

/// A block under way.
struct Run {
    ledger: Ledger,
    context: BlockContext,
    leaves: Vec<Leaf>,
    log_nodes: Vec<Subtree>,
    touched: BTreeSet<RecordKey>,
    used: Vec<UsedNonce>,
    results: Vec<TxResult>,
}

impl Run {
    fn new<T>(ledger: Ledger, block: &Block<'_, T>) -> Self {
        Self {
            ledger,
            context: BlockContext {
                height: block.height,
                time: block.time,
            },
            leaves: Vec::new(),
            log_nodes: Vec::new(),
            touched: BTreeSet::new(),
            used: Vec::new(),
            results: Vec::new(),
        }
    }

    /// Lets an event happen: the state changes and the log grows.
    fn happen(&mut self, event: Event, tx_hash: Option<Sha256>) {
        evolve(&mut self.ledger.parts.state, &event);
        self.touched.extend(event.touches());
        self.append(Entry::Event(event), tx_hash);
    }

    fn append(&mut self, entry: Entry, tx_hash: Option<Sha256>) {
        let BlockContext { height, time } = self.context;
        let index = self.ledger.parts.log.size();
        let recorded = Recorded {
            index,
            height,
            time,
            tx_hash,
            entry,
        };
        let octets = recorded.encode();
        self.log_nodes
            .extend(self.ledger.parts.log.append(log::leaf(&octets)));
        self.leaves.push(Leaf { recorded, octets });
    }

    /// Lets one transaction act, and notes what became of it.
    fn transact(&mut self, Admitted { hash, verdict }: Admitted, pending: &mut Pending) {
        let first = self.ledger.parts.log.size();
        let signer = verdict.as_ref().ok().map(|signed| signed.signer);
        let events = verdict.and_then(|signed| self.decide(&signed, pending));
        let refusal = events.as_ref().err().copied();
        for event in events.into_iter().flatten() {
            self.happen(event, Some(hash));
        }
        let count = self.ledger.parts.log.size().saturating_sub(first);
        self.results.push(TxResult {
            hash,
            signer,
            refusal,
            first,
            count,
        });
    }

    /// A well signed, well enveloped transaction uses up its nonce whether its command is accepted or not.
    fn decide(&mut self, signed: &Signed, pending: &mut Pending) -> Result<Vec<Event>, Refusal> {
        self.ledger.fits(signed, self.context.time, pending)?;
        let transaction = &signed.transaction;
        self.used.push(UsedNonce {
            signer: signed.signer,
            nonce: transaction.nonce,
            expires_at: transaction.expires_at,
        });
        let context = Context {
            block: self.context,
            signer: signed.signer,
            proposal: transaction.proposal,
            command: transaction.command_digest,
        };
        Ok(decide(self.ledger.state(), &context, &transaction.command)?)
    }

    /// Closes the block: the leaf of used nonces, the tree, the app hash.
    fn finish(
        mut self,
        reader: &impl TreeReader,
        forgotten: Vec<Height>,
    ) -> Result<(Ledger, Batch), Unreadable> {
        if !self.used.is_empty() {
            self.append(Entry::nonces(&self.used), None);
        }
        let state = self.ledger.state();
        let touched = self.touched.iter().filter_map(|key| state.record(*key));
        let records: Vec<_> = touched
            .map(|record| (record.key(), record::encode(&record)))
            .collect();
        let parts = &mut self.ledger.parts;
        let tree = if records.is_empty() {
            None
        } else {
            // jmt reads the root of the version before, so versions count the blocks that changed a record.
            parts.tree_version = parts.tree_version.saturating_add(1);
            let (root, update) = tree::update(reader, parts.tree_version, &records)?;
            parts.state_root = root;
            Some(update)
        };
        parts.height = self.context.height;
        parts.time = self.context.time;
        parts.replay.remember(self.context.height, &self.used);
        let batch = Batch {
            height: self.context.height,
            time: self.context.time,
            leaves: self.leaves,
            log_nodes: self.log_nodes,
            log_size: parts.log.size(),
            log_root: parts.log.root(),
            records,
            tree,
            tree_version: parts.tree_version,
            state_root: parts.state_root,
            used: self.used,
            forgotten,
            results: self.results,
            app_hash: self.ledger.app_hash(),
        };
        Ok((self.ledger, batch))
    }
}
