//! The defects of the stock server, one test or more for each, against ours over a Unix socket.
//! What needs a process of its own is in `descriptors.rs` and `log.rs`; speed is in the
//! bench of `ktr-node`.

mod support;

use std::{
    fs,
    io::{ErrorKind, Read},
    os::unix::{
        fs::{MetadataExt, PermissionsExt},
        net::UnixListener,
    },
    sync::{Arc, Mutex, mpsc},
};

use ktr_abci::{
    CAUGHT_PANIC_CODE, CAUGHT_PANIC_CODESPACE, CONNECTIONS_MAX, Method, OnBreach, ServeError,
    ServerBuilder, StaleSocket,
    contract::{Peer, PeerError, RawPeer},
};
use prost::Message;
use support::{
    Door, Running,
    broken::Broken,
    framed,
    notebook::{Disk, Notebook},
    until,
};
use tendermint_abci::Application;
use tendermint_proto::v0_38::abci::{
    Request, RequestApplySnapshotChunk, RequestCheckTx, RequestCommit, RequestEcho,
    RequestExtendVote, RequestFinalizeBlock, RequestFlush, RequestInfo, RequestInitChain,
    RequestListSnapshots, RequestLoadSnapshotChunk, RequestOfferSnapshot, RequestPrepareProposal,
    RequestProcessProposal, RequestQuery, RequestVerifyVoteExtension, ResponseQuery,
    request::Value as Call, response::Value as Answer,
};

fn notebook() -> Notebook {
    Notebook::new(&Disk::default())
}

fn echo(message: &str) -> Call {
    Call::Echo(RequestEcho {
        message: message.to_owned(),
    })
}

// 1: writes

#[test]
fn answers_wait_for_the_flush_that_is_already_at_hand() {
    // given a look at the peer's side of the socket just before the Flush is answered
    let folder = tempfile::tempdir().unwrap();
    let peer_side = Arc::new(Mutex::new(None::<std::os::unix::net::UnixStream>));
    let early = Arc::new(Mutex::new(None::<Result<usize, ErrorKind>>));
    let (side, seen) = (Arc::clone(&peer_side), Arc::clone(&early));
    let builder = ServerBuilder::default().on_call(move |call| {
        if call.method == Method::Flush {
            let mut stream = side.lock().unwrap().take().unwrap();
            *seen.lock().unwrap() = Some(stream.read(&mut [0; 64]).map_err(|error| error.kind()));
        }
    });
    let server = Running::start(builder, folder.path(), notebook());
    let mut peer = RawPeer::unix(&server.path).unwrap();
    let look = peer.stream().try_clone().unwrap();
    look.set_nonblocking(true).unwrap();
    *peer_side.lock().unwrap() = Some(look);
    // when a call and its Flush come at once
    let mut both = framed(echo("early"));
    both.extend(framed(Call::Flush(RequestFlush {})));
    peer.send(&both).unwrap();
    let left_early = until("the flush is answered", 30, || *early.lock().unwrap());
    // then the call's answer had not left on its own
    assert_eq!(left_early, Err(ErrorKind::WouldBlock));
    server.end().unwrap();
}

#[test]
fn a_thousand_calls_in_one_write_are_answered_in_their_order() {
    let folder = tempfile::tempdir().unwrap();
    let server = Running::start(ServerBuilder::default(), folder.path(), notebook());
    let mut peer = RawPeer::unix(&server.path).unwrap();
    let mut bytes: Vec<u8> = (0..1_000)
        .flat_map(|n: u32| framed(echo(&n.to_string())))
        .collect();
    bytes.extend(framed(Call::Flush(RequestFlush {})));
    peer.send(&bytes).unwrap();
    for n in 0..1_000_u32 {
        let Answer::Echo(answer) = peer.receive().unwrap() else {
            panic!("no echo at {n}")
        };
        assert_eq!(answer.message, n.to_string());
    }
    assert!(matches!(peer.receive().unwrap(), Answer::Flush(_)));
    server.end().unwrap();
}

// 3 and 4: what makes no sense

