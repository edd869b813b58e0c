//! The ledger as a value: state, log edge, tree version and root, used nonces.
//! It changes by whole blocks only.

use ktr_core::{
    Genesis, State, evolve,
    governance::Upgrade,
    id::{Height, Sha256},
    limits::APP_VERSION,
    time::Time,
};
use ktr_proof::log::{self, Frontier};
use ktr_wire::{digest, record, recorded::Entry};

use crate::{
    batch::Batch,
    replay::Replay,
    tree::{self, Memory, Unreadable, Update},
};

/// What a ledger is made of, for restoring it from a store.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Parts {
    /// The chain.
    pub chain_id: String,
    /// The state that the records restore.
    pub state: State,
    /// The edge of the log.
    pub log: Frontier,
    /// Height of the last block.
    pub height: Height,
    /// Its header time.
    pub time: Time,
    /// Version of the state tree.
    pub tree_version: u64,
    /// Root of the state tree.
    pub state_root: Sha256,
    /// Used nonces.
    pub replay: Replay,
}

/// The ledger after some block.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Ledger {
    pub(crate) parts: Parts,
    /// The newest version of the rules that this program executes.
    version: u64,
}

impl Ledger {
    /// The ledger before the first block, and version 0 of the state tree, which is stored with block 1.
    ///
    /// # Errors
    /// [`Unreadable`] if the tree cannot be made.
    pub fn genesis(chain_id: &str, genesis: Genesis) -> Result<(Self, Update), Unreadable> {
        let state = State::from(genesis);
        let records: Vec<_> = state
            .records()
            .iter()
            .map(|record| (record.key(), record::encode(record)))
            .collect();
        let (state_root, update) = tree::update(&Memory::default(), 0, &records)?;
        let parts = Parts {
            chain_id: chain_id.to_owned(),
            state,
            log: Frontier::default(),
            height: Height(0),
            time: Time(0),
            tree_version: 0,
            state_root,
            replay: Replay::default(),
        };
        Ok((Self::restore(parts), update))
    }

    /// Restores a ledger.
    #[must_use]
    pub const fn restore(parts: Parts) -> Self {
        Self {
            parts,
            version: APP_VERSION,
        }
    }

    /// The same ledger as a program of this version executes it: it goes on where the versions before have come to their end.
    #[must_use]
    pub fn run_by(self, version: u64) -> Self {
        Self { version, ..self }
    }

    /// What it is made of.
    #[must_use]
    pub fn into_parts(self) -> Parts {
        self.parts
    }

    /// The chain.
    #[must_use]
    pub fn chain_id(&self) -> &str {
        &self.parts.chain_id
    }

    /// The state.
    #[must_use]
    pub const fn state(&self) -> &State {
        &self.parts.state
    }

    /// The edge of the log.
    #[must_use]
    pub const fn log(&self) -> &Frontier {
        &self.parts.log
    }

    /// Used nonces.
    #[must_use]
    pub const fn replay(&self) -> &Replay {
        &self.parts.replay
    }

    /// The version of the rules in force: `version.app` of the next header.
    #[must_use]
    pub fn app_version(&self) -> u64 {
        self.parts.state.governance.app_version()
    }

    /// Height of the last block; 0 before the first.
    #[must_use]
    pub const fn height(&self) -> Height {
        self.parts.height
    }

    /// Header time of the last block.
    #[must_use]
    pub const fn time(&self) -> Time {
        self.parts.time
    }

    /// Version of the state tree.
    #[must_use]
    pub const fn tree_version(&self) -> u64 {
        self.parts.tree_version
    }

    /// Root of the state tree.
    #[must_use]
    pub const fn state_root(&self) -> &Sha256 {
        &self.parts.state_root
    }

    /// The upgrade at whose height this version has come to its end; this ledger takes no further block.
    #[must_use]
    pub fn halted(&self) -> Option<Upgrade> {
        let reached = self.parts.state.governance.resolved()?.reached?;
        (reached.app_version > self.version).then_some(reached)
    }

    /// What the next header carries.
    #[must_use]
    pub fn app_hash(&self) -> Sha256 {
        let log = &self.parts.log;
        digest::app_hash(log.size(), &log.root(), &self.parts.state_root)
    }

    /// Applies the batch of the next block to the ledger before it, event by event: how the committed value follows without a copy.
    pub fn fold(&mut self, batch: &Batch) {
        let parts = &mut self.parts;
        for leaf in &batch.leaves {
            if let Entry::Event(event) = &leaf.recorded.entry {
                evolve(&mut parts.state, event);
            }
            parts.log.append(log::leaf(&leaf.octets));
        }
        parts.height = batch.height;
        parts.time = batch.time;
        parts.tree_version = batch.tree_version;
        parts.state_root = batch.state_root;
        parts.replay.forget(batch.time);
        parts.replay.remember(batch.height, &batch.used);
    }
}
