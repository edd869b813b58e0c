//! Nothing of a request reaches the log, at any level, as it does with the stock server. It has a process of its own because a log
//! has. Which facts are logged is checked by name only.

#![expect(clippy::unwrap_used, reason = "test code")]

mod support;

use std::{
    io,
    sync::{Arc, Mutex},
};

use ktr_abci::{
    ServerBuilder,
    contract::{Peer, RawPeer},
};
use support::{
    Running,
    notebook::{Disk, Notebook},
    stock,
};
use tendermint_proto::v0_38::abci::{
    RequestCheckTx, RequestCommit, RequestEcho, RequestFinalizeBlock, RequestInfo, RequestQuery,
    request::Value as Call,
};
use tracing_subscriber::filter::LevelFilter;

const MARK: &str = "SECRETMARK";

#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl Lines {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

impl io::Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0
            .lock()
            .map_err(|_poisoned| io::ErrorKind::Other)?
            .extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn the_log_knows_which_calls_came_and_nothing_of_what_was_in_them() {
    // given
    let lines = Lines::default();
    let writer = lines.clone();
    tracing_subscriber::fmt()
        .with_max_level(LevelFilter::TRACE)
        .with_ansi(false)
        .with_writer(move || writer.clone())
        .init();
    let folder = tempfile::tempdir().unwrap();
    let app = Notebook::new(&Disk::default());
    let server = Running::start(ServerBuilder::default(), folder.path(), app);
    // when
    let mut peer = RawPeer::unix(&server.path).unwrap();
    let calls = [
        Call::Echo(RequestEcho {
            message: MARK.to_owned(),
        }),
        Call::Info(RequestInfo {
            version: MARK.to_owned(),
            ..RequestInfo::default()
        }),
        Call::Query(RequestQuery {
            path: MARK.to_owned(),
            data: MARK.into(),
            ..RequestQuery::default()
        }),
        Call::Query(RequestQuery {
            path: "/panic".to_owned(),
            data: MARK.into(),
            ..RequestQuery::default()
        }),
        Call::CheckTx(RequestCheckTx {
            tx: MARK.into(),
            ..RequestCheckTx::default()
        }),
        Call::FinalizeBlock(RequestFinalizeBlock {
            height: 41,
            txs: vec![MARK.into()],
            ..RequestFinalizeBlock::default()
        }),
        Call::Commit(RequestCommit {}),
        Call::Commit(RequestCommit {}),
    ];
    let (last, calls) = calls.split_last().unwrap();
    for call in calls {
        peer.call(call.clone()).unwrap();
    }
    peer.send(&[10]).unwrap();
    peer.send(MARK.as_bytes()).unwrap();
    peer.receive().unwrap();
    drop((last, peer));
    server.end().unwrap();
    // then
    let log = lines.text();
    for fact in [
        "method=\"finalize_block\" height=41",
        "request_bytes=",
        "answer_bytes=",
        "micros=",
    ] {
        assert!(log.contains(fact), "{fact} is missing in {log}");
    }
    let as_numbers = MARK
        .bytes()
        .map(|byte| byte.to_string())
        .collect::<Vec<_>>()
        .join(", ");
    assert!(!log.contains(MARK) && !log.contains(&as_numbers), "{log}");
    assert!(
        stock_log_of(&lines, &calls[0]).contains(MARK),
        "the stock server is better than said"
    );
}

/// The log after the stock server was asked one thing.
fn stock_log_of(lines: &Lines, call: &Call) -> String {
    let app = Notebook::new(&Disk::default());
    let mut peer = RawPeer::tcp(stock(app).0).unwrap();
    peer.call(call.clone()).unwrap();
    lines.text()
}
