//! The table of bad input before a real engine: what its RPC refuses by itself, and the code of `CheckTx` for the rest.
//! The rows are those that the in-process block judges.

use std::thread;

use ktr_core::{
    id::MemberId,
    time::{Secs, Time},
};
use ktr_testkit::Actor;
use ktr_testkit::bad_input::{
    AHEAD, MEMBERS, Row, Stage, crowd, envelope_rows, signature_rows, wire_rows,
};
use ktr_wire::transaction;
use serde_json::Value;

use crate::{alone, localnet::Net};

/// The node's answer to a hash that no block holds (`ktr.query`).
const NOT_FOUND: u64 = 2_004;

/// What the first site's engine says to a transaction: its code, or `None` where it refuses by itself.
pub(crate) fn offer(net: &Net, how: &str, octets: &[u8]) -> Option<u64> {
    let answer = net.engine(&format!("/{how}?tx=0x{}", hex::encode(octets)));
    (!answer["error"].is_object()).then(|| answer["result"]["code"].as_u64().expect("a code"))
}

/// Admits the test's own three members, revokes the key of one, and says where the chain stands.
fn stage(net: &Net) -> Stage {
    let status = net.ktr(&["status"]);
    let chain_id = status["chain"].as_str().expect("a chain id").to_owned();
    let begun = header_time(&status);
    let [member, early, revoked] =
        ["member", "early", "revoked"].map(|name| Actor::named(name, begun));
    let ahead = [Secs(0), AHEAD, Secs(0)];
    for ((actor, id), ahead) in [&member, &early, &revoked]
        .into_iter()
        .zip(MEMBERS)
        .zip(ahead)
    {
        admit(net, &chain_id, (actor, id), begun, ahead);
    }
    let (id, fingerprint) = (MEMBERS[2].to_string(), revoked.fingerprint.to_string());
    let words = [
        "member",
        "revoke-key",
        "--member",
        &id,
        "--fingerprint",
        &fingerprint,
        "--reason",
        "compromised",
        "--key",
        &net.key("county-1"),
    ];
    net.ktr(&words);
    Stage {
        chain_id,
        begun,
        now: header_time(&net.ktr(&["status"])),
        member,
        early,
        revoked,
    }
}

fn header_time(status: &Value) -> Time {
    Time(status["nodes"][0]["time"].as_u64().expect("header time"))
}

/// County 1 admits a member whose key counts from `begun + ahead` for a day.
fn admit(net: &Net, chain_id: &str, (actor, id): (&Actor, MemberId), begun: Time, ahead: Secs) {
    let proof = hex::encode(actor.prove(chain_id, &id, begun));
    let (id, body) = (id.to_string(), actor.body.to_string());
    let from = begun.plus(ahead).0.to_string();
    let until = begun.plus(ahead).plus(Secs(86_400)).0.to_string();
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
    let more = ["--proof", &proof, "--valid-from", &from];
    let last = ["--valid-until", &until, "--key", &net.key("county-1")];
    net.ktr(&[words.as_slice(), &more, &last].concat());
}

#[test]
fn every_row_of_bad_input_is_refused_by_the_engine_or_by_its_code() {
    let _turn = alone();
    let net = Net::up();
    let stage = stage(&net);
    let mut rows: Vec<Row> = wire_rows(&stage);
    rows.extend(signature_rows(&stage));
    // The second use of a nonce needs the first in a block: that row comes last.
    rows.extend(
        envelope_rows(&stage)
            .into_iter()
            .filter(|(_, _, code)| *code != 123),
    );
    println!("{:<32} {:<10} code", "row", "judge");
    for (name, octets, code) in &rows {
        let given = offer(&net, "broadcast_tx_sync", octets);
        let judge = given.map_or("engine", |_| "CheckTx");
        let shown = given.map_or("-".to_owned(), |code| code.to_string());
        println!("{name:<32} {judge:<10} {shown}");
        // The engine refuses by itself only what is too large.
        let wanted = (*code != 1).then_some(u64::from(*code));
        assert_eq!(given, wanted, "{name}");
    }
    // A later transaction is in a block, and nothing of all that is: the node knows none of the hashes.
    one_block_more(&net, "spare-1");
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
    crowd_and_replay(&net, &stage);
}

/// Puts a transaction of somebody else into a block.
fn one_block_more(net: &Net, spare: &str) {
    let spare = net.folder.path().join(spare).with_extension("asc");
    let spare = spare.display().to_string();
    net.ktr(&["keys", "new", "--role-text", "spare", "--out", &spare]);
    let words = ["member", "admit", "--home-county", "1", "--cert", &spare];
    net.ktr(&[words.as_slice(), &["--key", &net.key("county-1")]].concat());
}

/// What needs other transactions before it: too many of one signer at once, and a nonce that a block holds.
fn crowd_and_replay(net: &Net, stage: &Stage) {
    let stage = Stage {
        now: header_time(&net.ktr(&["status"])),
        ..stage.clone()
    };
    let crowd = crowd(&stage);
    let (first, others) = crowd.split_first().expect("65 of them");
    assert_eq!(offer(net, "broadcast_tx_sync", first), Some(0));
    // All at once, because a block in between would let the next ones in.
    let codes: Vec<_> = thread::scope(|scope| {
        let offers = others
            .iter()
            .map(|octets| scope.spawn(|| offer(net, "broadcast_tx_sync", octets)));
        let offers: Vec<_> = offers.collect();
        let codes = offers.into_iter().map(thread::ScopedJoinHandle::join);
        codes.map(|code| code.expect("it is asked")).collect()
    });
    assert!(codes.contains(&Some(124)), "{codes:?}");
    println!("{:<32} {:<10} 124", "one too many of a signer", "CheckTx");
    one_block_more(net, "spare-2");
    // Signed a second later: the engine's own cache would refuse the same octets before the node sees them.
    let later = Stage {
        now: stage.now.plus(Secs(1)),
        ..stage
    };
    let again = envelope_rows(&later)
        .into_iter()
        .find(|(_, _, code)| *code == 123);
    let (name, octets, _) = again.expect("the row stands in the table");
    let given = offer(net, "broadcast_tx_sync", &octets);
    assert_eq!(given, Some(123), "{name}");
    println!("{name:<32} {:<10} 123", "CheckTx");
}
