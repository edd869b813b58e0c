//! Sentences about what the doctor sees of a node that runs: the lock is held, the socket is there, and the test answers as its engine.
//! What it sees in a folder is `doctor.rs`'s.

use std::{
    fs,
    os::unix::{fs::PermissionsExt, net::UnixListener},
};

use ktr_node::engine::Lock;
use serde_json::Value;

use crate::{
    county::{County, peer},
    doctor::{examined, replace},
    folder::{Folder, RIGHT},
};

/// A folder with one peer in its configuration, as its last start left it.
pub(crate) fn with_a_peer() -> Folder {
    let folder = Folder::made(RIGHT);
    let peer = format!("persistent_peers = [\"{}@127.0.0.1:9\"]", peer());
    let settings = folder.home().settings();
    replace(&settings, "persistent_peers = []", &peer);
    // It writes the engine's configuration anew, and ends with its engine.
    assert_eq!(folder.start().0, 12);
    folder
}

/// Looks like a node that runs until what it gives is dropped.
pub(crate) fn run(folder: &Folder, engine: County) -> (Lock, UnixListener) {
    engine.serve(folder.rpc());
    let socket = folder.home().path().join("abci.sock");
    if socket.exists() {
        fs::remove_file(&socket).unwrap();
    }
    let listener = UnixListener::bind(&socket).unwrap();
    fs::set_permissions(&socket, fs::Permissions::from_mode(0o600)).unwrap();
    (Lock::take(&folder.home()).unwrap(), listener)
}

/// The genesis of a folder, with another chain's name in it if `chain` is one.
fn genesis(folder: &Folder, chain: &str) -> Value {
    let text = fs::read_to_string(folder.home().genesis()).unwrap();
    serde_json::from_str(&text.replacen("ktr-start-1", chain, 1)).unwrap()
}

/// The words of one check, with its verdict.
pub(crate) fn said(findings: &[(String, String, String)], check: &str) -> (String, String) {
    let mut found = findings.iter().filter(|(named, ..)| named == check);
    let (_, verdict, says) = found.next().unwrap();
    (verdict.clone(), says.clone())
}

#[test]
fn a_running_node_whose_engine_keeps_this_genesis_and_has_its_peer_has_nothing_wrong() {
    let folder = with_a_peer();
    let engine = County {
        genesis: genesis(&folder, "ktr-start-1"),
        ..County::honest()
    };
    let _runs = run(&folder, engine);
    let (code, findings) = examined(&folder);
    assert_eq!(code, 0, "{findings:#?}");
    for (check, says) in [
        ("engine-genesis", "the engine keeps this genesis.json"),
        ("peers", "1 of 1 peers are connected"),
        ("socket", "mode 600"),
        ("ports", "held by the running node"),
    ] {
        let wanted = ("good".to_owned(), says.to_owned());
        assert_eq!(said(&findings, check), wanted, "{check}");
    }
}

#[test]
fn an_engine_with_another_genesis_or_with_no_peer_but_a_stranger_is_named_and_nothing_else_is() {
    let another = "the engine keeps another genesis than genesis.json";
    let missing = format!("0 of 1 peers are connected; missing: {}", peer());
    let stranger = "ef".repeat(20);
    for (chain, peers, check, words) in [
        ("ktr-start-2", vec![peer()], "engine-genesis", another),
        ("ktr-start-1", Vec::new(), "peers", missing.as_str()),
        ("ktr-start-1", vec![stranger], "peers", missing.as_str()),
    ] {
        // given
        let folder = with_a_peer();
        let engine = County {
            genesis: genesis(&folder, chain),
            peers,
            ..County::honest()
        };
        let _runs = run(&folder, engine);
        // when
        let (code, findings) = examined(&folder);
        // then
        assert_eq!(code, 1, "{findings:#?}");
        let wrong = findings.iter().filter(|(_, verdict, _)| verdict == "wrong");
        let named: Vec<&str> = wrong.map(|(named, ..)| named.as_str()).collect();
        assert_eq!(named, [check], "{findings:#?}");
        assert!(said(&findings, check).1.starts_with(words), "{findings:#?}");
    }
}

#[test]
fn a_running_node_with_some_of_its_peers_is_weak() {
    let folder = with_a_peer();
    let second = format!("@127.0.0.1:9\", \"{}@127.0.0.1:10\"]", "cd".repeat(20));
    replace(&folder.home().settings(), "@127.0.0.1:9\"]", &second);
    let _runs = run(&folder, County::honest());
    let (_, findings) = examined(&folder);
    let second = "cd".repeat(20);
    let says = format!("1 of 2 peers are connected; missing: {second}");
    assert_eq!(said(&findings, "peers"), ("weak".to_owned(), says));
}

#[test]
fn a_running_node_without_its_socket_is_named() {
    let folder = with_a_peer();
    let engine = County {
        genesis: genesis(&folder, "ktr-start-1"),
        ..County::honest()
    };
    let _runs = run(&folder, engine);
    fs::remove_file(folder.home().path().join("abci.sock")).unwrap();
    let (code, findings) = examined(&folder);
    assert_eq!(code, 1, "{findings:#?}");
    let (verdict, says) = said(&findings, "socket");
    assert_eq!(verdict, "wrong");
    assert!(
        says.starts_with("a node runs here and its socket is gone"),
        "{says}"
    );
}
