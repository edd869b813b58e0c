//! A block is exported with the transactions that its proven header names; a node that tells others is passed over.
//! The header is the recorded one, of a block without a transaction.

use ktr_client::{ClientError, ExportedBlock, Unproven};
use ktr_core::id::Height;
use serde_json::{Value, json};

use crate::node::{Mouth, answers, client, replay};

/// What a node does to its block.
type Lie = fn(&mut Value);

/// The recorded answers, and the block of their header as a node tells it.
fn telling(lie: Lie) -> Value {
    let mut answers = answers();
    let signed = answers["commit 134"]["signed_header"].clone();
    let mut block = json!({
        "header": signed["header"],
        "data": {"txs": []},
        "evidence": {"evidence": []},
        "last_commit": signed["commit"],
    });
    lie(&mut block);
    answers["block"] = json!({"block_id": signed["commit"]["block_id"], "block": block});
    answers
}

fn honest(_block: &mut Value) {}

/// One transaction more.
fn with_a_transaction(block: &mut Value) {
    block["data"]["txs"] = json!(["AAAA"]);
}

/// One transaction more, and a header that names it, which nobody signed.
fn with_a_header_for_it(block: &mut Value) {
    with_a_transaction(block);
    block["header"]["data_hash"] = json!(HASH_OF_IT);
}

/// The header of another moment.
fn of_another_time(block: &mut Value) {
    block["header"]["time"] = json!("2026-11-25T00:49:59Z");
}

/// Evidence that the header does not name, of an attack on light clients.
fn with_an_attack(block: &mut Value) {
    let attack = json!({
        "ConflictingBlock": null,
        "CommonHeight": "130",
        "ByzantineValidators": null,
        "TotalVotingPower": "301",
        "Timestamp": "2026-11-25T00:49:59Z",
    });
    block["evidence"]["evidence"] =
        json!([{"type": "tendermint/LightClientAttackEvidence", "value": attack}]);
}

const LIES: [Lie; 4] = [
    with_a_transaction,
    with_a_header_for_it,
    of_another_time,
    with_an_attack,
];

/// The block as a client of nodes that lie so has it.
async fn exported(lies: &[Lie]) -> Result<Option<ExportedBlock>, ClientError> {
    let mut mouths: Vec<Box<Mouth>> = Vec::new();
    for lie in lies {
        mouths.push(Box::new(replay(telling(*lie))));
    }
    client(mouths).await.exported_block(Height(134)).await
}

#[tokio::test]
async fn a_block_is_exported_as_its_header_has_it() {
    let block = exported(&[honest]).await.expect("proven").expect("there");
    assert_eq!((block.height, block.txs.len()), (134, 0));
    assert_eq!(block.misbehaviour, Vec::new());
}

#[tokio::test]
async fn a_block_with_other_transactions_or_another_header_proves_nothing() {
    for (place, lie) in LIES.into_iter().enumerate() {
        let refused = exported(&[lie]).await;
        assert!(
            matches!(
                refused,
                Err(ClientError::Unproven {
                    why: Unproven::Block(134),
                    ..
                })
            ),
            "lie {place}: {refused:?}"
        );
    }
}

#[tokio::test]
async fn who_tells_another_block_is_passed_over_where_another_tells_the_right_one() {
    for (place, lie) in LIES.into_iter().enumerate() {
        let block = exported(&[lie, honest]).await.expect("proven by the other");
        let txs = block.map(|block| block.txs);
        assert_eq!(txs, Some(Vec::new()), "lie {place}");
    }
}

#[tokio::test]
async fn who_is_behind_is_passed_over_where_another_has_the_block() {
    let behind = || -> Box<Mouth> { Box::new(replay(json!({}))) };
    let ahead: Box<Mouth> = Box::new(replay(telling(honest)));
    let nodes = client(vec![behind(), ahead]).await;
    let block = nodes.exported_block(Height(134)).await.expect("proven");
    assert_eq!(block.map(|block| block.height), Some(134));
    // and where all are, nobody lies and nobody is down
    let nodes = client(vec![behind(), behind()]).await;
    let block = nodes.exported_block(Height(134)).await.expect("no error");
    assert_eq!(block, None);
}

/// The engine's hash over the one transaction of three zeros.
const HASH_OF_IT: &str = "F061C439329051A05BA4C12A077326FA5AA3968B05F1B954D641D368AEE18808";
