//! One synchronous call and its Flush, and one `FinalizeBlock` of 64 MiB: ours over a Unix socket, the stock server over TCP.
//! The measure of the frame is a reader that only copies it.

use std::{
    io::{Read, Write},
    os::unix::net::{UnixListener, UnixStream},
    path::Path,
    thread,
    time::{Duration, Instant},
};

use ktr_abci::{
    ServerBuilder,
    contract::{Peer, RawPeer},
};
use ktr_testkit::table::{Table, percentile, ratio};
use prost::Message;
use tendermint_abci::Application;
use tendermint_proto::v0_38::abci::{
    Request, RequestEcho, RequestFinalizeBlock, RequestFlush, request::Value as Call,
};

/// Answers everything by default, so that only the server is measured.
#[derive(Clone)]
struct Nothing;

impl Application for Nothing {}

const FRAME_BYTES: usize = 64 * 1024 * 1024;
/// About what a call of a hundred letters and its Flush take on the wire.
const CALL_BYTES: usize = 128;
const STOCK_CALLS: usize = 200;
const OUR_CALLS: usize = 50_000;
const FRAMES: usize = 5;

pub(crate) fn measure(table: &mut Table) {
    let stock = tendermint_abci::ServerBuilder::default();
    let stock = stock.bind("127.0.0.1:0", Nothing).unwrap();
    let stock_address = stock.local_addr();
    drop(thread::spawn(move || stock.listen().is_ok()));

    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("abci.sock");
    let ours = ServerBuilder::new(2 * FRAME_BYTES);
    let ours = ours.bind_unix(&path, Nothing).unwrap();
    let stop = ours.stop_handle();
    let serving = thread::spawn(move || ours.listen());

    let mut by_stock = calls(&mut RawPeer::tcp(&stock_address).unwrap(), STOCK_CALLS);
    let mut by_ours = calls(&mut RawPeer::unix(&path).unwrap(), OUR_CALLS);
    let quicker = ratio(percentile(&mut by_stock, 50), percentile(&mut by_ours, 50));
    let (middle, p99) = (percentile(&mut by_ours, 50), percentile(&mut by_ours, 99));
    table.row(
        "synchronous call + Flush, Unix socket",
        &format!("{quicker:.0} x the stock server; p50 {middle:.1?}, p99 {p99:.1?}"),
        "≥ 800 x, p99 < 50 µs",
        quicker >= 800.0 && p99 < Duration::from_micros(50),
    );
    let mut bare = bare(&folder.path().join("bare.sock"));
    let (middle, p99) = (percentile(&mut bare, 50), percentile(&mut bare, 99));
    table.figure(
        "as many octets to and fro between two threads, no server",
        &format!("p50 {middle:.1?}, p99 {p99:.1?}"),
    );

    let frame = frame();
    let copied = median(|| copy(&folder.path().join("copy.sock"), &frame));
    let ours = median(|| {
        let mut peer = RawPeer::unix(&path).unwrap();
        sent(&mut peer, &frame)
    });
    let stock = median(|| {
        let mut peer = RawPeer::tcp(&stock_address).unwrap();
        sent(&mut peer, &frame)
    });
    let slower = ratio(ours, copied);
    table.row(
        "FinalizeBlock frame of 64 MiB",
        &format!(
            "{slower:.2} x a reader that copies ({ours:.1?} against {copied:.1?}); stock server {:.1} x",
            ratio(stock, copied)
        ),
        "≤ 2 x",
        slower <= 2.0,
    );
    stop.stop();
    serving.join().unwrap().unwrap();
}

fn calls(peer: &mut impl Peer, count: usize) -> Vec<Duration> {
    let echo = Call::Echo(RequestEcho {
        message: "x".repeat(100),
    });
    let one = |_| {
        let call = echo.clone();
        let begun = Instant::now();
        peer.call(call).unwrap();
        begun.elapsed()
    };
    // The first twenty warm up.
    (0..count + 20).map(one).skip(20).collect()
}

/// What the system takes for waking the other side twice: a floor under every call.
fn bare(path: &Path) -> Vec<Duration> {
    let listener = UnixListener::bind(path).unwrap();
    let answerer = thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut octets = [0; CALL_BYTES];
        while stream.read_exact(&mut octets).is_ok() {
            stream.write_all(&octets).unwrap();
        }
    });
    let mut stream = UnixStream::connect(path).unwrap();
    let one = |_| {
        let begun = Instant::now();
        stream.write_all(&[0; CALL_BYTES]).unwrap();
        stream.read_exact(&mut [0; CALL_BYTES]).unwrap();
        begun.elapsed()
    };
    let took = (0..OUR_CALLS).map(one).collect();
    drop(stream);
    answerer.join().unwrap();
    took
}

fn median(one: impl FnMut() -> Duration) -> Duration {
    let mut took: Vec<Duration> = std::iter::repeat_with(one).take(FRAMES).collect();
    percentile(&mut took, 50)
}

/// A block of transactions of a KiB, and the Flush behind it.
fn frame() -> Vec<u8> {
    let tx = bytes::Bytes::from(vec![7; 1_020]);
    let call = Call::FinalizeBlock(RequestFinalizeBlock {
        txs: vec![tx; FRAME_BYTES / 1_024],
        ..RequestFinalizeBlock::default()
    });
    let flush = Call::Flush(RequestFlush {});
    [call, flush]
        .map(|call| Request { value: Some(call) }.encode_length_delimited_to_vec())
        .concat()
}

/// From the first octet sent to the last answer received.
fn sent<S: Read + Write>(peer: &mut RawPeer<S>, frame: &[u8]) -> Duration {
    let begun = Instant::now();
    peer.send(frame).unwrap();
    peer.receive().unwrap();
    peer.receive().unwrap();
    begun.elapsed()
}

/// The same with a peer that reads everything into one buffer and answers with an octet.
fn copy(path: &Path, frame: &[u8]) -> Duration {
    let listener = UnixListener::bind(path).unwrap();
    let length = frame.len();
    let reader = thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut buffer = vec![0; length];
        stream.read_exact(&mut buffer).unwrap();
        stream.write_all(&[1]).unwrap();
    });
    let mut stream = UnixStream::connect(path).unwrap();
    let begun = Instant::now();
    stream.write_all(frame).unwrap();
    stream.read_exact(&mut [0]).unwrap();
    let took = begun.elapsed();
    reader.join().unwrap();
    std::fs::remove_file(path).unwrap();
    took
}
