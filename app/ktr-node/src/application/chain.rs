//! The calls that move the chain: `InitChain`, `FinalizeBlock`, Commit.
//! What they cannot answer with a no ends the program.

use std::{
    collections::BTreeSet,
    fmt,
    sync::{Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard},
    thread::JoinHandle,
};

use bytes::Bytes;
use ktr_core::{
    Event, Genesis,
    governance::{self, Misbehaviour},
    id::{Height, Sha256, ValidatorAddress},
    time::Time,
};
use ktr_ledger::{Batch, Block, Ledger, Overlay, Stopped};
use ktr_wire::{Refusal, genesis, recorded::Entry};
use tendermint_proto::{
    google::protobuf::Timestamp,
    v0_38::{
        abci::{
            RequestFinalizeBlock, RequestInitChain, ResponseFinalizeBlock, ValidatorUpdate,
            VoteInfo,
        },
        crypto::public_key::Sum,
        types::BlockIdFlag,
    },
};
use tokio::time::Instant;

use super::{answer, mempool::Mempool};
use crate::{
    exit::Exit,
    halt::{Halt, Reason},
    limits::{CAUGHT_WITHIN, PROPOSAL_TXS_MAX, SIGNER_WAITING_MAX},
    metrics::Meter,
    snapshot::{Joining, Shelf},
    store::{Origin, Signed, Store},
    verdicts::Verdicts,
};

/// Reads the time; the one in production is the program's `clock.rs`.
pub type Clock = Box<dyn Fn() -> Time + Send + Sync>;

/// What the application needs of the world.
pub struct Ports {
    /// The chain of the configuration.
    pub chain_id: String,
    /// This node's own validator, whose signatures in blocks are kept for the key guard; `None` where no key is at stake.
    pub validator: Option<ValidatorAddress>,
    /// The disk.
    pub store: Store,
    /// The snapshots.
    pub shelf: Shelf,
    /// The time, for the mempool and for what rings; no block looks at it.
    pub clock: Clock,
    /// How it ends.
    pub halt: Box<dyn Halt>,
    /// How much it takes at once.
    pub caps: Caps,
}

/// How much a node takes at once. No consensus: another node may take more.
#[derive(Clone, Copy, Debug)]
pub struct Caps {
    /// Transactions in one proposal of its own.
    pub proposal_txs: usize,
    /// Transactions of one signer that wait between two blocks.
    pub signer_waiting: u32,
}

impl Caps {
    /// What a node has.
    pub const NODE: Self = Self {
        proposal_txs: PROPOSAL_TXS_MAX,
        signer_waiting: SIGNER_WAITING_MAX,
    };
}

impl fmt::Debug for Ports {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ports")
            .field("chain_id", &self.chain_id)
            .field("store", &self.store)
            .finish_non_exhaustive()
    }
}

/// All that the four connections share.
pub(super) struct Chain {
    pub(super) ports: Ports,
    pub(super) meter: Meter,
    committed: RwLock<Option<Ledger>>,
    working: Mutex<Working>,
    mempool: Mutex<Mempool>,
    /// A snapshot on its way here.
    joining: Mutex<Option<Joining>>,
    /// The thread that takes a snapshot.
    pub(super) taking: Mutex<Option<JoinHandle<()>>>,
    pub(super) verdicts: Verdicts,
}

/// The ledger as blocks see it, one step ahead of the committed one.
#[derive(Default)]
struct Working {
    ledger: Option<Ledger>,
    origin: Option<Origin>,
    executed: Option<Executed>,
}

/// A block that waits for its Commit.
struct Executed {
    hash: Bytes,
    batch: Batch,
    signed: Option<Signed>,
}

impl Chain {
    pub(super) fn new(ports: Ports, ledger: Option<Ledger>) -> Self {
        let working = Working {
            // The one copy: both values start from what is on disk.
            ledger: ledger.clone(),
            ..Working::default()
        };
        Self {
            meter: Meter::default(),
            committed: RwLock::new(ledger),
            working: Mutex::new(working),
            mempool: Mutex::new(Mempool::of(ports.caps.signer_waiting)),
            joining: Mutex::default(),
            taking: Mutex::default(),
            verdicts: Verdicts::default(),
            ports,
        }
    }

    pub(super) fn committed(&self) -> RwLockReadGuard<'_, Option<Ledger>> {
        self.committed
            .read()
            .unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn mempool(&self) -> MutexGuard<'_, Mempool> {
        self.mempool.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn joining(&self) -> MutexGuard<'_, Option<Joining>> {
        self.joining.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Begins with a ledger that is on disk.
    pub(super) fn begin(&self, ledger: Option<Ledger>) {
        let mut working = self.working();
        *working = Working {
            ledger: ledger.clone(),
            ..Working::default()
        };
        *self.committed_mut() = ledger;
        self.mempool().reset();
    }

