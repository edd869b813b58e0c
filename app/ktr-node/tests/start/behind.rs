//! A sentence about an engine that lives on and makes no block, while another county goes on; the test stands in the engine's place.
//! Which heights and silences count is a matter of `engine/height.rs`.

use std::{sync::Arc, thread, time::Duration};

use ktr_abci::contract::Peer;
use ktr_node::{
    engine::{Start, start},
    exit::Exit,
    limits::APP_VERSION,
    settings::Settings,
};
use ktr_os::clock;
use ktr_testkit::Cast;

use crate::{
    county::County,
    engine::{block, commit, finalized, info, init_chain, listening},
    folder::{Folder, START, STAYS},
};

#[test]
fn a_node_that_gets_no_block_while_a_county_goes_on_ends_with_12_and_names_both_heights() {
    // given a county at height 500, and an engine that has nothing to say after block 1; the program's own floor would take minutes
    let folder = Folder::made(STAYS);
    folder.set("heartbeat", "100ms");
    folder.beside(|address| County::honest().serve(address));
    let home = folder.home();
    let settings = Settings::load(&home.settings()).unwrap();
    let node = thread::spawn(move || {
        let reason = start(Start {
            home,
            settings,
            app_version: APP_VERSION,
            clock: Box::new(clock::now),
            silence_min: Duration::from_millis(100),
            sink: Arc::new(|_| ()),
        });
        reason.unwrap()
    });
    let mut engine = listening(&folder);
    assert_eq!(info(&mut engine).last_block_height, 0);
    init_chain(&mut engine, &Cast::new(START));
    finalized(engine.call(block(1, &[])).unwrap());
    commit(&mut engine);
    // then it ends by itself
    let reason = node.join().unwrap();
    assert_eq!((reason.exit, reason.exit.code()), (Exit::Engine, 12));
    let says = "no block came after height 1 for 5 heartbeats, and a county of guard_rpc is at 500";
    assert!(reason.why.contains(says), "{}", reason.why);
}
