//! A sentence about a node that is asked to stop while it executes a block: the test stands in the engine's place, with its connections.
//! What a real engine does when it is stopped is `net.rs`'s.

use std::{fs, net::TcpStream};

use ktr_abci::contract::{Peer, PeerError};
use ktr_core::{id::MemberId, time::Secs};
use ktr_testkit::Cast;
use ktr_wire::transaction;
use tendermint_proto::v0_38::abci::{
    RequestEcho, RequestQuery, ResponseFinalizeBlock, request::Value as Call,
};

use crate::{
    engine::{
        Connection, Node, block, commit, connect, finalized, framed, info, init_chain, looked_up,
    },
    folder::{CHAIN_ID, Folder, START, STAYS},
};

fn admitting(cast: &Cast, members: impl Iterator<Item = u16>) -> Vec<Vec<u8>> {
    let at = START.plus(Secs(5));
    let txs = members.map(|member| {
        let member = MemberId(u128::from(member).to_be_bytes());
        cast.admitting(CHAIN_ID, 0, member, at)
    });
    txs.collect()
}

/// A chain of two blocks, with these transactions in the second, and what that was answered.
fn begin(engine: &mut Connection, cast: &Cast, second: &[Vec<u8>]) -> ResponseFinalizeBlock {
    assert_eq!(info(engine).last_block_height, 0);
    init_chain(engine, cast);
    finalized(engine.call(block(1, &[])).unwrap());
    commit(engine);
    let answer = finalized(engine.call(block(2, second)).unwrap());
    assert!(answer.tx_results.iter().all(|result| result.code == 0));
    commit(engine);
    answer
}

/// The code with which a transaction is looked up.
fn code_of(engine: &mut Connection, tx: &[u8]) -> u32 {
    let asked = RequestQuery {
        path: "/tx".to_owned(),
        data: transaction::hash(tx).0.to_vec().into(),
        ..RequestQuery::default()
    };
    looked_up(engine.call(Call::Query(asked)).unwrap()).code
}

fn echo(connection: &mut Connection) {
    let request = RequestEcho {
        message: "here".to_owned(),
    };
    connection.call(Call::Echo(request)).unwrap();
}

#[test]
fn a_node_that_is_asked_to_stop_within_a_block_ends_with_0_and_goes_on_at_the_next_height() {
    // given a chain of two blocks, with a transaction in the second
    let folder = Folder::made(STAYS);
    let cast = Cast::new(START);
    fs::create_dir_all(folder.home().block_store()).unwrap();
    let (mut node, mut engine) = Node::start(&folder);
    let first = admitting(&cast, 1..=1);
    let second = begin(&mut engine, &cast, &first);
    // and connections: one that idles, one within a request, one that asks for metrics and says nothing
    let mut idle = connect(&folder).unwrap();
    echo(&mut idle);
    let mut halfway = connect(&folder).unwrap();
    echo(&mut halfway);
    let frame = framed(block(3, &first));
    halfway.send(frame.split_at(frame.len() / 2).0).unwrap();
    let _silent = TcpStream::connect(folder.own_metrics()).unwrap();
    // when it is asked to stop while it executes a third, large one
    let many = admitting(&cast, 2..=MANY);
    engine.send(&framed(block(3, &many))).unwrap();
    node.terminate();
    // then the block is still answered, nobody is served any longer, and it ends as asked
    let third = finalized(engine.receive().unwrap());
    assert_eq!(third.tx_results.len(), many.len());
    assert!(matches!(engine.receive(), Err(PeerError::Ended)));
    assert!(matches!(idle.receive(), Err(PeerError::Ended)));
    let status = node.ended();
    assert_eq!(status.code(), Some(0), "{status}");
    assert!(!folder.home().engine_pid().exists());
    // and the next start has what was committed, and no more
    let (mut node, mut engine) = Node::start(&folder);
    let kept = info(&mut engine);
    assert_eq!(kept.last_block_height, 2);
    assert_eq!(kept.last_block_app_hash, second.app_hash);
    assert_eq!(code_of(&mut engine, first.first().unwrap()), 0);
    // and the block that was under way has the same answer as before
    let again = finalized(engine.call(block(3, &many)).unwrap());
    assert_eq!(again, third);
    commit(&mut engine);
    assert_eq!(info(&mut engine).last_block_height, 3);
    node.terminate();
    assert_eq!(node.ended().code(), Some(0));
}

/// Transactions that keep a node at work for longer than a signal needs, and far shorter than a stopping server waits.
const MANY: u16 = 150;
