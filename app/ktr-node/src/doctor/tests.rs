//! Sentences about single checks, without a program around them.
//! That all of them are made, and what they say of a folder of `init`, is shown beside the program (`tests/start`).

use std::{
    fs,
    panic::{AssertUnwindSafe, catch_unwind},
};

use ktr_os::Verdict;
use tendermint_abci::Application;

use super::folder;
use crate::{home::Home, settings::Settings, stage::Stage, store::Store};

#[test]
fn an_address_is_exposed_unless_it_is_loopback_or_localhost() {
    for (host, verdict) in [
        ("127.0.0.1", Verdict::Good),
        ("127.3.2.1", Verdict::Good),
        ("localhost", Verdict::Good),
        ("[::1]", Verdict::Good),
        ("[::ffff:127.0.0.1]", Verdict::Good),
        ("0.0.0.0", Verdict::Weak),
        ("[::]", Verdict::Weak),
        ("192.0.2.10", Verdict::Weak),
        ("[2001:db8::1]", Verdict::Weak),
        ("county.example", Verdict::Weak),
    ] {
        let settings = Settings {
            rpc_laddr: format!("{host}:26657"),
            ..Settings::new(CHAIN_ID)
        };
        settings.check().unwrap();
        let found = folder::exposed(&settings);
        let verdicts: Vec<Verdict> = found.iter().map(|found| found.verdict).collect();
        assert_eq!(verdicts, [verdict], "{host}");
    }
}

#[test]
fn each_exposed_address_is_named_by_its_key_and_an_empty_one_is_none() {
    let anywhere = "0.0.0.0:1".to_owned();
    let open = Settings {
        rpc_laddr: anywhere.clone(),
        metrics_laddr: anywhere.clone(),
        node_metrics_laddr: anywhere,
        ..Settings::new(CHAIN_ID)
    };
    let says: Vec<String> = folder::exposed(&open)
        .into_iter()
        .map(|found| found.says)
        .collect();
    let wanted = ["rpc_laddr", "metrics_laddr", "node_metrics_laddr"].map(|key| {
        format!(
            "{key} in node.toml listens beyond this machine; set 127.0.0.1, or a tunnel's own address"
        )
    });
    assert_eq!(says, wanted);
    // and figures that are shown nowhere are seen by nobody
    let nowhere = Settings {
        metrics_laddr: String::new(),
        node_metrics_laddr: String::new(),
        ..Settings::new(CHAIN_ID)
    };
    let found = folder::exposed(&nowhere);
    assert!(found.iter().all(|found| found.verdict == Verdict::Good));
}

#[test]
fn a_store_at_the_last_height_of_this_version_is_wrong_and_one_below_it_good() {
    // given a folder whose chain ends this version after height 3
    let mut stage = Stage::new();
    let home = Home::new(stage.folder.path().to_owned());
    let settings = Settings::new(stage.chain.id());
    fs::create_dir_all(home.block_store()).unwrap();
    let open = |stage: &Stage| stage.open_with(Store::open(&home.store()).unwrap());
    let node = open(&stage);
    node.init_chain(stage.genesis());
    stage.block(&node, &[]);
    let txs = stage.upgrade(2, 3);
    stage.block(&node, &txs);
    drop(node);
    let found = folder::store(&home, &settings);
    assert_eq!(found.verdict, Verdict::Good, "{}", found.says);
    // when that height is committed
    let node = open(&stage);
    node.finalize_block(stage.request(&[]));
    let committed = catch_unwind(AssertUnwindSafe(|| node.commit()));
    assert!(committed.is_err(), "the last Commit ends it");
    drop(node);
    // then
    let found = folder::store(&home, &settings);
    assert_eq!(found.verdict, Verdict::Wrong, "{}", found.says);
    let says = "height 3 was the last of this version; application version 2 goes on; start the next program";
    assert_eq!(found.says, says);
}

/// Any chain's.
const CHAIN_ID: &str = "ktr-doctor-1";
