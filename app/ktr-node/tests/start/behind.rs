//! A sentence about an engine that lives on and makes no block, while another county goes on; the test stands in the engine's place.
//! Which heights and silences count is a matter of `engine/height.rs`.

use ktr_abci::contract::Peer;
use ktr_testkit::Cast;

use crate::{
    county::County,
    engine::{Node, block, commit, finalized, info, init_chain},
    folder::{Folder, START, STAYS},
};

#[test]
fn a_node_that_gets_no_block_while_a_county_goes_on_ends_with_12_and_names_both_heights() {
    // given a county at height 500, and an engine that has nothing to say after block 1
    let folder = Folder::made(STAYS);
    folder.set("heartbeat", "100ms");
    folder.beside(|address| County::honest().serve(address));
    let (mut node, mut engine) = Node::start(&folder);
    assert_eq!(info(&mut engine).last_block_height, 0);
    init_chain(&mut engine, &Cast::new(START));
    finalized(engine.call(block(1, &[])).unwrap());
    commit(&mut engine);
    // then it ends by itself
    let status = node.ended();
    let log = folder.log();
    assert_eq!(status.code(), Some(12), "{log}");
    let says = "no block came after height 1 for 5 heartbeats, and a county of guard_rpc is at 500";
    assert!(log.contains(says), "{log}");
}
