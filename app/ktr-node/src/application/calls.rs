//! The engine's calls, one by one.
//! Each is answered by the file that knows; nothing is decided here.

use std::{fmt, sync::Arc};

use bytes::Bytes;
use ktr_abci::Call;
use ktr_core::{
    limits::{APP_VERSION_FIRST, ATTEMPTS_MAX},
    session::Cause,
};
use ktr_ledger::{Ledger, Stopped};
use tendermint_abci::Application;
use tendermint_proto::v0_38::abci::{
    CheckTxType, RequestApplySnapshotChunk, RequestCheckTx, RequestFinalizeBlock, RequestInfo,
    RequestInitChain, RequestLoadSnapshotChunk, RequestOfferSnapshot, RequestPrepareProposal,
    RequestProcessProposal, RequestQuery, RequestVerifyVoteExtension, ResponseApplySnapshotChunk,
    ResponseCheckTx, ResponseCommit, ResponseFinalizeBlock, ResponseInfo, ResponseInitChain,
    ResponseListSnapshots, ResponseLoadSnapshotChunk, ResponseOfferSnapshot,
    ResponsePrepareProposal, ResponseProcessProposal, ResponseQuery, ResponseVerifyVoteExtension,
    response_process_proposal::ProposalStatus, response_verify_vote_extension::VerifyStatus,
};
use tokio::time::Instant;

use super::{
    answer,
    chain::{Chain, Ports, seconds, stopped},
    proposal,
};
use crate::{
    exit::Exit,
    expiry,
    halt::Reason,
    limits::CONFIRMED_WITHIN,
    metrics::{Gauges, Rooms, page},
    query,
    store::{StoreError, View},
    verdicts::Ahead,
};

/// The application; cheap to clone, as the trait wants it.
#[derive(Clone)]
pub struct Node(Arc<Chain>);

impl fmt::Debug for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Node").field(&self.0.ports).finish()
    }
}

impl Node {
    /// The application over a store, at the height of its last Commit.
    ///
    /// # Errors
    /// [`StoreError`] if the store does not fit together.
    pub fn open(ports: Ports) -> Result<Self, StoreError> {
        let ledger = ports.store.restore(&ports.chain_id)?;
        let height = ledger.as_ref().map_or(0, |ledger| ledger.height().0);
        tracing::info!(height, "store opened");
        if let Err(error) = ports.shelf.begin(height) {
            tracing::warn!(kind = %error.kind(), "snapshots of heights that are gone stay");
        }
        Ok(Self(Arc::new(Chain::new(ports, ledger))))
    }

    /// Why this version takes no further block, if the chain has come to its end.
    pub(crate) fn ended(&self) -> Option<Reason> {
        let committed = self.0.committed();
        let upgrade = committed.as_ref().and_then(Ledger::halted)?;
        Some(stopped(Stopped::Halted(upgrade)))
    }

    /// The height of the last Commit; 0 before the first, and where the store does not say.
    pub(crate) fn height(&self) -> u64 {
        let meta = self.0.ports.store.view().meta();
        meta.ok().flatten().map_or(0, |meta| meta.height)
    }

    /// Judges the signatures of transactions about which the mempool is asked next: in bulk one costs half of what it costs alone, and
    /// the verdict waits for the question. No answer depends on it.
    pub fn check_ahead(&self, txs: &[Bytes]) {
        if let Some(ledger) = self.0.committed().as_ref() {
            let now = (self.0.ports.clock)().max(ledger.time());
            drop(ledger.admit(txs, now, &Ahead(&self.0.verdicts)));
        }
    }

    /// Counts an answered call.
    pub fn called(&self, call: &Call) {
        self.0.meter.called(call);
    }

