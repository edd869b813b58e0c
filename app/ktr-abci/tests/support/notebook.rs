//! A small deterministic application: it writes each transaction down, in order, and hashes the
//! list. Its disk is a value in memory that outlives it, so that a test can kill it at any moment.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tendermint_abci::Application;
use tendermint_proto::v0_38::abci::{
    ExecTxResult, RequestApplySnapshotChunk, RequestCheckTx, RequestFinalizeBlock, RequestInfo,
    RequestInitChain, RequestLoadSnapshotChunk, RequestOfferSnapshot, RequestProcessProposal,
    RequestQuery, ResponseApplySnapshotChunk, ResponseCheckTx, ResponseCommit,
    ResponseFinalizeBlock, ResponseInfo, ResponseInitChain, ResponseListSnapshots,
    ResponseLoadSnapshotChunk, ResponseOfferSnapshot, ResponseProcessProposal, ResponseQuery,
    Snapshot, response_apply_snapshot_chunk, response_offer_snapshot, response_process_proposal,
};

/// What is committed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Page {
    pub(crate) height: i64,
    pub(crate) entries: Vec<Vec<u8>>,
}

impl Page {
    /// FNV-1a over the entries: good enough to tell two lists apart, and unchanged by an empty
    /// block.
    pub(crate) fn app_hash(&self) -> [u8; 8] {
        let bytes = self
            .entries
            .iter()
            .flat_map(|entry| entry.iter().chain([&0xff]));
        bytes
            .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
                (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
            })
            .to_be_bytes()
    }
}

/// Survives the application.
pub(crate) type Disk = Arc<Mutex<Page>>;

/// Where in a block the application is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Moment {
    /// A block was executed and is not answered yet.
    Finalized,
    /// Commit was called and nothing is on disk.
    BeforeCommit,
    /// The block is on disk and Commit is not answered yet.
    AfterCommit,
}

/// Called at each moment of a block that holds transactions.
pub(crate) type Watch = Arc<dyn Fn(Moment) + Send + Sync>;

/// The application.
#[derive(Clone)]
pub(crate) struct Notebook {
    disk: Disk,
    working: Arc<Mutex<Option<Page>>>,
    watch: Watch,
}

impl Notebook {
    pub(crate) fn new(disk: &Disk) -> Self {
        Self::watched(disk, Arc::new(|_| {}))
    }

    pub(crate) fn watched(disk: &Disk, watch: Watch) -> Self {
        Self {
            disk: Arc::clone(disk),
            working: Arc::default(),
            watch,
        }
    }

    fn disk(&self) -> MutexGuard<'_, Page> {
        read(&self.disk)
    }
}

/// The committed page; a poisoned lock means that a test killed the application, and the disk is
/// whole.
pub(crate) fn read(disk: &Disk) -> MutexGuard<'_, Page> {
    disk.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Application for Notebook {
    fn info(&self, _: RequestInfo) -> ResponseInfo {
        let disk = self.disk();
        ResponseInfo {
            data: "notebook".to_owned(),
            last_block_height: disk.height,
            last_block_app_hash: disk.app_hash().to_vec().into(),
            ..ResponseInfo::default()
        }
    }

    fn init_chain(&self, _: RequestInitChain) -> ResponseInitChain {
        let app_hash = Page::default().app_hash().to_vec().into();
        ResponseInitChain {
            app_hash,
            ..ResponseInitChain::default()
        }
    }

    fn query(&self, request: RequestQuery) -> ResponseQuery {
        assert!(request.path != "/panic", "asked to panic");
        let disk = self.disk();
        let found = disk.entries.iter().position(|entry| *entry == request.data);
        ResponseQuery {
            code: u32::from(found.is_none()),
            key: request.data,
            index: found
                .and_then(|index| i64::try_from(index).ok())
                .unwrap_or(-1),
            height: disk.height,
            ..ResponseQuery::default()
        }
    }

    fn check_tx(&self, request: RequestCheckTx) -> ResponseCheckTx {
        assert!(request.tx != "panic", "asked to panic");
        let code = u32::from(request.tx.is_empty());
        ResponseCheckTx {
            code,
            gas_wanted: 1,
            ..ResponseCheckTx::default()
        }
    }

    fn process_proposal(&self, request: RequestProcessProposal) -> ResponseProcessProposal {
        let status = if request.txs.iter().any(bytes::Bytes::is_empty) {
            response_process_proposal::ProposalStatus::Reject
        } else {
            response_process_proposal::ProposalStatus::Accept
        };
        ResponseProcessProposal {
            status: status.into(),
        }
    }

    fn finalize_block(&self, request: RequestFinalizeBlock) -> ResponseFinalizeBlock {
        let mut page = self.disk().clone();
        page.height = request.height;
        page.entries
            .extend(request.txs.iter().map(|tx| tx.to_vec()));
        let answer = ResponseFinalizeBlock {
            tx_results: request
                .txs
                .iter()
                .map(|_| ExecTxResult::default())
                .collect(),
            app_hash: page.app_hash().to_vec().into(),
            ..ResponseFinalizeBlock::default()
        };
        *self.working.lock().unwrap() = Some(page);
        if !request.txs.is_empty() {
            (self.watch)(Moment::Finalized);
        }
        answer
    }

    fn commit(&self) -> ResponseCommit {
        let page = self.working.lock().unwrap().take().unwrap();
        let has_txs = page.entries.len() > self.disk().entries.len();
        if has_txs {
            (self.watch)(Moment::BeforeCommit);
        }
        *self.disk() = page;
        if has_txs {
            (self.watch)(Moment::AfterCommit);
        }
        ResponseCommit { retain_height: 0 }
    }

    fn list_snapshots(&self) -> ResponseListSnapshots {
        let height = u64::try_from(self.disk().height).unwrap();
        let snapshot = Snapshot {
            height,
            format: 1,
            chunks: 1,
            ..Snapshot::default()
        };
        ResponseListSnapshots {
            snapshots: vec![snapshot],
        }
    }

    fn load_snapshot_chunk(&self, request: RequestLoadSnapshotChunk) -> ResponseLoadSnapshotChunk {
        ResponseLoadSnapshotChunk {
            chunk: request.height.to_be_bytes().to_vec().into(),
        }
    }

    fn offer_snapshot(&self, request: RequestOfferSnapshot) -> ResponseOfferSnapshot {
        let result = match request.snapshot {
            Some(Snapshot { format: 1, .. }) => response_offer_snapshot::Result::Accept,
            _ => response_offer_snapshot::Result::RejectFormat,
        };
        ResponseOfferSnapshot {
            result: result.into(),
        }
    }

    fn apply_snapshot_chunk(&self, _: RequestApplySnapshotChunk) -> ResponseApplySnapshotChunk {
        ResponseApplySnapshotChunk {
            result: response_apply_snapshot_chunk::Result::Accept.into(),
            ..ResponseApplySnapshotChunk::default()
        }
    }
}
