//! The test in the engine's place: a node's process, and the calls that an engine makes.
//! It judges nothing; the sentences do. What a real engine does is `net.rs`'s.

#![expect(clippy::panic, reason = "test code")]

use std::{
    os::unix::net::UnixStream,
    process::{Child, ExitStatus},
};

use ktr_abci::contract::{Peer, PeerError, RawPeer};
use ktr_core::time::Secs;
use ktr_testkit::{Cast, memory, wait::until};
use ktr_wire::genesis;
use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use prost::Message;
use tendermint_proto::{
    google::protobuf::Timestamp,
    v0_38::{
        abci::{
            CommitInfo, Request, RequestCommit, RequestFinalizeBlock, RequestInfo,
            RequestInitChain, ResponseFinalizeBlock, ResponseInfo, ResponseQuery, Validator,
            ValidatorUpdate, VoteInfo, request::Value as Call, response::Value as Answer,
        },
        crypto::{PublicKey, public_key::Sum},
        types::BlockIdFlag,
    },
};

use crate::folder::{CHAIN_ID, Folder, START};

/// A connection of the engine.
pub(crate) type Connection = RawPeer<UnixStream>;

/// A node's process; it does not outlive the test.
pub(crate) struct Node(Child);

impl Node {
    /// The node, and the first connection to it.
    pub(crate) fn start(folder: &Folder) -> (Self, Connection) {
        let node = Self(folder.launch());
        let connection = listening(folder);
        (node, connection)
    }

    pub(crate) fn terminate(&self) {
        let pid = Pid::from_raw(self.0.id().try_into().unwrap());
        kill(pid, Signal::SIGTERM).unwrap();
    }

    /// The most memory that was ever resident, in KiB.
    pub(crate) fn peak_kib(&self) -> u64 {
        memory::kib(&self.0.id().to_string(), "VmHWM")
    }

    pub(crate) fn ended(&mut self) -> ExitStatus {
        until("the node ends", PATIENCE_SECS, || {
            self.0.try_wait().unwrap()
        })
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        // One that has ended is ended already.
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

/// The first connection to a node that is about to listen.
pub(crate) fn listening(folder: &Folder) -> Connection {
    until("the node listens", PATIENCE_SECS, || connect(folder).ok())
}

pub(crate) fn connect(folder: &Folder) -> Result<Connection, PeerError> {
    RawPeer::unix(folder.home().path().join("abci.sock"))
}

pub(crate) fn info(engine: &mut Connection) -> ResponseInfo {
    let answer = engine.call(Call::Info(RequestInfo::default())).unwrap();
    let Answer::Info(info) = answer else {
        panic!("{answer:?}");
    };
    info
}

pub(crate) fn init_chain(engine: &mut Connection, cast: &Cast) {
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

/// Block `height` with these transactions.
pub(crate) fn block(height: u8, txs: &[Vec<u8>]) -> Call {
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

/// Block `height`, which carries a validator's signature for the one before.
pub(crate) fn block_signed_by(address: &str, height: u8) -> Call {
    let Call::FinalizeBlock(request) = block(height, &[]) else {
        panic!("no block");
    };
    let vote = VoteInfo {
        validator: Some(Validator {
            address: hex::decode(address).unwrap().into(),
            power: 100,
        }),
        block_id_flag: BlockIdFlag::Commit.into(),
    };
    Call::FinalizeBlock(RequestFinalizeBlock {
        decided_last_commit: Some(CommitInfo {
            round: 0,
            votes: vec![vote],
        }),
        ..request
    })
}

pub(crate) fn looked_up(answer: Answer) -> ResponseQuery {
    let Answer::Query(found) = answer else {
        panic!("{answer:?}");
    };
    found
}

pub(crate) fn finalized(answer: Answer) -> ResponseFinalizeBlock {
    let Answer::FinalizeBlock(finalized) = answer else {
        panic!("{answer:?}");
    };
    finalized
}

pub(crate) fn commit(engine: &mut Connection) {
    let answer = engine.call(Call::Commit(RequestCommit {})).unwrap();
    assert!(matches!(answer, Answer::Commit(_)), "{answer:?}");
}

pub(crate) fn framed(call: Call) -> Vec<u8> {
    Request { value: Some(call) }.encode_length_delimited_to_vec()
}

/// After as long the shipped unit kills a node that was asked to stop.
const PATIENCE_SECS: u64 = 20;