    /// The page of metrics; `breaches` are the server's to count.
    ///
    /// # Errors
    /// [`StoreError`] if the store cannot be read.
    pub fn metrics(&self, breaches: u64) -> Result<String, StoreError> {
        let view = self.0.ports.store.view();
        let meta = view.meta()?;
        let now = (self.0.ports.clock)();
        let committed = self.0.committed();
        let replay = committed.as_ref().map_or(0, |ledger| ledger.replay().len());
        let rooms = committed.as_ref().map_or_else(Rooms::default, rooms);
        let keys = committed
            .as_ref()
            .map_or_else(Vec::new, |ledger| expiry::left(ledger.state(), now));
        drop(committed);
        let gauges = Gauges {
            height: meta.as_ref().map_or(0, |meta| meta.height),
            header_lag_secs: meta
                .as_ref()
                .map_or(0, |meta| now.0.saturating_sub(meta.time.0)),
            log_size: meta.as_ref().map_or(0, |meta| meta.log_size),
            replay_entries: u64::try_from(replay).unwrap_or(u64::MAX),
            db_bytes: self.0.ports.store.bytes()?,
            snapshot_height: self.snapshot_height(&view)?,
            snapshot_interval: self.0.ports.shelf.every(),
            grammar_breaches: breaches,
            faults_tolerated: query::faults_tolerated(&view),
            rooms,
            keys,
        };
        Ok(page(&self.0.meter, &gauges))
    }

    /// From which height on a snapshot is awaited: that of the newest one, or the first that the store knows.
    fn snapshot_height(&self, view: &View<'_>) -> Result<u64, StoreError> {
        let newest = self.0.ports.shelf.newest();
        let from = newest.map_or_else(|| view.first_height(), |height| Ok(Some(height)));
        Ok(from?.unwrap_or(0))
    }

    /// Waits until the last snapshot is taken.
    #[cfg(test)]
    pub(crate) fn snapshot_taken(&self) {
        self.0.snapshot_taken();
    }

    /// How many signatures it knows to be good.
    #[cfg(test)]
    pub(crate) fn verdicts(&self) -> usize {
        self.0.verdicts.known()
    }

    /// Ends the program where a call has no other way to say no.
    fn or_halt<T>(&self, result: Result<T, Reason>) -> T {
        match result {
            Ok(value) => value,
            Err(reason) => self.0.ports.halt.halt(reason),
        }
    }
}

/// The rooms that somebody must look after.
fn rooms(ledger: &Ledger) -> Rooms {
    let mut rooms = Rooms::default();
    let sessions = ledger.state().session.iter();
    let counties = sessions.flat_map(|session| {
        let of_session = session.reports.values();
        of_session.map(move |reports| (session, reports))
    });
    for (session, reports) in counties {
        let last = reports.dissolved.last();
        let left = last.is_some_and(|report| report.residue.iter().any(|hits| *hits > 0));
        // At the doors of a session that was called off nobody asks, and what went before its hour was not there to be found shut after it;
        // else witnesses wait for a late report, also when it is called unwitnessed.
        let is_early =
            last.is_some_and(|report| matches!(report.cause, Cause::Early | Cause::Operator));
        let until = session.hours.dissolves_at.plus(CONFIRMED_WITHIN);
        let may = !session.is_cancelled() && !is_early && ledger.time() < until;
        let waits = reports.is_dissolved() && may && !reports.is_confirmed();
        // A county without a further report has nothing left to mend it with.
        let may_report = reports.dissolved.len() < ATTEMPTS_MAX;
        let is_overdue = reports.overdue && !reports.is_dissolved() && may_report;
        rooms.overdue = rooms.overdue.saturating_add(is_overdue.into());
        rooms.residue = rooms.residue.saturating_add(left.into());
        rooms.unconfirmed = rooms.unconfirmed.saturating_add(waits.into());
    }
    rooms
}

impl Application for Node {
    fn info(&self, _request: RequestInfo) -> ResponseInfo {
        let meta = self.0.ports.store.view().meta().map_err(|error| Reason {
            exit: Exit::Store,
            why: error.to_string(),
        });
        let meta = self.or_halt(meta);
        let (height, app_hash) = meta.map_or((0, Bytes::new()), |meta| {
            let height = i64::try_from(meta.height).unwrap_or(i64::MAX);
            (height, Bytes::copy_from_slice(&meta.app_hash.0))
        });
        ResponseInfo {
            data: "ktr".to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            // A chain that is executed from its first block on has the version of its genesis, whoever executes it.
            app_version: self
                .0
                .committed()
                .as_ref()
                .map_or(APP_VERSION_FIRST, Ledger::app_version),
            last_block_height: height,
            last_block_app_hash: app_hash,
        }
    }

