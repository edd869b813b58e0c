//! The table of bad input before a real engine: what its RPC refuses by itself, and the code of `CheckTx` for the rest.
//! The rows are those that the in-process block judges.

use ktr_core::{id::MemberId, time::Time};
use ktr_testkit::Actor;
use ktr_tests::bad_input::{Row, Stage, envelope_rows, signature_rows, wire_rows};
use ktr_wire::transaction;

use crate::{alone, localnet::Net};

/// The node's answer to a hash that no block holds (`ktr.query`).
const NOT_FOUND: u64 = 2_004;

/// Admits the test's own member and says where the chain stands.
fn stage(net: &Net) -> Stage {
    let status = net.ktr(&["status"]);
    let chain_id = status["chain"].as_str().expect("a chain id").to_owned();
    let now = Time(status["nodes"][0]["time"].as_u64().expect("header time"));
    let member = Actor::named("member", now);
    let id = MemberId([9; 16]);
    let proof = hex::encode(member.prove(&chain_id, &id, now));
    let key = net.key("county-1");
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
    let county = net.key("county-1");
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
