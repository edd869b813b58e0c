//! The calls of state sync: snapshots for others, and the one with which this node begins.
//! Nothing is written before the whole snapshot leads to the app hash that the engine's light client trusts.

use std::{
    sync::{Arc, PoisonError, mpsc},
    thread,
};

use ktr_core::id::Height;
use tendermint_proto::v0_38::abci::{
    RequestApplySnapshotChunk, RequestOfferSnapshot, ResponseApplySnapshotChunk,
    ResponseOfferSnapshot, response_apply_snapshot_chunk::Result as Applied,
    response_offer_snapshot::Result as Offered,
};

use super::chain::{Chain, store};
use crate::{
    halt::Reason,
    snapshot::{Joining, Took, Unwanted, read},
    store::StoreError,
};

impl Chain {
    /// Takes a snapshot on a thread of its own, if one is due after the Commit of this height. Returns as soon as the thread has its
    /// view: the next Commit may come.
    pub(super) fn take_snapshot(chain: &Arc<Self>, height: Height) {
        if !chain.ports.shelf.is_due(height.0) {
            return;
        }
        let mut taking = chain.taking.lock().unwrap_or_else(PoisonError::into_inner);
        if taking.as_ref().is_some_and(|taking| !taking.is_finished()) {
            tracing::warn!(%height, "no snapshot: the one before is not done");
            return;
        }
        let (seen, wait) = mpsc::channel();
        let taker = Arc::clone(chain);
        let spawned = thread::Builder::new()
            .name("snapshot".to_owned())
            .spawn(move || {
                let view = taker.ports.store.view();
                if seen.send(()).is_err() {
                    return;
                }
                match taker.ports.shelf.take(&view) {
                    Ok(()) => tracing::info!(%height, "snapshot taken"),
                    Err(why) => tracing::warn!(%height, %why, "no snapshot"),
                }
            });
        match spawned {
            Ok(thread) if wait.recv().is_ok() => *taking = Some(thread),
            Ok(_) => tracing::warn!(%height, "no snapshot: its thread ended"),
            Err(error) => tracing::warn!(%height, kind = %error.kind(), "no snapshot: no thread"),
        }
    }

    /// Waits until the last snapshot is taken.
    #[cfg(test)]
    pub(super) fn snapshot_taken(&self) {
        let taking = self.taking.lock().unwrap().take();
        if let Some(thread) = taking {
            thread.join().unwrap();
        }
    }

    /// Whether the snapshot is one to begin with. A node that has blocks never takes one.
    pub(super) fn offer(
        &self,
        offer: &RequestOfferSnapshot,
    ) -> Result<ResponseOfferSnapshot, Reason> {
        if let Some(meta) = self.ports.store.view().meta().map_err(store)? {
            return Err(store(StoreError::NotEmpty(meta.height)));
        }
        let mut joining = self.joining();
        *joining = None;
        let result = match Joining::offered(offer) {
            Ok(offered) => {
                tracing::info!(height = offered.height, "snapshot offered");
                *joining = Some(offered);
                Offered::Accept
            }
            Err(Unwanted::Format) => Offered::RejectFormat,
            Err(Unwanted::Malformed) => Offered::Reject,
        };
        Ok(ResponseOfferSnapshot {
            result: result.into(),
        })
    }

    /// Takes a chunk, and with the last one the ledger.
    pub(super) fn apply(
        &self,
        request: &RequestApplySnapshotChunk,
    ) -> Result<ResponseApplySnapshotChunk, Reason> {
        let mut joining = self.joining();
        let Some(snapshot) = joining.as_mut() else {
            return Ok(answer(Applied::RetrySnapshot));
        };
        match snapshot.take(request.index, &request.chunk, &request.sender) {
            Took::More => return Ok(answer(Applied::Accept)),
            Took::Bad => {
                tracing::warn!(index = request.index, "a chunk is another than was offered");
                return Ok(bad(request));
            }
            Took::Misplaced => {
                *joining = None;
                return Ok(answer(Applied::RetrySnapshot));
            }
            Took::Last => {}
        }
        let (adopted, senders) = (self.adopt(snapshot), snapshot.senders());
        *joining = None;
        let applied = adopted?;
        let mut reply = answer(applied);
        if applied == Applied::RejectSnapshot {
            // Or the same peers would offer their next lie before anybody honest is asked.
            reply.reject_senders = senders;
        }
        Ok(reply)
    }

    /// The ledger of a whole snapshot, if it is the one that is trusted.
    fn adopt(&self, snapshot: &Joining) -> Result<Applied, Reason> {
        let height = Height(snapshot.height);
        let genesis = &self.ports.shelf.genesis;
        let whole = match read(snapshot.octets(), genesis, &snapshot.app_hash) {
            Ok(whole) => whole,
            Err(why) => {
                tracing::warn!(%height, %why, "snapshot refused");
                return Ok(Applied::RejectSnapshot);
            }
        };
        let Self { ports, .. } = self;
        let adopted = ports.store.adopt(&ports.chain_id, height, &whole);
        adopted.map_err(store)?;
        let ledger = ports.store.restore(&ports.chain_id).map_err(store)?;
        self.begin(ledger);
        tracing::info!(%height, events = whole.log.size(), "joined from a snapshot");
        Ok(Applied::Accept)
    }
}

fn answer(result: Applied) -> ResponseApplySnapshotChunk {
    ResponseApplySnapshotChunk {
        result: result.into(),
        ..ResponseApplySnapshotChunk::default()
    }
}

/// The engine tries a chunk again with the octets it has, unless it is told to fetch them again.
fn bad(request: &RequestApplySnapshotChunk) -> ResponseApplySnapshotChunk {
    let senders = Some(request.sender.clone()).filter(|sender| !sender.is_empty());
    ResponseApplySnapshotChunk {
        result: Applied::Retry.into(),
        refetch_chunks: vec![request.index],
        reject_senders: senders.into_iter().collect(),
    }
}
