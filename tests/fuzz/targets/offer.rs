//! The offer of a snapshot and its chunks, as a joining node hears them: what is taken fits together, and a chunk is the next one that was
//! offered.
//!
//! The reader is the node's own file; the rest of that crate, and RocksDB with it, is compiled in no fuzz target.

#![no_main]

#[path = "../../../app/ktr-node/src/snapshot/joining.rs"]
mod joining;
#[path = "../../../app/ktr-node/src/limits.rs"]
#[expect(dead_code, unused_imports, reason = "the reader asks for two of them")]
mod limits;

use joining::{Joining, Took};
use ktr_core::id::Sha256;
use ktr_wire::digest::sha256;
use libfuzzer_sys::fuzz_target;
use limits::SNAPSHOT_CHUNKS_MAX;
use prost::Message;
use tendermint_proto::v0_38::abci::{RequestOfferSnapshot, Snapshot};

fuzz_target!(|octets: &[u8]| {
    // As the engine passes it on.
    if let Ok(offered) = RequestOfferSnapshot::decode(octets) {
        let _unwanted = Joining::offered(&offered);
    }
    // The first octet says how many chunks there are, the rest is what a peer says of them.
    let Some((count, metadata)) = octets.split_first() else {
        return;
    };
    let count = u32::from(*count);
    let is_whole = (1..=SNAPSHOT_CHUNKS_MAX).contains(&count)
        && metadata.len() == 32 * usize::try_from(count).expect("it is an octet");
    let offered = Joining::offered(&offer(count, metadata));
    assert_eq!(offered.is_ok(), is_whole);
    if let Ok(mut joining) = offered {
        assert_eq!(joining.take(0, octets, "peer"), Took::Bad);
        assert_eq!(joining.take(1, octets, "peer"), Took::Misplaced);
        assert!(joining.octets().is_empty() && joining.senders().is_empty());
    }
    taken(octets);
});

/// Chunks of these octets: whoever offers them and sends them in their order is heard.
fn taken(octets: &[u8]) {
    let parts = usize::try_from(SNAPSHOT_CHUNKS_MAX).expect("it is small");
    let chunks: Vec<&[u8]> = octets.chunks(octets.len().div_ceil(parts)).collect();
    let digests: Vec<[u8; 32]> = chunks.iter().map(|chunk| sha256(&[*chunk]).0).collect();
    let count = u32::try_from(chunks.len()).expect("they are few");
    let offered = Joining::offered(&offer(count, &digests.concat()));
    let mut joining = offered.expect("it fits together");
    assert_eq!((joining.height, joining.app_hash), (HEIGHT, APP_HASH));
    for (index, chunk) in (0..count).zip(chunks) {
        let is_last = index + 1 == count;
        let wanted = if is_last { Took::Last } else { Took::More };
        assert_eq!(joining.take(index, chunk, "peer"), wanted);
    }
    assert_eq!(joining.octets(), octets);
    assert_eq!(joining.senders(), ["peer"]);
}

fn offer(chunks: u32, metadata: &[u8]) -> RequestOfferSnapshot {
    let snapshot = Snapshot {
        height: HEIGHT,
        format: FORMAT,
        chunks,
        hash: sha256(&[metadata]).0.to_vec().into(),
        metadata: metadata.to_vec().into(),
    };
    RequestOfferSnapshot {
        snapshot: Some(snapshot),
        app_hash: APP_HASH.0.to_vec().into(),
    }
}

/// As `app/ktr-node/src/snapshot/mod.rs` has it.
const FORMAT: u32 = 1;
const HEIGHT: u64 = 1_440;
const APP_HASH: Sha256 = Sha256([7; 32]);
