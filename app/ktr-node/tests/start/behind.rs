//! Sentences about an engine that lives on and makes no block, while other counties go on or peers are out of reach; the test stands in the
//! engine's place.
//! Which heights and silences count is a matter of `engine/height.rs`.

use std::{
    fs,
    sync::{Arc, mpsc},
    thread::{self, JoinHandle},
    time::Duration,
};

use ktr_abci::contract::Peer;
use ktr_node::{
    engine::{Start, start},
    exit::Exit,
    halt::Reason,
    limits::APP_VERSION,
    settings::Settings,
};
use ktr_os::clock;
use ktr_testkit::Cast;
use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};

use crate::{
    county::{County, peer},
    doctor::replace,
    engine::{Connection, block, commit, finalized, info, init_chain, listening},
    folder::{Folder, START, STAYS},
};

/// A node of which the engine has nothing to say after block 1; the program's own floor of a silence would take minutes.
fn silent_after_block_1(folder: &Folder) -> (JoinHandle<Reason>, Connection) {
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
    let mut engine = listening(folder);
    assert_eq!(info(&mut engine).last_block_height, 0);
    init_chain(&mut engine, &Cast::new(START));
    finalized(engine.call(block(1, &[])).unwrap());
    commit(&mut engine);
    (node, engine)
}

#[test]
fn a_node_that_gets_no_block_while_two_counties_go_on_ends_with_12_and_names_both_heights() {
    let folder = Folder::made(STAYS);
    folder.set("heartbeat", "100ms");
    folder.beside_two(|address| County::honest().serve(address));
    let (node, _engine) = silent_after_block_1(&folder);
    let reason = node.join().unwrap();
    assert_eq!((reason.exit, reason.exit.code()), (Exit::Engine, 12));
    let says = "no block came after height 1 for 5 heartbeats, and a county of guard_rpc is at 500";
    assert!(reason.why.contains(says), "{}", reason.why);
}

#[test]
fn one_county_alone_does_not_end_a_node_by_a_height_that_nobody_else_has() {
    // given a county that claims height 500, and no other to ask
    let folder = Folder::made(STAYS);
    folder.set("heartbeat", "100ms");
    let (tell, asked) = mpsc::channel();
    folder.beside(|address| {
        let county = County {
            listener: Some(tell),
            ..County::honest()
        };
        county.serve(address);
    });
    let (node, _engine) = silent_after_block_1(&folder);
    // when it was asked once by the key guard and in three silent heartbeats: before the last one, two answers were judged
    let mut questions = 0;
    while questions < 4 {
        let path = asked.recv_timeout(Duration::from_mins(1)).unwrap();
        questions += u8::from(path == "/status");
    }
    // then only the end of the engine ends the node
    let pid = fs::read_to_string(folder.home().engine_pid()).unwrap();
    kill(Pid::from_raw(pid.parse().unwrap()), Signal::SIGKILL).unwrap();
    let reason = node.join().unwrap();
    assert!(!reason.why.contains("guard_rpc"), "{}", reason.why);
}

/// A folder whose engine has one peer to dial and says whom it reaches; it hears what is asked.
fn dialling(reached: Vec<String>) -> (Folder, County, mpsc::Receiver<String>) {
    let folder = Folder::made(STAYS);
    folder.set("heartbeat", "100ms");
    let named = format!("persistent_peers = [\"{}@127.0.0.1:9\"]", peer());
    replace(&folder.home().settings(), "persistent_peers = []", &named);
    let (tell, asked) = mpsc::channel();
    let engine = County {
        peers: reached,
        listener: Some(tell),
        ..County::honest()
    };
    (folder, engine, asked)
}

#[test]
fn a_node_that_stands_still_and_misses_a_peer_ends_with_12_so_that_its_next_start_dials_it() {
    let (folder, engine, _asked) = dialling(vec![]);
    let (node, _engine) = silent_after_block_1(&folder);
    engine.serve(folder.rpc());
    let reason = node.join().unwrap();
    assert_eq!((reason.exit, reason.exit.code()), (Exit::Engine, 12));
    let says = "no block came after height 1 for 1";
    assert!(reason.why.starts_with(says), "{}", reason.why);
    assert!(
        reason.why.contains("the engine misses 1 of its peers"),
        "{}",
        reason.why
    );
}

#[test]
fn a_node_that_stands_still_among_all_of_its_peers_goes_on() {
    let (folder, engine, asked) = dialling(vec![peer()]);
    let (node, _engine) = silent_after_block_1(&folder);
    engine.serve(folder.rpc());
    // when its engine was asked three times: twice the answer was judged
    let mut questions = 0;
    while questions < 3 {
        let path = asked.recv_timeout(Duration::from_mins(1)).unwrap();
        questions += u8::from(path == "/net_info");
    }
    // then only the end of the engine ends the node
    let pid = fs::read_to_string(folder.home().engine_pid()).unwrap();
    kill(Pid::from_raw(pid.parse().unwrap()), Signal::SIGKILL).unwrap();
    let reason = node.join().unwrap();
    assert!(!reason.why.contains("peers"), "{}", reason.why);
}