    fn committed_mut(&self) -> RwLockWriteGuard<'_, Option<Ledger>> {
        self.committed
            .write()
            .unwrap_or_else(PoisonError::into_inner)
    }

    fn working(&self) -> MutexGuard<'_, Working> {
        self.working.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Starts from genesis; writes nothing, and may come again until block 1 is committed.
    pub(super) fn init(&self, request: &RequestInitChain) -> Result<Sha256, Reason> {
        let stored = self.ports.store.view().meta().map_err(store)?;
        if let Some(meta) = stored {
            return Err(store(format!(
                "the engine starts from genesis and the store is at height {}; restore both from one backup, or remove store and engine data together (keep priv_validator_state.json)",
                meta.height
            )));
        }
        if request.chain_id != self.ports.chain_id {
            return Err(store(format!(
                "the engine's genesis is of chain {}, the configuration names {}; correct chain_id in node.toml, or run init with the network's genesis in an empty folder",
                request.chain_id, self.ports.chain_id
            )));
        }
        let genesis = genesis::from_json(&request.app_state_bytes).map_err(store)?;
        if request.time.is_some() {
            genesis::check_begun(&genesis, seconds(request.time.as_ref())).map_err(store)?;
        }
        compare_validators(&genesis, &request.validators)?;
        let (ledger, update) = Ledger::genesis(&request.chain_id, genesis).map_err(store)?;
        let ledger = ledger.run_by(self.ports.store.app_version());
        let app_hash = ledger.app_hash();
        let mut working = self.working();
        working.origin = Some(Origin::new(&ledger, update));
        working.executed = None;
        *self.committed_mut() = Some(ledger.clone());
        working.ledger = Some(ledger);
        self.mempool().reset();
        tracing::info!(%app_hash, "genesis read");
        Ok(app_hash)
    }

    /// Executes a block; writes nothing.
    pub(super) fn finalize(
        &self,
        request: &RequestFinalizeBlock,
    ) -> Result<ResponseFinalizeBlock, Reason> {
        let mut working = self.working();
        let height = Height(u64::try_from(request.height).unwrap_or(0));
        if let Some(executed) = &working.executed {
            return again(executed, request, height);
        }
        let Some(ledger) = working.ledger.take() else {
            return Err(store("a block came before InitChain"));
        };
        if Some(height.0) != ledger.height().0.checked_add(1) {
            return Err(store(format!(
                "the engine wants to execute block {height} and the store is at height {}",
                ledger.height()
            )));
        }
        if !request.misbehavior.is_empty() {
            tracing::warn!(%height, count = request.misbehavior.len(), "misbehaviour of a validator");
        }
        let caught = misbehaviour(request)?;
        let block = Block {
            height,
            time: seconds(request.time.as_ref()),
            misbehaviour: &caught,
            txs: &request.txs,
        };
        let view = self.ports.store.view();
        let reader = Overlay {
            pending: working.origin.as_ref().map(|origin| &origin.update),
            stored: &view,
        };
        let (ledger, batch) = ledger
            .block(&reader, &self.verdicts, &block)
            .map_err(stopped)?;
        let response = answer::finalized(&batch);
        tracing::info!(
            %height,
            txs = batch.results.len(),
            refused = batch.results.iter().filter(|result| result.refusal.is_some()).count(),
            events = batch.leaves.len(),
            app_hash = %batch.app_hash,
            "block executed"
        );
        working.ledger = Some(ledger);
        working.executed = Some(Executed {
            hash: request.hash.clone(),
            batch,
            signed: self.signed(request, height),
        });
        Ok(response)
    }

    /// The signature of this node's own validator that a block carries. A vote for no block is one too.
    fn signed(&self, request: &RequestFinalizeBlock, Height(height): Height) -> Option<Signed> {
        let address = self.ports.validator?;
        let is_ours = |vote: &&VoteInfo| {
            let voted = vote.validator.as_ref();
            let voted = voted.and_then(|voted| ValidatorAddress::from_slice(&voted.address));
            voted == Some(address)
        };
        let votes = &request.decided_last_commit.as_ref()?.votes;
        let flag = votes.iter().find(is_ours)?.block_id_flag();
        let has_signed = matches!(flag, BlockIdFlag::Commit | BlockIdFlag::Nil);
        has_signed.then_some(Signed {
            address,
            height: Height(height.checked_sub(1)?),
        })
    }

    /// Writes the executed block, then shows it; gives its height.
    pub(super) fn commit(&self) -> Result<Height, Reason> {
        let mut working = self.working();
        let Some(executed) = working.executed.take() else {
            return Err(store("a Commit came without a block"));
        };
        let batch = &executed.batch;
        let origin = working.origin.take();
        let begun = Instant::now();
        let Ports {
            chain_id,
            store: disk,
            ..
        } = &self.ports;
        let written = disk.commit(chain_id, origin.as_ref(), batch, executed.signed);
        written.map_err(|error| {
            let code = error.disk_code().unwrap_or("none");
            tracing::error!(height = %batch.height, code, "block not written");
            store(error)
        })?;
        let codes = batch
            .results
            .iter()
            .map(|result| result.refusal.map_or(0, Refusal::code));
        self.meter.committed(begun.elapsed(), codes);
        // A site that catches up executes what is long known.
        if batch.time.plus(CAUGHT_WITHIN) >= (self.ports.clock)() {
            self.meter.caught(caught(batch));
        }
        let mut committed = self.committed_mut();
        if let Some(ledger) = committed.as_mut() {
            ledger.fold(batch);
        }
        let shown = committed.as_ref().map(Ledger::app_hash);
        drop(committed);
        if shown != Some(batch.app_hash) {
            return Err(Reason {
                exit: Exit::AppHash,
                why: format!(
                    "block {} folds to another app hash than it executed to",
                    batch.height
                ),
            });
        }
        self.mempool().reset();
        drop(working);
        match batch.halt {
            None => Ok(batch.height),
            Some(upgrade) => Err(stopped(Stopped::Halted(upgrade))),
        }
    }
}

