//! The contract suite over the small application: stock server and ours, three transports, two
//! peers, one set of answers. The Relay's own application goes through the same suite in its own
//! crate.

mod support;

use ktr_abci::contract::same_answers;
use support::notebook::Notebook;
use tendermint_proto::v0_38::abci::{
    RequestApplySnapshotChunk, RequestCheckTx, RequestCommit, RequestEcho, RequestExtendVote,
    RequestFinalizeBlock, RequestFlush, RequestInfo, RequestInitChain, RequestListSnapshots,
    RequestLoadSnapshotChunk, RequestOfferSnapshot, RequestPrepareProposal, RequestProcessProposal,
    RequestQuery, RequestVerifyVoteExtension, Snapshot, request::Value as Call,
    response::Value as Answer,
};

fn query(data: &'static [u8]) -> Call {
    Call::Query(RequestQuery {
        data: data.into(),
        ..RequestQuery::default()
    })
}

fn check(tx: &'static [u8]) -> Call {
    Call::CheckTx(RequestCheckTx {
        tx: tx.into(),
        ..RequestCheckTx::default()
    })
}

/// Three heights; the second block is larger than any buffer on the way.
fn heights() -> Vec<Call> {
    let blocks: [Vec<Vec<u8>>; 3] = [
        vec![b"one".to_vec()],
        vec![vec![7; 300_000], b"two".to_vec()],
        vec![],
    ];
    let mut calls = Vec::new();
    for (height, block) in (1..).zip(blocks) {
        let txs: Vec<bytes::Bytes> = block.into_iter().map(Into::into).collect();
        calls.push(Call::PrepareProposal(RequestPrepareProposal {
            height,
            txs: txs.clone(),
            max_tx_bytes: 1_000_000,
            ..RequestPrepareProposal::default()
        }));
        calls.push(Call::ProcessProposal(RequestProcessProposal {
            height,
            txs: txs.clone(),
            ..RequestProcessProposal::default()
        }));
        calls.push(Call::ExtendVote(RequestExtendVote {
            height,
            ..RequestExtendVote::default()
        }));
        calls.push(Call::VerifyVoteExtension(RequestVerifyVoteExtension {
            height,
            ..RequestVerifyVoteExtension::default()
        }));
        let block = RequestFinalizeBlock {
            height,
            txs,
            ..RequestFinalizeBlock::default()
        };
        calls.push(Call::FinalizeBlock(block));
        calls.push(Call::Commit(RequestCommit {}));
        calls.push(query(b"one"));
    }
    calls
}

#[test]
fn both_servers_answer_a_chain_of_three_heights_alike() {
    // given
    let folder = tempfile::tempdir().unwrap();
    let mut calls = vec![
        Call::Echo(RequestEcho {
            message: "hello".to_owned(),
        }),
        Call::Flush(RequestFlush {}),
        Call::Info(RequestInfo::default()),
        Call::InitChain(RequestInitChain {
            initial_height: 1,
            ..RequestInitChain::default()
        }),
        check(b"one"),
        check(b""),
    ];
    calls.extend(heights());
    calls.extend([
        query(b"nowhere"),
        Call::ListSnapshots(RequestListSnapshots {}),
        Call::LoadSnapshotChunk(RequestLoadSnapshotChunk {
            height: 3,
            format: 1,
            chunk: 0,
        }),
        Call::Info(RequestInfo::default()),
    ]);
    // when
    let fresh = || Notebook::new(&support::notebook::Disk::default());
    let answers = same_answers(folder.path(), fresh, &calls).unwrap();
    // then
    assert_eq!(answers.len(), calls.len());
    let Some(Answer::Info(last)) = answers.last() else {
        panic!("{:?}", answers.last())
    };
    assert_eq!(last.last_block_height, 3);
}

#[test]
fn both_servers_answer_a_state_sync_alike() {
    let folder = tempfile::tempdir().unwrap();
    let offer = |format| {
        let snapshot = Some(Snapshot {
            format,
            ..Snapshot::default()
        });
        Call::OfferSnapshot(RequestOfferSnapshot {
            snapshot,
            ..RequestOfferSnapshot::default()
        })
    };
    let calls = [
        Call::Info(RequestInfo::default()),
        offer(2),
        offer(1),
        Call::ApplySnapshotChunk(RequestApplySnapshotChunk::default()),
        Call::Info(RequestInfo::default()),
    ];
    let fresh = || Notebook::new(&support::notebook::Disk::default());
    let answers = same_answers(folder.path(), fresh, &calls).unwrap();
    assert_eq!(answers.len(), calls.len());
}
