//! Sentences about a genesis that was good when its chain began, and with which no chain could begin today.
//! How a start reads it is shown beside the engine's folder.

use std::fs;

use ktr_abci::contract::Peer;
use ktr_core::{Genesis, time::Secs};
use ktr_ledger::{Ledger, results_hash};
use ktr_node::{engine::Document, replay::Line};
use ktr_testkit::Cast;
use ktr_wire::genesis::digest;

use crate::{
    county::County,
    doctor::{examined, replace},
    engine::{Node, block, commit, finalized, init_chain},
    folder::{CHAIN_ID, Folder, RIGHT, START, STAYS},
    running::{run, said, with_a_peer},
};

/// A genesis with parameters that it may not have any more.
fn old() -> (Genesis, String) {
    let mut genesis = Cast::new(START).genesis();
    genesis.parameters.tx_window_secs = Secs(172_800);
    let document = Document::new(CHAIN_ID, START, &genesis).unwrap();
    let text = document.text().unwrap();
    assert!(Document::parse(text.as_bytes()).is_err());
    (genesis, text)
}

#[test]
fn a_chain_that_began_with_an_older_genesis_is_executed_again() {
    // given a block whose header says what that genesis led to
    let folder = Folder::made(RIGHT);
    let (genesis, text) = old();
    let (ledger, _) = Ledger::genesis(CHAIN_ID, genesis).unwrap();
    let line = Line {
        height: 1,
        time: START.0,
        txs: Vec::new(),
        misbehaviour: Vec::new(),
        app_hash: ledger.app_hash().to_string(),
        last_results_hash: results_hash(&[]).to_string(),
    };
    let [blocks, path] = ["blocks.jsonl", "old.json"].map(|name| folder.home().path().join(name));
    fs::write(&blocks, serde_json::to_string(&line).unwrap()).unwrap();
    let replay = |genesis: &str| {
        fs::write(&path, genesis).unwrap();
        let [blocks, path] = [&blocks, &path].map(|path| path.to_str().unwrap());
        folder
            .answer(&["replay", "--blocks", blocks, "--genesis", path])
            .0
    };
    // then
    assert_eq!(replay(&text), 0);
    // and a genesis of today is another one, and what is none is refused
    let other = Document::new(CHAIN_ID, START, &Cast::new(START).genesis()).unwrap();
    assert_eq!(replay(&other.text().unwrap()), 14);
    assert_eq!(replay("{}"), 1);
}

#[test]
fn the_doctor_warns_of_an_older_genesis_where_its_chain_goes_on_and_refuses_it_where_none_has_begun()
 {
    // given
    let folder = Folder::made(STAYS);
    let (genesis, text) = old();
    let kept = fs::read(folder.home().genesis_digest()).unwrap();
    fs::create_dir_all(folder.home().block_store()).unwrap();
    // when no chain has begun
    let right = fs::read(folder.home().genesis()).unwrap();
    fs::write(folder.home().genesis(), &text).unwrap();
    assert_eq!(said(&examined(&folder).1, "genesis").0, "wrong");
    // when one has
    fs::write(folder.home().genesis(), right).unwrap();
    let (mut node, mut engine) = Node::start(&folder);
    init_chain(&mut engine, &Cast::new(START));
    finalized(engine.call(block(1, &[])).unwrap());
    commit(&mut engine);
    node.terminate();
    assert_eq!(node.ended().code(), Some(0));
    fs::write(folder.home().genesis(), &text).unwrap();
    fs::write(
        folder.home().genesis_digest(),
        format!("{}\n", digest(&genesis)),
    )
    .unwrap();
    let (verdict, says) = said(&examined(&folder).1, "genesis");
    assert_eq!(verdict, "weak", "{says}");
    assert!(
        says.contains("no network can work with these parameters; no new chain"),
        "{says}"
    );
    // and one that the folder was not made with is none of it
    fs::write(folder.home().genesis_digest(), kept).unwrap();
    let (verdict, says) = said(&examined(&folder).1, "genesis");
    assert_eq!(verdict, "wrong", "{says}");
    assert!(
        says.contains("another than this folder was made with"),
        "{says}"
    );
}

#[test]
fn a_chain_with_an_older_genesis_is_joined_with_a_snapshot_and_begun_by_nobody() {
    let folder = Folder::made(RIGHT);
    let (genesis, text) = old();
    let path = folder.home().path().with_file_name("genesis.json");
    let rule = "app_state: no network can work with these parameters";
    let rule = format!("ktr-node: {}: {rule}", path.display());
    // given a county without a header that it trusts
    assert_eq!(folder.init(&text, &[]), (1, rule.clone()));
    // when it has one
    let hash = "ab".repeat(32);
    let rpc = "127.0.0.1:1,127.0.0.1:2";
    let join = [
        "--join",
        rpc,
        "--trust-height",
        "7",
        "--trust-hash",
        hash.as_str(),
    ];
    let (code, said) = folder.init(&text, &join);
    // then the folder is made, and the rule is named
    assert_eq!(code, 0, "{said}");
    let goes_on = "no new chain could begin with it, and this one goes on";
    assert_eq!(said, format!("{rule}; {goes_on}"));
    let kept = fs::read_to_string(folder.home().genesis_digest()).unwrap();
    assert_eq!(kept, format!("{}\n", digest(&genesis)));
    // and the engine is started, before which the doctor saw nothing wrong
    assert_eq!(said_of_genesis(&folder).0, "weak");
    assert_eq!(folder.start().0, 12);
    assert!(folder.engine_started());
    // and it is this genesis or none
    let [was, is] = ["172800", "172801"].map(|secs| format!("\"tx_window_secs\": \"{secs}\""));
    replace(&folder.home().genesis(), &was, &is);
    let another = "genesis.json is another than this folder was made with";
    let (code, said) = folder.start();
    assert!(code == 1 && said.contains(another), "{said}");
    let (verdict, says) = said_of_genesis(&folder);
    assert!(verdict == "wrong" && says.contains(another), "{says}");
}

/// The doctor's word about the genesis.
fn said_of_genesis(folder: &Folder) -> (String, String) {
    said(&examined(folder).1, "genesis")
}

#[test]
fn an_engine_that_keeps_an_older_genesis_keeps_that_of_the_folder() {
    let folder = with_a_peer();
    let (_, text) = old();
    fs::write(folder.home().genesis(), &text).unwrap();
    let engine = County {
        genesis: serde_json::from_str(&text).unwrap(),
        ..County::honest()
    };
    let _runs = run(&folder, engine);
    let (verdict, says) = said(&examined(&folder).1, "engine-genesis");
    assert_eq!(verdict, "good", "{says}");
}