    fn init_chain(&self, request: RequestInitChain) -> ResponseInitChain {
        let app_hash = self.or_halt(self.0.init(&request));
        ResponseInitChain {
            app_hash: Bytes::copy_from_slice(&app_hash.0),
            ..ResponseInitChain::default()
        }
    }

    fn check_tx(&self, request: RequestCheckTx) -> ResponseCheckTx {
        let committed = self.0.committed();
        let Some(ledger) = committed.as_ref() else {
            return answer::before_genesis();
        };
        // No consensus: a node's own clock lets in what became due during a silence.
        let now = (self.0.ports.clock)().max(ledger.time());
        let begun = Instant::now();
        let verdict = self
            .0
            .mempool()
            .check(ledger, &request.tx, now, &self.0.verdicts);
        if request.r#type() == CheckTxType::New {
            self.0.meter.judged(begun.elapsed());
        }
        answer::checked(verdict)
    }

    fn prepare_proposal(&self, request: RequestPrepareProposal) -> ResponsePrepareProposal {
        let room = proposal::Room {
            octets: usize::try_from(request.max_tx_bytes).unwrap_or(0),
            txs: self.0.ports.caps.proposal_txs,
        };
        let now = seconds(request.time.as_ref());
        let committed = self.0.committed();
        let txs = committed.as_ref().map_or_else(Vec::new, |ledger| {
            proposal::prepare(ledger, now, request.txs, room, &self.0.verdicts)
        });
        ResponsePrepareProposal { txs }
    }

    fn process_proposal(&self, request: RequestProcessProposal) -> ResponseProcessProposal {
        let now = seconds(request.time.as_ref());
        let judge =
            |ledger: &Ledger| proposal::is_admissible(ledger, now, &request.txs, &self.0.verdicts);
        let status = if self.0.committed().as_ref().is_some_and(judge) {
            ProposalStatus::Accept
        } else {
            tracing::warn!(height = request.height, "proposal refused");
            ProposalStatus::Reject
        };
        ResponseProcessProposal {
            status: status.into(),
        }
    }

    fn verify_vote_extension(
        &self,
        request: RequestVerifyVoteExtension,
    ) -> ResponseVerifyVoteExtension {
        let status = if request.vote_extension.is_empty() {
            VerifyStatus::Accept
        } else {
            VerifyStatus::Reject
        };
        ResponseVerifyVoteExtension {
            status: status.into(),
        }
    }

    fn finalize_block(&self, request: RequestFinalizeBlock) -> ResponseFinalizeBlock {
        self.or_halt(self.0.finalize(&request))
    }

    fn commit(&self) -> ResponseCommit {
        let height = self.or_halt(self.0.commit());
        Chain::take_snapshot(&self.0, height);
        ResponseCommit { retain_height: 0 }
    }

    fn list_snapshots(&self) -> ResponseListSnapshots {
        ResponseListSnapshots {
            snapshots: self.0.ports.shelf.list(),
        }
    }

    fn load_snapshot_chunk(&self, request: RequestLoadSnapshotChunk) -> ResponseLoadSnapshotChunk {
        let RequestLoadSnapshotChunk {
            height,
            format,
            chunk,
        } = request;
        // The engine takes no octets for "not here".
        let octets = self.0.ports.shelf.chunk(height, format, chunk);
        ResponseLoadSnapshotChunk {
            chunk: octets.map(Bytes::from).unwrap_or_default(),
        }
    }

    fn offer_snapshot(&self, request: RequestOfferSnapshot) -> ResponseOfferSnapshot {
        self.or_halt(self.0.offer(&request))
    }

    fn apply_snapshot_chunk(
        &self,
        request: RequestApplySnapshotChunk,
    ) -> ResponseApplySnapshotChunk {
        self.or_halt(self.0.apply(&request))
    }

    fn query(&self, request: RequestQuery) -> ResponseQuery {
        query::answer(&self.0.ports.store.view(), &request)
    }
}
