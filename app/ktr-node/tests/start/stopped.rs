//! A sentence about a node that is asked to stop while it executes a block: the test stands in the engine's place, with its connections.
//! What a real engine does when it is stopped is `net.rs`'s.

#![expect(clippy::panic, reason = "test code")]

use std::{
    fs,
    net::TcpStream,
    os::unix::net::UnixStream,
    process::{Child, ExitStatus},
    thread,
    time::Duration,
};

use ktr_abci::contract::{Peer, PeerError, RawPeer};
use ktr_core::{id::MemberId, time::Secs};
use ktr_testkit::Cast;
use ktr_wire::{genesis, transaction};
use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use prost::Message;
use tendermint_proto::{
    google::protobuf::Timestamp,
    v0_38::{
        abci::{
            Request, RequestCommit, RequestEcho, RequestFinalizeBlock, RequestInfo,
            RequestInitChain, RequestQuery, ResponseFinalizeBlock, ResponseInfo, ValidatorUpdate,
            request::Value as Call, response::Value as Answer,
        },
        crypto::{PublicKey, public_key::Sum},
    },
};

use crate::folder::{CHAIN_ID, Folder, START, STAYS};

/// A connection of the engine.
type Connection = RawPeer<UnixStream>;

/// A node's process; it does not outlive the test.
struct Node(Child);

impl Node {
    /// The node, and the first connection to it.
    fn start(folder: &Folder) -> (Self, Connection) {
        let node = Self(folder.launch());
        let connection = until("the node listens", || connect(folder).ok());
        (node, connection)
    }

    fn terminate(&self) {
        let pid = Pid::from_raw(self.0.id().try_into().unwrap());
        kill(pid, Signal::SIGTERM).unwrap();
    }

    fn ended(&mut self) -> ExitStatus {
        until("the node ends", || self.0.try_wait().unwrap())
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        // One that has ended is ended already.
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

fn connect(folder: &Folder) -> Result<Connection, PeerError> {
    RawPeer::unix(folder.home().path().join("abci.sock"))
}

fn until<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    for _ in 0..LOOKS {
        if let Some(seen) = look() {
            return seen;
        }
        thread::sleep(PAUSE);
    }
    panic!("{what}: never")
}

fn info(engine: &mut Connection) -> ResponseInfo {
    let answer = engine.call(Call::Info(RequestInfo::default())).unwrap();
    let Answer::Info(info) = answer else {
        panic!("{answer:?}");
    };
    info
}

fn init_chain(engine: &mut Connection, cast: &Cast) {
    let genesis = cast.genesis();
    let validators = genesis.validators.iter().map(|site| ValidatorUpdate {
        pub_key: Some(PublicKey {
            sum: Some(Sum::Ed25519(site.key.0.to_vec())),
        }),
        power: site.power.try_into().unwrap(),
    });
    let json = genesis::to_json(&genesis).unwrap();
    let request = RequestInitChain {
        chain_id: CHAIN_ID.to_owned(),
        validators: validators.collect(),
        app_state_bytes: serde_json::to_vec(&json).unwrap().into(),
        initial_height: 1,
        ..RequestInitChain::default()
    };
    let answer = engine.call(Call::InitChain(request)).unwrap();
    assert!(matches!(answer, Answer::InitChain(_)), "{answer:?}");
}

/// Block `height`, in which county 1 admits organisations.
fn block(height: u8, txs: &[Vec<u8>]) -> Call {
    let time = START.plus(Secs(10 * u64::from(height)));
    Call::FinalizeBlock(RequestFinalizeBlock {
        height: height.into(),
        hash: vec![height; 32].into(),
        time: Some(Timestamp {
            seconds: time.0.try_into().unwrap(),
            nanos: 0,
        }),
        txs: txs.iter().map(|tx| tx.clone().into()).collect(),
        ..RequestFinalizeBlock::default()
    })
}

fn admitting(cast: &Cast, members: impl Iterator<Item = u16>) -> Vec<Vec<u8>> {
    let at = START.plus(Secs(5));
    let txs = members.map(|member| {
        let member = MemberId(u128::from(member).to_be_bytes());
        cast.admitting(CHAIN_ID, 0, member, at)
    });
    txs.collect()
}

fn finalized(answer: Answer) -> ResponseFinalizeBlock {
    let Answer::FinalizeBlock(finalized) = answer else {
        panic!("{answer:?}");
    };
    finalized
}

fn commit(engine: &mut Connection) {
    let answer = engine.call(Call::Commit(RequestCommit {})).unwrap();
    assert!(matches!(answer, Answer::Commit(_)), "{answer:?}");
}

fn echo(connection: &mut Connection) {
    let request = RequestEcho {
        message: "here".to_owned(),
    };
    connection.call(Call::Echo(request)).unwrap();
}

fn framed(call: Call) -> Vec<u8> {
    Request { value: Some(call) }.encode_length_delimited_to_vec()
}

#[test]
fn a_node_that_is_asked_to_stop_within_a_block_ends_with_0_and_goes_on_at_the_next_height() {
    // given a chain of two blocks, with a transaction in the second
    let folder = Folder::made(STAYS);
    let cast = Cast::new(START);
    fs::create_dir_all(folder.home().block_store()).unwrap();
    let (mut node, mut engine) = Node::start(&folder);
    assert_eq!(info(&mut engine).last_block_height, 0);
    init_chain(&mut engine, &cast);
    finalized(engine.call(block(1, &[])).unwrap());
    commit(&mut engine);
    let first = admitting(&cast, 1..=1);
    let second = finalized(engine.call(block(2, &first)).unwrap());
    assert!(second.tx_results.iter().all(|result| result.code == 0));
    commit(&mut engine);
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
    let asked = RequestQuery {
        path: "/tx".to_owned(),
        data: transaction::hash(first.first().unwrap()).0.to_vec().into(),
        ..RequestQuery::default()
    };
    let answer = engine.call(Call::Query(asked)).unwrap();
    assert!(
        matches!(&answer, Answer::Query(found) if found.code == 0),
        "{answer:?}"
    );
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

/// Twenty seconds of looks: after as long the shipped unit kills a node that was asked to stop.
const LOOKS: u32 = 1_000;
const PAUSE: Duration = Duration::from_millis(20);
