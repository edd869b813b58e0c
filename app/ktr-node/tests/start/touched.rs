//! Sentences about a genesis file that somebody touches after the folder was made.
//! What the doctor says about it is `doctor.rs`'s.

use std::fs;

use ktr_abci::contract::Peer;
use ktr_core::time::Secs;
use ktr_node::engine::Document;
use ktr_testkit::Cast;
use ktr_wire::genesis::digest;

use crate::{
    engine::{Node, block, commit, finalized, info, init_chain},
    folder::{CHAIN_ID, Folder, RIGHT, START, STAYS},
};

/// A genesis that is sound and another network's.
pub(crate) fn another() -> Document {
    let start = START.plus(Secs(1));
    Document::new(CHAIN_ID, start, &Cast::new(start).genesis()).unwrap()
}

#[test]
fn a_genesis_that_is_touched_after_the_first_block_is_warned_of_and_keeps_no_node_down() {
    // given a chain that has begun
    let folder = Folder::made(STAYS);
    let cast = Cast::new(START);
    fs::create_dir_all(folder.home().block_store()).unwrap();
    let (mut node, mut engine) = Node::start(&folder);
    init_chain(&mut engine, &cast);
    finalized(engine.call(block(1, &[])).unwrap());
    commit(&mut engine);
    node.terminate();
    assert_eq!(node.ended().code(), Some(0));
    let kept = digest(&cast.genesis());
    assert!(!folder.log().contains("genesis.json"));
    // when its genesis is another, or none
    for text in [another().text().unwrap(), "{}".to_owned()] {
        fs::write(folder.home().genesis(), text).unwrap();
        let (mut node, mut engine) = Node::start(&folder);
        // then it goes on, and says by digest what it goes on with
        assert_eq!(info(&mut engine).last_block_height, 1);
        node.terminate();
        assert_eq!(node.ended().code(), Some(0));
        let log = folder.log();
        let warned = log
            .lines()
            .find(|line| line.contains("the chain goes on with the one it began with"));
        assert!(warned.unwrap().contains(&kept.to_string()), "{log}");
    }
}

#[test]
fn a_genesis_that_is_touched_before_the_first_block_keeps_the_engine_from_it() {
    let folder = Folder::made(RIGHT);
    let other = another();
    fs::write(folder.home().genesis(), other.text().unwrap()).unwrap();
    let wanted = format!(
        "ktr-node: genesis.json is another than this folder was made with (digest {}, it was {}); put the network's file back; to begin with this one, remove store and everything in engine/data but priv_validator_state.json, keep the validator's key, and run init with it",
        digest(&other.genesis().unwrap()),
        digest(&Cast::new(START).genesis())
    );
    assert_eq!(folder.start(), (1, wanted));
    assert!(!folder.engine_started());
}
