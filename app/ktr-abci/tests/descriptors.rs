//! A process that has run out of descriptors goes on accepting once it has some; the stock server does not. It has a process
//! of its own to run dry. One test only: its limit would starve others.

mod support;

use std::{fs::File, net::TcpStream};

use ktr_abci::{
    ServerBuilder,
    contract::{Peer, RawPeer},
};
use nix::sys::resource::{Resource, getrlimit, setrlimit};
use support::{
    Running,
    notebook::{Disk, Notebook},
    stock, until,
};
use tendermint_proto::v0_38::abci::{
    RequestEcho, request::Value as Call, response::Value as Answer,
};

#[test]
fn running_out_of_descriptors_delays_a_connection_and_ends_nothing() {
    // given a process with one descriptor left
    let folder = tempfile::tempdir().unwrap();
    let app = Notebook::new(&Disk::default());
    let server = Running::start(ServerBuilder::default(), folder.path(), app);
    // It stays to the end: a connection that closes would give descriptors back at a moment of its
    // own.
    let mut first = RawPeer::unix(&server.path).unwrap();
    first.call(echo()).unwrap();
    let (_, hard) = getrlimit(Resource::RLIMIT_NOFILE).unwrap();
    setrlimit(Resource::RLIMIT_NOFILE, 64, hard).unwrap();
    let ballast = all_descriptors_but_one();
    // when a peer takes that one, the server has none to accept it with
    let mut peer = RawPeer::unix(&server.path).unwrap();
    until("accept fails", 30, || {
        (server.counts.snapshot().accept_errors >= 2).then_some(())
    });
    // then it is served as soon as there are descriptors again
    drop(ballast);
    first.call(echo()).unwrap();
    assert!(matches!(peer.call(echo()).unwrap(), Answer::Echo(_)));
    server.end().unwrap();
    // and the stock server's listening ends where ours waited
    let app = Notebook::new(&Disk::default());
    let (address, listening) = stock(app);
    let ballast = all_descriptors_but_one();
    let _peer = TcpStream::connect(address).unwrap();
    assert!(
        listening.join().unwrap(),
        "the stock server is better than said"
    );
    drop(ballast);
}

/// Files that take every descriptor which the process may still open, but one.
fn all_descriptors_but_one() -> Vec<File> {
    let mut ballast = Vec::new();
    while let Ok(file) = File::open("/dev/null") {
        ballast.push(file);
    }
    drop(ballast.pop());
    ballast
}

fn echo() -> Call {
    Call::Echo(RequestEcho {
        message: "hello".to_owned(),
    })
}
