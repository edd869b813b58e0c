//! The application as a node runs it, on a disk of its own, and the engine's calls to it.
//! No engine is here; `sites.rs` has real ones.

use std::{
    path::Path,
    time::{Duration, Instant},
};

use bytes::Bytes;
use ktr_core::{
    id::Sha256,
    time::{Secs, Time},
};
use ktr_node::{
    application::{Caps, Node, Ports},
    halt::Told,
    snapshot::Shelf,
    store::{Kept, Store},
};
use ktr_wire::{digest::sha256, genesis};
use tendermint_abci::Application;
use tendermint_proto::{
    google::protobuf::Timestamp,
    v0_38::{
        abci::{RequestFinalizeBlock, RequestInfo, RequestInitChain, ValidatorUpdate},
        crypto::{PublicKey, public_key::Sum},
    },
};

use crate::traffic::Traffic;

pub(crate) const CHAIN_ID: &str = "ktr-a-chain-that-is-measured-alone-1";
/// When every chain of this program begins that has no engine.
pub(crate) const START: Time = Time(1_900_000_000);

/// No caps but the machine's.
pub(crate) const UNCAPPED: Caps = Caps {
    proposal_txs: usize::MAX,
    signer_waiting: u32::MAX,
};

pub(crate) fn open(folder: &Path, chain_id: &str, clock: fn() -> Time) -> Node {
    open_keeping(Kept::NODE, folder, chain_id, clock)
}

/// The same for a store that keeps another part of the tree's past.
pub(crate) fn open_keeping(kept: Kept, folder: &Path, chain_id: &str, clock: fn() -> Time) -> Node {
    Node::open(Ports {
        chain_id: chain_id.to_owned(),
        validator: None,
        store: Store::open(folder).unwrap().keeping(kept),
        shelf: Shelf::new(folder.to_owned(), 0, Sha256([0; 32])),
        clock: Box::new(clock),
        halt: Box::new(Told(|reason| eprintln!("{reason:?}"))),
        caps: UNCAPPED,
    })
    .unwrap()
}

pub(crate) fn height(node: &Node) -> u64 {
    let info = node.info(RequestInfo::default());
    info.last_block_height.try_into().unwrap()
}

pub(crate) fn init(node: &Node, traffic: &Traffic) {
    let genesis = traffic.genesis();
    let validators = genesis.validators.iter().map(|site| ValidatorUpdate {
        pub_key: Some(PublicKey {
            sum: Some(Sum::Ed25519(site.key.0.to_vec())),
        }),
        power: site.power.try_into().unwrap(),
    });
    let validators = validators.collect();
    let json = genesis::to_json(&genesis).unwrap();
    node.init_chain(RequestInitChain {
        chain_id: traffic.chain_id.to_owned(),
        validators,
        app_state_bytes: serde_json::to_vec(&json).unwrap().into(),
        initial_height: 1,
        ..RequestInitChain::default()
    });
}

/// The header time of a block: a second each.
pub(crate) fn time_of(height: u64) -> Time {
    START.plus(Secs(height))
}

/// Executes and commits a block, all of whose transactions are good; gives how long it took.
pub(crate) fn block(node: &Node, height: u64, txs: Vec<Vec<u8>>) -> Duration {
    let request = RequestFinalizeBlock {
        height: height.try_into().unwrap(),
        hash: Bytes::copy_from_slice(&sha256(&[&height.to_be_bytes()]).0),
        time: Some(Timestamp {
            seconds: time_of(height).0.try_into().unwrap(),
            nanos: 0,
        }),
        txs: txs.into_iter().map(Bytes::from).collect(),
        ..RequestFinalizeBlock::default()
    };
    let begun = Instant::now();
    let answer = node.finalize_block(request);
    node.commit();
    let took = begun.elapsed();
    let refused = answer.tx_results.iter().find(|result| result.code != 0);
    assert_eq!(refused.map(|result| result.code), None, "height {height}");
    took
}