#[test]
fn what_makes_no_sense_gets_an_exception_and_ends_its_connection_only() {
    let mut huge = Vec::new();
    prost::encoding::encode_varint(1 << 62, &mut huge);
    let cases: [(&str, &[u8]); 7] = [
        ("huge length", &huge),
        ("one byte over the limit", &[0x81, 0x08]),
        ("length that never ends", &[0xff; 11]),
        ("empty request", &[0x00]),
        ("request of a later version", &[0x03, 0xaa, 0x01, 0x00]),
        ("garbage", &[0x05, 0xff, 0xff, 0xff, 0xff, 0xff]),
        ("echo cut short", &[0x03, 0x0a, 0x05, 0x0a]),
    ];
    let folder = tempfile::tempdir().unwrap();
    let server = Running::start(ServerBuilder::new(1024), folder.path(), notebook());
    let mut bystander = RawPeer::unix(&server.path).unwrap();
    for ((name, bytes), count) in cases.into_iter().zip(1..) {
        let mut peer = RawPeer::unix(&server.path).unwrap();
        peer.send(bytes).unwrap();
        let answer = peer.receive().unwrap();
        assert!(matches!(answer, Answer::Exception(_)), "{name}: {answer:?}");
        assert!(matches!(peer.receive(), Err(PeerError::Ended)), "{name}");
        assert_eq!(server.counts.snapshot().malformed, count, "{name}");
        bystander.call(echo(name)).unwrap();
    }
    server.end().unwrap();
}

#[test]
fn a_frame_of_exactly_the_limit_is_answered() {
    let folder = tempfile::tempdir().unwrap();
    let call = echo(&"x".repeat(500_000));
    let limit = Request {
        value: Some(call.clone()),
    }
    .encoded_len();
    let server = Running::start(ServerBuilder::new(limit), folder.path(), notebook());
    let mut peer = RawPeer::unix(&server.path).unwrap();
    assert!(
        matches!(peer.call(call).unwrap(), Answer::Echo(answer) if answer.message.len() == 500_000)
    );
    server.end().unwrap();
}

#[test]
fn answers_given_before_an_exception_still_arrive() {
    let folder = tempfile::tempdir().unwrap();
    let server = Running::start(ServerBuilder::default(), folder.path(), notebook());
    let mut peer = RawPeer::unix(&server.path).unwrap();
    let mut bytes = framed(echo("before"));
    bytes.push(0);
    peer.send(&bytes).unwrap();
    assert!(matches!(peer.receive().unwrap(), Answer::Echo(_)));
    assert!(matches!(peer.receive().unwrap(), Answer::Exception(_)));
    server.end().unwrap();
}

// 5: panics

#[test]
fn a_panic_in_query_or_check_tx_is_answered_and_the_connection_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let server = Running::start(ServerBuilder::default(), folder.path(), Broken);
    let mut peer = RawPeer::unix(&server.path).unwrap();
    for _ in 0..2 {
        let Answer::Query(answer) = peer.call(Call::Query(RequestQuery::default())).unwrap() else {
            panic!("no query answer")
        };
        assert_eq!(answer.code, CAUGHT_PANIC_CODE);
        assert_eq!(answer.codespace, CAUGHT_PANIC_CODESPACE);
        let Answer::CheckTx(answer) = peer.call(Call::CheckTx(RequestCheckTx::default())).unwrap()
        else {
            panic!("no check answer")
        };
        assert_eq!(answer.code, CAUGHT_PANIC_CODE);
        assert_eq!(answer.codespace, CAUGHT_PANIC_CODESPACE);
    }
    assert_eq!(server.counts.snapshot().caught_panics, 4);
    server.end().unwrap();
}

#[test]
fn a_panic_that_any_peer_of_the_network_can_cause_does_not_stop_the_engine() {
    let folder = tempfile::tempdir().unwrap();
    let server = Running::start(ServerBuilder::default(), folder.path(), Broken);
    let mut peer = RawPeer::unix(&server.path).unwrap();
    let calls = [
        Call::ListSnapshots(RequestListSnapshots {}),
        Call::LoadSnapshotChunk(RequestLoadSnapshotChunk::default()),
    ];
    for call in calls {
        let answer = peer.call(call.clone()).unwrap();
        assert!(
            matches!(&answer, Answer::ListSnapshots(list) if list.snapshots.is_empty())
                || matches!(&answer, Answer::LoadSnapshotChunk(chunk) if chunk.chunk.is_empty()),
            "{answer:?}"
        );
    }
    server.end().unwrap();
}

#[test]
fn a_panic_while_a_snapshot_is_restored_is_an_exception() {
    let folder = tempfile::tempdir().unwrap();
    let server = Running::start(ServerBuilder::default(), folder.path(), Broken);
    let calls = [
        Call::OfferSnapshot(RequestOfferSnapshot::default()),
        Call::ApplySnapshotChunk(RequestApplySnapshotChunk::default()),
    ];
    for call in calls {
        let mut peer = RawPeer::unix(&server.path).unwrap();
        assert!(matches!(peer.call(call).unwrap(), Answer::Exception(_)));
        assert!(matches!(peer.receive(), Err(PeerError::Ended)));
    }
    server.end().unwrap();
}