/// The engine came back without us having been restarted: the same block gets the same answer.
fn again(
    executed: &Executed,
    request: &RequestFinalizeBlock,
    height: Height,
) -> Result<ResponseFinalizeBlock, Reason> {
    if executed.batch.height == height && executed.hash == request.hash {
        return Ok(answer::finalized(&executed.batch));
    }
    Err(Reason {
        exit: Exit::AppHash,
        why: format!(
            "block {} was executed and waits for its Commit, and the engine brings another block as number {height}",
            executed.batch.height
        ),
    })
}

/// Header time floored to seconds.
pub(super) fn seconds(time: Option<&Timestamp>) -> Time {
    Time(time.map_or(0, |time| u64::try_from(time.seconds).unwrap_or(0)))
}

fn compare_validators(genesis: &Genesis, engine: &[ValidatorUpdate]) -> Result<(), Reason> {
    let ours: BTreeSet<(Vec<u8>, i64)> = genesis
        .validators
        .iter()
        .map(|site| {
            (
                site.key.0.to_vec(),
                i64::try_from(site.power).unwrap_or(i64::MAX),
            )
        })
        .collect();
    let theirs: BTreeSet<(Vec<u8>, i64)> = engine
        .iter()
        .filter_map(|update| match update.pub_key.as_ref()?.sum.as_ref()? {
            Sum::Ed25519(key) => Some((key.clone(), update.power)),
            Sum::Secp256k1(_) => None,
        })
        .collect();
    if ours == theirs && theirs.len() == engine.len() {
        return Ok(());
    }
    Err(store(format!(
        "the engine's genesis has {} validators, app_state has {}, and they are not the same keys and powers",
        engine.len(),
        ours.len()
    )))
}

/// Who was caught, as the ledger wants it.
fn misbehaviour(request: &RequestFinalizeBlock) -> Result<Vec<Misbehaviour>, Reason> {
    let caught = request.misbehavior.iter().map(|caught| {
        let validator = caught.validator.as_ref();
        let address = validator.and_then(|found| ValidatorAddress::from_slice(&found.address));
        let height = u64::try_from(caught.height).ok();
        address
            .zip(height)
            .map(|(address, height)| Misbehaviour {
                address,
                height: Height(height),
            })
            .ok_or_else(|| store("the engine reports misbehaviour of nobody"))
    });
    caught.collect()
}

/// How many validators a block names that signed twice.
fn caught(batch: &Batch) -> u64 {
    let is_caught = |entry: &Entry| {
        matches!(
            entry,
            Entry::Event(Event::Governance(governance::Event::Misbehaved { .. }))
        )
    };
    let leaves = batch.leaves.iter();
    let caught = leaves.filter(|leaf| is_caught(&leaf.recorded.entry));
    u64::try_from(caught.count()).unwrap_or(u64::MAX)
}

#[expect(clippy::needless_pass_by_value, reason = "it stands in map_err")]
pub(super) fn stopped(why: Stopped) -> Reason {
    let exit = match why {
        Stopped::Unreadable(_) => Exit::Store,
        Stopped::Halted(_) => Exit::Halted,
    };
    Reason {
        exit,
        why: why.to_string(),
    }
}

pub(super) fn store(why: impl fmt::Display) -> Reason {
    Reason {
        exit: Exit::Store,
        why: why.to_string(),
    }
}
