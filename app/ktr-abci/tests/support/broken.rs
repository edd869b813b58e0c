//! An application that panics in every call that has anything to do.
//! Echo and Flush have nothing.

#![expect(clippy::panic, reason = "that is what it is for")]

use tendermint_abci::Application;
use tendermint_proto::v0_38::abci::{
    RequestApplySnapshotChunk, RequestCheckTx, RequestExtendVote, RequestFinalizeBlock,
    RequestInfo, RequestInitChain, RequestLoadSnapshotChunk, RequestOfferSnapshot,
    RequestPrepareProposal, RequestProcessProposal, RequestQuery, RequestVerifyVoteExtension,
    ResponseApplySnapshotChunk, ResponseCheckTx, ResponseCommit, ResponseExtendVote,
    ResponseFinalizeBlock, ResponseInfo, ResponseInitChain, ResponseListSnapshots,
    ResponseLoadSnapshotChunk, ResponseOfferSnapshot, ResponsePrepareProposal,
    ResponseProcessProposal, ResponseQuery, ResponseVerifyVoteExtension,
};

/// Panics in every call that has anything to do.
#[derive(Clone)]
pub(crate) struct Broken;

impl Application for Broken {
    fn info(&self, _: RequestInfo) -> ResponseInfo {
        panic!("broken")
    }

    fn init_chain(&self, _: RequestInitChain) -> ResponseInitChain {
        panic!("broken")
    }

    fn query(&self, _: RequestQuery) -> ResponseQuery {
        panic!("broken")
    }

    fn check_tx(&self, _: RequestCheckTx) -> ResponseCheckTx {
        panic!("broken")
    }

    fn commit(&self) -> ResponseCommit {
        panic!("broken")
    }

    fn list_snapshots(&self) -> ResponseListSnapshots {
        panic!("broken")
    }

    fn offer_snapshot(&self, _: RequestOfferSnapshot) -> ResponseOfferSnapshot {
        panic!("broken")
    }

    fn load_snapshot_chunk(&self, _: RequestLoadSnapshotChunk) -> ResponseLoadSnapshotChunk {
        panic!("broken")
    }

    fn apply_snapshot_chunk(&self, _: RequestApplySnapshotChunk) -> ResponseApplySnapshotChunk {
        panic!("broken")
    }

    fn prepare_proposal(&self, _: RequestPrepareProposal) -> ResponsePrepareProposal {
        panic!("broken")
    }

    fn process_proposal(&self, _: RequestProcessProposal) -> ResponseProcessProposal {
        panic!("broken")
    }

    fn extend_vote(&self, _: RequestExtendVote) -> ResponseExtendVote {
        panic!("broken")
    }

    fn verify_vote_extension(&self, _: RequestVerifyVoteExtension) -> ResponseVerifyVoteExtension {
        panic!("broken")
    }

    fn finalize_block(&self, _: RequestFinalizeBlock) -> ResponseFinalizeBlock {
        panic!("broken")
    }
}
