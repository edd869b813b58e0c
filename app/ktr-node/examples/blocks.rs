//! Measures `FinalizeBlock` and Commit of full blocks on a real disk, and what the process takes up.
//! It judges nothing: the bars are in the design (ledger, section 16).
//!
//! `cargo run --release -p ktr-node --example blocks -- 20 1000`

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::arithmetic_side_effects,
    reason = "a measuring tool"
)]

use ktr_core::{id::MemberId, time::Time};
use ktr_node::{
    application::{Node, Ports},
    halt::Told,
    store::Store,
};
use ktr_testkit::Cast;
use ktr_wire::genesis;
use tendermint_abci::Application;
use tendermint_proto::{
    google::protobuf::Timestamp,
    v0_38::{
        abci::{RequestFinalizeBlock, RequestInitChain, ValidatorUpdate},
        crypto::{PublicKey, public_key::Sum},
    },
};
use tokio::time::Instant;

const CHAIN_ID: &str = "ktr-blocks-1";

fn main() {
    let mut arguments = std::env::args().skip(1);
    let blocks: u64 = arguments.next().map_or(20, |text| text.parse().unwrap());
    let txs: u64 = arguments.next().map_or(1_000, |text| text.parse().unwrap());
    let folder = tempfile::tempdir().unwrap();
    let cast = Cast::new(Time(1_900_000_000));
    let node = Node::open(Ports {
        chain_id: CHAIN_ID.to_owned(),
        store: Store::open(folder.path()).unwrap(),
        clock: Box::new(|| Time(0)),
        halt: Box::new(Told(|reason| println!("{reason:?}"))),
    })
    .unwrap();
    init(&node, &cast);
    let (mut executing, mut committing) = (Vec::new(), Vec::new());
    for height in 1..=blocks {
        let requests: Vec<_> = (0..txs)
            .map(|n| admission(&cast, height * txs + n))
            .collect();
        let request = RequestFinalizeBlock {
            height: height.try_into().unwrap(),
            time: Some(Timestamp {
                seconds: cast.start.0.try_into().unwrap(),
                nanos: 0,
            }),
            txs: requests.into_iter().map(Into::into).collect(),
            ..RequestFinalizeBlock::default()
        };
        let begun = Instant::now();
        let response = node.finalize_block(request);
        executing.push(begun.elapsed());
        assert!(response.tx_results.iter().all(|result| result.code == 0));
        let begun = Instant::now();
        node.commit();
        committing.push(begun.elapsed());
    }
    executing.sort();
    committing.sort();
    println!("{blocks} blocks of {txs} admissions (two records each)");
    println!(
        "FinalizeBlock median {:?} max {:?}",
        middle(&executing),
        executing.last()
    );
    println!(
        "Commit        median {:?} max {:?}",
        middle(&committing),
        committing.last()
    );
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    for line in status
        .lines()
        .filter(|line| line.starts_with("VmHWM") || line.starts_with("VmRSS"))
    {
        println!("{line}");
    }
}

fn middle<T: Copy>(sorted: &[T]) -> Option<T> {
    sorted.get(sorted.len() / 2).copied()
}

fn init(node: &Node, cast: &Cast) {
    let mut genesis = cast.genesis();
    genesis.parameters.signer_txs_max = 10_000;
    let validators = genesis.validators.iter().map(|site| ValidatorUpdate {
        pub_key: Some(PublicKey {
            sum: Some(Sum::Ed25519(site.key.0.to_vec())),
        }),
        power: site.power.try_into().unwrap(),
    });
    let json = genesis::to_json(&genesis).unwrap();
    node.init_chain(RequestInitChain {
        chain_id: CHAIN_ID.to_owned(),
        validators: validators.collect(),
        app_state_bytes: serde_json::to_vec(&json).unwrap().into(),
        ..RequestInitChain::default()
    });
}

fn admission(cast: &Cast, n: u64) -> Vec<u8> {
    let mut octets = [0; 16];
    octets
        .iter_mut()
        .zip(n.to_be_bytes())
        .for_each(|(to, from)| *to = from);
    cast.admitting(CHAIN_ID, 0, MemberId(octets), cast.start)
}