#[test]
fn a_panic_in_a_consensus_call_reaches_the_hook_is_not_answered_and_ends_the_server() {
    let calls = [
        Call::Info(RequestInfo::default()),
        Call::InitChain(RequestInitChain::default()),
        Call::PrepareProposal(RequestPrepareProposal::default()),
        Call::ProcessProposal(RequestProcessProposal::default()),
        Call::ExtendVote(RequestExtendVote::default()),
        Call::VerifyVoteExtension(RequestVerifyVoteExtension::default()),
        Call::FinalizeBlock(RequestFinalizeBlock::default()),
        Call::Commit(RequestCommit {}),
    ];
    for call in calls {
        let folder = tempfile::tempdir().unwrap();
        let method = Method::of(&call);
        let (hook, heard) = mpsc::channel();
        let builder = ServerBuilder::default().on_fatal(move |method| hook.send(method).unwrap());
        let server = Running::start(builder, folder.path(), Broken);
        let mut peer = RawPeer::unix(&server.path).unwrap();
        assert!(
            matches!(peer.call(call), Err(PeerError::Ended | PeerError::Io(_))),
            "{method}"
        );
        assert_eq!(heard.recv().unwrap(), method);
        let ended = server.thread.join().unwrap();
        assert!(
            matches!(ended, Err(ServeError::Panicked(seen)) if seen == method),
            "{method}"
        );
    }
}

// 6: the end

#[test]
fn a_stop_lets_the_running_call_finish_and_joins_every_thread() {
    /// Waits inside a query until the test opens the door.
    #[derive(Clone)]
    struct Slow {
        entered: mpsc::Sender<()>,
        door: Arc<Door>,
    }
    impl Application for Slow {
        fn query(&self, _: RequestQuery) -> ResponseQuery {
            self.entered.send(()).unwrap();
            self.door.wait();
            ResponseQuery {
                code: 7,
                ..ResponseQuery::default()
            }
        }
    }
    // given a call that runs, and a connection that idles
    let folder = tempfile::tempdir().unwrap();
    let (entered, running) = mpsc::channel();
    let door = Arc::new(Door::default());
    let app = Slow {
        entered,
        door: Arc::clone(&door),
    };
    let server = Running::start(ServerBuilder::default(), folder.path(), app);
    let mut idle = RawPeer::unix(&server.path).unwrap();
    idle.call(echo("idle")).unwrap();
    let mut busy = RawPeer::unix(&server.path).unwrap();
    busy.send(&framed(Call::Query(RequestQuery::default())))
        .unwrap();
    running.recv().unwrap();
    // when
    server.stop.stop();
    server.stop.stop();
    assert!(matches!(idle.receive(), Err(PeerError::Ended)));
    door.open();
    // then
    assert!(matches!(busy.receive().unwrap(), Answer::Query(answer) if answer.code == 7));
    assert!(matches!(busy.receive(), Err(PeerError::Ended)));
    server.thread.join().unwrap().unwrap();
    assert_eq!(
        Arc::strong_count(&door),
        1,
        "a clone of the application is still alive"
    );
    assert!(!server.path.exists());
}

#[test]
fn a_peer_that_takes_no_answers_does_not_hold_up_the_end() {
    let folder = tempfile::tempdir().unwrap();
    let server = Running::start(ServerBuilder::default(), folder.path(), notebook());
    let mut peer = RawPeer::unix(&server.path).unwrap();
    // More than both sides' socket buffers hold, and never read.
    peer.send(&framed(echo(&"x".repeat(4_000_000)))).unwrap();
    until("the call was made", 30, || {
        (server.counts.snapshot().calls == 1).then_some(())
    });
    server.end().unwrap();
}

#[test]
fn connections_over_the_limit_are_turned_away() {
    let folder = tempfile::tempdir().unwrap();
    let server = Running::start(ServerBuilder::default(), folder.path(), notebook());
    let mut peers: Vec<_> = (0..CONNECTIONS_MAX)
        .map(|_| RawPeer::unix(&server.path).unwrap())
        .collect();
    for peer in &mut peers {
        peer.call(echo("in")).unwrap();
    }
    let mut late = RawPeer::unix(&server.path).unwrap();
    assert!(late.call(echo("late")).is_err());
    assert_eq!(server.counts.snapshot().turned_away, 1);
    drop(peers);
    until("there is room again", 30, || {
        RawPeer::unix(&server.path)
            .unwrap()
            .call(echo("again"))
            .ok()
    });
    server.end().unwrap();
}

// 7: who may connect

#[test]
fn the_socket_is_for_its_owner_alone() {
    let folder = tempfile::tempdir().unwrap();
    let server = Running::start(ServerBuilder::default(), folder.path(), notebook());
    let mode = fs::metadata(&server.path).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    server.end().unwrap();
}

