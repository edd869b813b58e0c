//! What an application sees of transactions before it is asked about them, and what it cannot change by that.
//! What it makes of it is the application's matter.

#![expect(clippy::unwrap_used, reason = "test code")]

mod support;

use std::{
    os::unix::net::UnixStream,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

use bytes::Bytes;
use ktr_abci::{ServerBuilder, contract::RawPeer};
use support::{
    Running, framed,
    notebook::{Disk, Notebook},
};
use tendermint_proto::v0_38::abci::{
    RequestCheckTx, RequestEcho, RequestFlush, request::Value as Call, response::Value as Answer,
};

/// How often the application was asked about a transaction before, and which it saw then.
type Seen = (usize, Vec<Bytes>);

fn check(tx: &'static str, kind: i32) -> Call {
    Call::CheckTx(RequestCheckTx {
        tx: tx.into(),
        r#type: kind,
    })
}

fn new(tx: &'static str) -> Call {
    check(tx, 0)
}

fn again(tx: &'static str) -> Call {
    check(tx, 1)
}

fn echo() -> Call {
    Call::Echo(RequestEcho {
        message: "between".to_owned(),
    })
}

/// Sends calls and a Flush in one write and takes all answers.
fn answers(peer: &mut RawPeer<UnixStream>, calls: Vec<Call>) -> Vec<Answer> {
    let count = calls.len();
    let flush = Call::Flush(RequestFlush {});
    let octets: Vec<u8> = calls.into_iter().chain([flush]).flat_map(framed).collect();
    peer.send(&octets).unwrap();
    (0..=count).map(|_| peer.receive().unwrap()).collect()
}

#[test]
fn new_transactions_that_arrive_together_are_seen_once_before_the_first_is_answered() {
    let folder = tempfile::tempdir().unwrap();
    let answered = Arc::new(AtomicUsize::new(0));
    let seen = Arc::new(Mutex::new(Vec::<Seen>::new()));
    let (count, before, list) = (
        Arc::clone(&answered),
        Arc::clone(&answered),
        Arc::clone(&seen),
    );
    let builder = ServerBuilder::default()
        .on_call(move |_| {
            count.fetch_add(1, Ordering::SeqCst);
        })
        .on_ahead(move |txs| {
            let answered = before.load(Ordering::SeqCst);
            list.lock().unwrap().push((answered, txs.to_vec()));
        });
    let server = Running::start(builder, folder.path(), Notebook::new(&Disk::default()));
    let mut peer = RawPeer::unix(&server.path).unwrap();
    // Three together; one alone, which is worth no look; those that the engine asks about again; and two behind another request.
    answers(&mut peer, vec![new("a"), new("b"), new("c")]);
    answers(&mut peer, vec![new("d")]);
    answers(&mut peer, vec![again("a"), again("b")]);
    answers(&mut peer, vec![new("e"), echo(), new("f"), new("g")]);
    assert_eq!(
        *seen.lock().unwrap(),
        [
            (0, vec!["a".into(), "b".into(), "c".into()]),
            // Nine calls in three writes, and e with its echo.
            (11, vec!["f".into(), "g".into()]),
        ]
    );
    server.end().unwrap();
}

#[test]
fn a_look_ahead_changes_no_answer_even_if_it_panics() {
    let calls = || vec![new("a"), new(""), new("panic"), again(""), echo(), new("")];
    let given = |builder: ServerBuilder| {
        let folder = tempfile::tempdir().unwrap();
        let server = Running::start(builder, folder.path(), Notebook::new(&Disk::default()));
        let mut peer = RawPeer::unix(&server.path).unwrap();
        let given = answers(&mut peer, calls());
        server.end().unwrap();
        given
    };
    let fails = ServerBuilder::default().on_ahead(|_| panic!("a look ahead that fails"));
    assert_eq!(given(ServerBuilder::default()), given(fails));
}
