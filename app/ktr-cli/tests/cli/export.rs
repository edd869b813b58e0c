//! An export is whole or says what it lacks, and an earlier one stays until then.
//! The nodes are mouths that claim a height and show no block; blocks that are proven are the client's tests' and the net tests'.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    path::Path,
    process::Output,
    thread,
};

use ktr_core::time::Time;
use ktr_testkit::Cast;
use ktr_wire::genesis;
use serde_json::{Value, json};

use crate::run::ktr;

/// A folder with a genesis and an export of an earlier day.
fn kept() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let app_state = genesis::to_json(&Cast::new(Time(1_800_000_000)).genesis());
    let app_state = app_state.expect("roles of a genesis");
    let genesis = json!({"chain_id": "ktr-test-1", "app_state": app_state});
    let write = |name: &str, text: &str| {
        std::fs::write(folder.path().join(name), text).expect("written");
    };
    write("genesis.json", &genesis.to_string());
    write("blocks.jsonl", EARLIER);
    folder
}

/// Exports from these nodes, in this order.
fn export(folder: &Path, nodes: [&str; 2]) -> Output {
    let nodes = nodes.join(",");
    let words = [
        "--genesis",
        "genesis.json",
        "--rpc",
        &nodes,
        "export-blocks",
        "--out",
        "blocks.jsonl",
    ];
    ktr(folder, &words)
}

/// The exit code, and what was told.
fn told(ran: &Output) -> (Option<i32>, String) {
    let told = String::from_utf8_lossy(&ran.stderr).into_owned();
    (ran.status.code(), told)
}

/// What is in the folder's file; `None` if there is none.
fn read(folder: &Path, name: &str) -> Option<String> {
    std::fs::read_to_string(folder.join(name)).ok()
}

/// A node that claims a height, and has not even block 1 yet.
fn node(height: u64) -> String {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a port");
    let address = listener.local_addr().expect("an address");
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            thread::spawn(move || answer(stream, height));
        }
    });
    format!("http://{address}")
}

/// Answers one request; a caller that went away gets none.
fn answer(stream: TcpStream, height: u64) -> Option<()> {
    let mut reader = BufReader::new(stream);
    let mut length = 0_usize;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        let line = line.trim_end().to_ascii_lowercase();
        if line.is_empty() {
            break;
        }
        if let Some(value) = line.strip_prefix("content-length:") {
            length = value.trim().parse().ok()?;
        }
    }
    let mut body = vec![0_u8; length];
    reader.read_exact(&mut body).ok()?;
    let asked: Value = serde_json::from_slice(&body).ok()?;
    let mut said = match asked["method"].as_str()? {
        "status" => json!({"result": status(height)}),
        _ => json!({"error": {
            "code": -32603,
            "message": "Internal error",
            "data": "height 1 must be less than or equal to the current blockchain height 0",
        }}),
    };
    said["jsonrpc"] = json!("2.0");
    said["id"] = asked["id"].clone();
    let body = said.to_string();
    let head = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
        body.len()
    );
    let mut stream = reader.into_inner();
    stream.write_all([head, body].concat().as_bytes()).ok()
}

/// An engine's word about itself at a height.
fn status(height: u64) -> Value {
    let hash = if height == 0 {
        String::new()
    } else {
        "AB".repeat(32)
    };
    json!({
        "node_info": {
            "protocol_version": {"p2p": "8", "block": "11", "app": "1"},
            "id": "594d6b74ea5d99705f5cfbd28e20d937bda4c689",
            "listen_addr": "tcp://0.0.0.0:26656",
            "network": "ktr-test-1",
            "version": "0.38.25",
            "channels": "40202122233038606100",
            "moniker": "site",
            "other": {"tx_index": "off", "rpc_address": "tcp://127.0.0.1:26657"},
        },
        "sync_info": {
            "earliest_block_hash": hash,
            "earliest_app_hash": "",
            "earliest_block_height": height.min(1).to_string(),
            "earliest_block_time": "1970-01-01T00:00:00Z",
            "latest_block_hash": hash,
            "latest_app_hash": hash,
            "latest_block_height": height.to_string(),
            "latest_block_time": "1970-01-01T00:00:00Z",
            "catching_up": false,
        },
        "validator_info": {
            "address": "DD8A65495B6240145764A74E78CF203D51510371",
            "pub_key": {
                "type": "tendermint/PubKeyEd25519",
                "value": "OYpM2RXHEO1/R3jJRhAbjY8JhvjTBbiNJKBStEKu12s=",
            },
            "voting_power": "10",
        },
    })
}

#[test]
fn an_export_from_nobody_is_no_node_and_leaves_the_earlier_one() {
    let folder = kept();
    let ran = export(folder.path(), [NOBODY, NOBODY]);
    let (code, told) = told(&ran);
    assert_eq!(code, Some(4), "{told}");
    let files = ["blocks.jsonl", "blocks.jsonl.new"].map(|name| read(folder.path(), name));
    assert_eq!(files, [Some(EARLIER.to_owned()), None]);
}

#[test]
fn an_export_that_lacks_blocks_says_how_many_and_leaves_the_earlier_one() {
    let folder = kept();
    // one is behind, and what the other claims is proven by nobody
    let ran = export(folder.path(), [&node(1), &node(5)]);
    let (code, told) = told(&ran);
    assert_eq!(code, Some(5), "{told}");
    let says = "0 of 5 blocks are written, to blocks.jsonl.new: ";
    assert!(told.contains(says) && told.contains("--rpc"), "{told}");
    let files = ["blocks.jsonl", "blocks.jsonl.new"].map(|name| read(folder.path(), name));
    assert_eq!(files, [EARLIER, ""].map(|text| Some(text.to_owned())));
}

#[test]
fn an_export_before_the_first_block_is_refused_and_leaves_the_earlier_one() {
    let folder = kept();
    let ran = export(folder.path(), [NOBODY, &node(0)]);
    let (code, told) = told(&ran);
    assert_eq!(code, Some(1), "{told}");
    assert_eq!(told, "ktr: no block was committed yet\n");
    assert_eq!(
        read(folder.path(), "blocks.jsonl").as_deref(),
        Some(EARLIER)
    );
}

#[test]
fn an_export_into_what_is_no_file_is_wrong_usage_before_anybody_is_asked() {
    let folder = kept();
    let words = ["--rpc", NOBODY, "export-blocks", "--out", "."];
    let (code, told) = told(&ktr(folder.path(), &words));
    assert_eq!(code, Some(64), "{told}");
    assert!(told.contains(". is there and is no file"), "{told}");
}

/// Where no node answers.
const NOBODY: &str = "http://127.0.0.1:1";

/// Lines of an earlier day.
const EARLIER: &str = "an earlier export\n";