#[test]
fn a_peer_of_another_user_id_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let stranger = fs::metadata(folder.path()).unwrap().uid() + 1;
    let builder = ServerBuilder::default().peer_uid(stranger);
    let server = Running::start(builder, folder.path(), notebook());
    let mut peer = RawPeer::unix(&server.path).unwrap();
    assert!(peer.call(echo("let me in")).is_err());
    assert_eq!(server.counts.snapshot().foreign_peers, 1);
    assert_eq!(server.counts.snapshot().calls, 0);
    server.end().unwrap();
}

#[test]
fn a_stale_socket_is_removed_only_for_a_caller_that_holds_the_lock() {
    // given
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("abci.sock");
    drop(UnixListener::bind(&path).unwrap());
    // when, then
    let refused = ServerBuilder::default().bind_unix(&path, notebook());
    assert!(matches!(refused, Err(ServeError::SocketExists { .. })));
    assert!(path.exists());
    let builder = ServerBuilder::default().stale_socket(StaleSocket::RemoveUnderLock);
    Running::start(builder, folder.path(), notebook())
        .end()
        .unwrap();
}

#[test]
fn a_file_that_is_no_socket_is_never_removed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("abci.sock");
    fs::write(&path, "precious").unwrap();
    for stale in [StaleSocket::Keep, StaleSocket::RemoveUnderLock] {
        let refused = ServerBuilder::default()
            .stale_socket(stale)
            .bind_unix(&path, notebook());
        assert!(matches!(refused, Err(ServeError::NotASocket { .. })));
    }
    assert_eq!(fs::read_to_string(&path).unwrap(), "precious");
}

#[test]
fn the_end_of_a_server_leaves_the_socket_of_its_successor_alone() {
    let folder = tempfile::tempdir().unwrap();
    let first = Running::start(ServerBuilder::default(), folder.path(), notebook());
    let builder = ServerBuilder::default().stale_socket(StaleSocket::RemoveUnderLock);
    let second = Running::start(builder, folder.path(), notebook());
    first.end().unwrap();
    RawPeer::unix(&second.path)
        .unwrap()
        .call(echo("still here"))
        .unwrap();
    second.end().unwrap();
}

#[test]
fn a_path_of_107_bytes_is_bound_and_one_more_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let room = 107 - folder.path().as_os_str().len() - 1;
    for (bytes, fits) in [(room, true), (room + 1, false)] {
        let path = folder.path().join("s".repeat(bytes));
        let bound = ServerBuilder::default().bind_unix(&path, notebook());
        assert_eq!(bound.is_ok(), fits);
        assert!(fits || matches!(bound, Err(ServeError::PathTooLong { bytes: 108 })));
    }
}

// 9 and the order of calls

#[test]
fn a_call_out_of_order_is_counted_and_passed_on() {
    let folder = tempfile::tempdir().unwrap();
    let server = Running::start(ServerBuilder::default(), folder.path(), notebook());
    let mut peer = RawPeer::unix(&server.path).unwrap();
    let block = RequestFinalizeBlock {
        height: 1,
        ..RequestFinalizeBlock::default()
    };
    peer.call(Call::FinalizeBlock(block)).unwrap();
    assert_eq!(server.counts.snapshot().grammar_breaches, 1);
    peer.call(Call::Commit(RequestCommit {})).unwrap();
    assert_eq!(server.counts.snapshot().grammar_breaches, 1);
    server.end().unwrap();
}

#[test]
fn an_engine_that_comes_after_another_has_ended_starts_anew() {
    let folder = tempfile::tempdir().unwrap();
    let server = Running::start(ServerBuilder::default(), folder.path(), notebook());
    let mut first = RawPeer::unix(&server.path).unwrap();
    let block = RequestFinalizeBlock {
        height: 1,
        ..RequestFinalizeBlock::default()
    };
    for call in [
        Call::Info(RequestInfo::default()),
        Call::FinalizeBlock(block),
        Call::Commit(RequestCommit {}),
    ] {
        first.call(call).unwrap();
    }
    first.send(&[0]).unwrap();
    while first.receive().is_ok() {}
    let mut second = RawPeer::unix(&server.path).unwrap();
    second
        .call(Call::OfferSnapshot(RequestOfferSnapshot::default()))
        .unwrap();
    assert_eq!(server.counts.snapshot().grammar_breaches, 0);
    server.end().unwrap();
}

#[test]
fn a_call_out_of_order_panics_where_a_test_asks_for_it() {
    let folder = tempfile::tempdir().unwrap();
    let builder = ServerBuilder::default().on_breach(OnBreach::Panic);
    let server = Running::start(builder, folder.path(), notebook());
    let mut peer = RawPeer::unix(&server.path).unwrap();
    assert!(peer.call(Call::Commit(RequestCommit {})).is_err());
    server.stop.stop();
    assert!(server.thread.join().is_err());
}
