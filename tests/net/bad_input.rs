//! The table of bad input before a real engine: what its RPC refuses by itself, and the code of `CheckTx` for the rest.
//! The rows are those that the in-process block judges.

use std::{
    io::{Read, Write},
    net::TcpStream,
    process::Command,
};

use ktr_core::{id::MemberId, time::Time};
use ktr_testkit::Actor;
use ktr_tests::bad_input::{Row, Stage, envelope_rows, signature_rows, wire_rows};
use ktr_wire::transaction;
use serde_json::{Value, json};

use crate::{alone, programs};

/// The node's answer to a hash that no block holds (`ktr.query`).
const NOT_FOUND: u64 = 2_004;

/// Runs `ktr` on a network that is stopped when this goes.
struct Net {
    folder: tempfile::TempDir,
}

impl Net {
    fn up() -> Self {
        let net = Self {
            folder: tempfile::tempdir().expect("a folder"),
        };
        net.ktr(&["localnet", "up"]);
        net
    }

    fn ktr(&self, words: &[&str]) -> Value {
        let output = Command::new(programs().join("ktr"))
            .args(["--output", "json", "--home"])
            .arg(self.folder.path())
            .args(words)
            .output()
            .expect("ktr runs");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "ktr {}: {said}", words.join(" "));
        serde_json::from_slice(&output.stdout).unwrap_or(json!(null))
    }

    /// Asks the first site's engine by plain HTTP, as `curl` would.
    fn engine(&self, path: &str) -> Value {
        let urls = std::fs::read_to_string(self.folder.path().join("rpc.txt")).expect("URLs");
        let host = urls
            .lines()
            .next()
            .and_then(|url| url.strip_prefix("http://"));
        let host = host.expect("an http URL").to_owned();
        let mut stream = TcpStream::connect(&host).expect("the engine listens");
        write!(stream, "GET {path} HTTP/1.0\r\nHost: {host}\r\n\r\n").expect("asked");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("answered");
        let (_, body) = answer.split_once("\r\n\r\n").expect("HTTP");
        serde_json::from_str(body).expect("JSON")
    }
}

impl Drop for Net {
    fn drop(&mut self) {
        self.ktr(&["localnet", "down"]);
    }
}

/// Admits the test's own member and says where the chain stands.
fn stage(net: &Net) -> Stage {
    let status = net.ktr(&["status"]);
    let chain_id = status["chain"].as_str().expect("a chain id").to_owned();
    let now = Time(status["nodes"][0]["time"].as_u64().expect("header time"));
    let member = Actor::named("member", now);
    let id = MemberId([9; 16]);
    let proof = hex::encode(member.prove(&chain_id, &id, now));
    let key = net
        .folder
        .path()
        .join("keys/county-1.asc")
        .display()
        .to_string();
    let (id, body, from) = (id.to_string(), member.body.to_string(), now.0.to_string());
    let until = format!("{}", now.0.saturating_add(86_400));
    let words = [
        "member",
        "admit",
        "--home-county",
        "1",
        "--member",
        &id,
        "--body",
        &body,
    ];
    let more = [
        "--proof",
        &proof,
        "--valid-from",
        &from,
        "--valid-until",
        &until,
        "--key",
        &key,
    ];
    net.ktr(&[words.as_slice(), &more].concat());
    let now = net.ktr(&["status"])["nodes"][0]["time"]
        .as_u64()
        .expect("header time");
    Stage {
        chain_id,
        begun: Time(from.parse().expect("seconds")),
        now: Time(now),
        member,
    }
}

#[test]
fn every_row_of_bad_input_is_refused_by_the_engine_or_by_its_code() {
    let _turn = alone();
    let net = Net::up();
    let stage = stage(&net);
    let mut rows: Vec<Row> = wire_rows(&stage);
    rows.extend(signature_rows(&stage));
    // The second use of a nonce needs the first in a block; the in-process block judges that row.
    rows.extend(
        envelope_rows(&stage)
            .into_iter()
            .filter(|(_, _, code)| *code != 123),
    );
    println!("{:<32} {:<10} code", "row", "judge");
    for (name, octets, code) in &rows {
        let answer = net.engine(&format!("/broadcast_tx_sync?tx=0x{}", hex::encode(octets)));
        if answer["error"].is_object() {
            assert_eq!(
                *code, 1,
                "{name}: the engine refuses only what is too large"
            );
            println!("{name:<32} {:<10} -", "engine");
            continue;
        }
        let given = answer["result"]["code"].as_u64();
        println!("{name:<32} {:<10} {}", "CheckTx", given.unwrap_or(0));
        assert_eq!(given, Some(u64::from(*code)), "{name}");
    }
    // A later transaction is in a block, and nothing of all that is: the node knows none of the hashes.
    let spare = net.folder.path().join("spare.asc").display().to_string();
    net.ktr(&["keys", "new", "--role-text", "spare", "--out", &spare]);
    let county = net
        .folder
        .path()
        .join("keys/county-1.asc")
        .display()
        .to_string();
    let words = [
        "member",
        "admit",
        "--home-county",
        "1",
        "--cert",
        &spare,
        "--key",
        &county,
    ];
    net.ktr(&words);
    for (name, octets, _) in &rows {
        let hash = transaction::hash(octets);
        let answer = net.engine(&format!("/abci_query?path=\"/tx\"&data=0x{hash}"));
        let code = answer["result"]["response"]["code"].as_u64();
        assert_eq!(code, Some(NOT_FOUND), "{name}");
    }
    let blocks = net.engine("/block_results?height=1");
    let events = &blocks["result"]["finalize_block_events"];
    assert_eq!(
        events[0]["type"], "board.term_began.v1",
        "curl sees the events"
    );
}
