//! How many bytes a server allocates for one large frame, ours and the stock server, counted at the allocator.
//! A process of its own, and one test: the allocator counts for all threads.

#![expect(clippy::unwrap_used, reason = "test code")]

mod support;

use std::thread;

use ktr_abci::{
    ServerBuilder,
    contract::{Peer, RawPeer},
};
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};
use support::{
    framed,
    notebook::{Disk, Notebook},
    stock,
};
use tendermint_proto::v0_38::abci::{RequestCheckTx, request::Value as Call};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<std::alloc::System> = &INSTRUMENTED_SYSTEM;

const FRAME_BYTES: usize = 4 * 1024 * 1024;

/// Row 2 of the stock server's defects: it copies its whole buffer at every attempt to decode.
#[test]
fn a_frame_is_read_into_room_that_is_reserved_once() {
    let app = Notebook::new(&Disk::default());
    let limit = 2 * FRAME_BYTES;
    let ours = ServerBuilder::new(limit).bind("127.0.0.1:0", app.clone());
    let ours = ours.unwrap();
    let address = ours.local_addr();
    let stop = ours.stop_handle();
    let ours = thread::spawn(move || ours.listen());
    let by_ours = allocated_at(&address);
    stop.stop();
    ours.join().unwrap().unwrap();

    let by_stock = allocated_at(&stock(app).0);

    println!(
        "a frame of {FRAME_BYTES} bytes: ours allocates {by_ours}, the stock server {by_stock}"
    );
    assert!(by_ours < 2 * FRAME_BYTES, "{by_ours}");
    assert!(by_stock > 3 * FRAME_BYTES, "{by_stock}");
}

/// What one `CheckTx` costs beyond what the peer needs to send it.
fn allocated_at(address: &str) -> usize {
    let mut peer = RawPeer::tcp(address).unwrap();
    let call = |bytes| {
        Call::CheckTx(RequestCheckTx {
            tx: vec![7; bytes].into(),
            ..RequestCheckTx::default()
        })
    };
    peer.call(call(1)).unwrap();
    let octets = framed(call(FRAME_BYTES));
    let region = Region::new(ALLOCATOR);
    peer.send(&octets).unwrap();
    peer.receive().unwrap();
    let change = region.change();
    let grown = usize::try_from(change.bytes_reallocated.max(0)).unwrap();
    change.bytes_allocated.saturating_add(grown)
}
