//! **The order of a block**: admit, due, misbehaviour, then each transaction decides; every event evolves the state and is appended as
//! it happens; last the leaf of used nonces, the tree and the app hash.
//! Pure: the same ledger and the same block give the same batch everywhere, or the chain has forked.

use std::collections::{BTreeMap, BTreeSet};

use jmt::storage::TreeReader;
use ktr_core::{
    BlockContext, Context, Event, RecordKey, decide, due, evolve,
    governance::Misbehaviour,
    id::{Height, Sha256, ValidatorKey},
    time::Time,
};
use ktr_proof::log::{self, Subtree};
use ktr_wire::{
    Refusal, digest, record,
    recorded::{Entry, Recorded, UsedNonce},
};

use crate::{
    admit::{Admitted, Pending, Signed},
    batch::{Batch, Leaf, Power, TxResult},
    judge::Judge,
    ledger::Ledger,
    stopped::Stopped,
    tree::{self, Unreadable},
};

/// What the engine has decided.
#[derive(Clone, Copy, Debug)]
pub struct Block<'a, T> {
    /// One more than the last.
    pub height: Height,
    /// Header time in whole seconds.
    pub time: Time,
    /// Validators that the engine caught, in its order.
    pub misbehaviour: &'a [Misbehaviour],
    /// The transactions in their order.
    pub txs: &'a [T],
}

impl Ledger {
    /// Executes a block. Nothing is stored: drop the result, and a clone executes again to the same app hash.
    ///
    /// # Errors
    /// [`Stopped`] if the tree cannot be read, or an upgrade ended this version; the caller stops rather than guess.
    pub fn block<T: AsRef<[u8]>>(
        self,
        reader: &impl TreeReader,
        judge: &impl Judge,
        block: &Block<'_, T>,
    ) -> Result<(Self, Batch), Stopped> {
        if let Some(upgrade) = self.halted() {
            return Err(Stopped::Halted(upgrade));
        }
        // Signatures are judged with the keys as they stood before this block, as proposers and voters judged them.
        let admitted = self.admit(block.txs, block.time, judge);
        let mut run = Run::new(self, block);
        run.ledger.parts.replay.forget(block.time);
        for event in due(run.ledger.state(), &run.context) {
            run.happen(event, None);
        }
        for caught in block.misbehaviour {
            run.catch(*caught);
        }
        let mut pending = Pending::default();
        for admitted in admitted {
            run.transact(admitted, &mut pending);
        }
        Ok(run.finish(reader)?)
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
    powers: BTreeMap<ValidatorKey, u64>,
    /// The version of the rules before this block.
    version: u64,
}

impl Run {
    fn new<T>(ledger: Ledger, block: &Block<'_, T>) -> Self {
        Self {
            powers: powers(&ledger),
            version: ledger.app_version(),
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

    /// Notes a validator that the engine caught; the ledger finds its key, because an address is a hash.
    fn catch(&mut self, caught: Misbehaviour) {
        let governance = &self.ledger.state().governance;
        let mut keys = governance.validators().iter().map(|site| site.key);
        let key = keys.find(|key| digest::address(key) == caught.address);
        let event = caught.event(governance, key);
        self.happen(Event::Governance(event), None);
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

    /// A transaction whose signature and envelope are in order uses up its nonce, whether its command is accepted or not.
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
            mandate: transaction.mandate,
        };
        Ok(decide(self.ledger.state(), &context, &transaction.command)?)
    }

    /// Closes the block: the leaf of used nonces, the tree, the app hash.
    fn finish(mut self, reader: &impl TreeReader) -> Result<(Ledger, Batch), Unreadable> {
        if !self.used.is_empty() {
            self.append(Entry::nonces(&self.used), None);
        }
        let state = self.ledger.state();
        let touched = self.touched.iter().filter_map(|key| state.record(*key));
        let records: Vec<_> = touched
            .map(|record| (record.key(), record::encode(&record)))
            .collect();
        let powers = changed(&self.powers, &powers(&self.ledger));
        let halt = self.ledger.halted();
        let version = self.ledger.app_version();
        let raised = (version != self.version).then_some(version);
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
            powers,
            raised,
            halt,
            results: self.results,
            app_hash: self.ledger.app_hash(),
        };
        Ok((self.ledger, batch))
    }
}

/// The power of every validator, by key.
fn powers(ledger: &Ledger) -> BTreeMap<ValidatorKey, u64> {
    let validators = ledger.state().governance.validators().iter();
    validators.map(|site| (site.key, site.power)).collect()
}

/// What the engine must hear: it stops every node for good if a key comes twice or one that is not in the set goes.
fn changed(
    before: &BTreeMap<ValidatorKey, u64>,
    after: &BTreeMap<ValidatorKey, u64>,
) -> Vec<Power> {
    let gone = before.keys().filter(|key| !after.contains_key(key));
    let gone = gone.map(|key| (*key, 0));
    let new = after
        .iter()
        .filter(|(key, power)| before.get(key) != Some(power));
    let all: BTreeMap<_, _> = gone.chain(new.map(|(key, power)| (*key, *power))).collect();
    all.into_iter()
        .map(|(key, power)| Power { key, power })
        .collect()
}
