//! What becomes of a transaction: taken, known already, refused, too early, never seen.
//! The mempool's words are CometBFT's.

use std::time::Duration;

use base64::{Engine, engine::general_purpose::STANDARD};
use ktr_client::{ClientError, code};
use serde_json::{Value, json};

use crate::node::client;

const SOON: Duration = Duration::from_millis(200);
const LATER: Duration = Duration::from_secs(20);
/// Protobuf: height 9, code 0, first event 5, one event.
const LANDED: [u8; 6] = [0x08, 9, 0x20, 5, 0x28, 1];

fn checked(code: u32) -> Value {
    json!({"code": code, "data": "", "log": "", "codespace": "", "hash": "AB".repeat(32)})
}

fn query(code: u32, value: &[u8]) -> Value {
    json!({"response": {
        "code": code, "log": "", "info": "", "index": "0", "key": null,
        "value": STANDARD.encode(value), "proofOps": null, "height": "9", "codespace": "",
    }})
}

#[tokio::test]
async fn a_transaction_is_broadcast_and_found_in_its_block() {
    let mouth = |method: &str, _: &Value| match method {
        "broadcast_tx_sync" => Ok(checked(0)),
        _ => Ok(query(0, &LANDED)),
    };
    let landed = client(vec![Box::new(mouth)])
        .await
        .submit(b"tx", LATER)
        .await
        .expect("accepted");
    assert_eq!(
        (landed.height, landed.code, landed.first, landed.count),
        (9, 0, 5, 1)
    );
}

#[tokio::test]
async fn what_is_in_the_cache_already_was_broadcast() {
    let mouth = |method: &str, _: &Value| match method {
        "broadcast_tx_sync" => Err("tx already exists in cache".to_owned()),
        _ => Ok(query(0, &LANDED)),
    };
    let landed = client(vec![Box::new(mouth)])
        .await
        .submit(b"tx", LATER)
        .await;
    assert!(landed.is_ok());
}

#[tokio::test]
async fn a_refusal_has_its_code_and_no_block() {
    let mouth = |method: &str, _: &Value| match method {
        "broadcast_tx_sync" => Ok(checked(1204)),
        _ => Ok(query(code::ABSENT, &[])),
    };
    let refused = client(vec![Box::new(mouth)])
        .await
        .submit(b"tx", LATER)
        .await;
    assert!(matches!(
        refused,
        Err(ClientError::Refused {
            code: 1204,
            height: None,
            ..
        })
    ));
}

#[tokio::test]
async fn a_refusal_in_the_block_is_one_too() {
    let refused_there = [&LANDED[..2], &[0x18, 0xBC, 0x09], &LANDED[2..]].concat();
    let mouth = move |method: &str, _: &Value| match method {
        "broadcast_tx_sync" => Ok(checked(0)),
        _ => Ok(query(0, &refused_there)),
    };
    let refused = client(vec![Box::new(mouth)])
        .await
        .submit(b"tx", LATER)
        .await;
    assert!(matches!(
        refused,
        Err(ClientError::Refused {
            code: 1212,
            height: Some(9),
            ..
        })
    ));
}

#[tokio::test]
async fn a_replay_of_octets_that_are_in_a_block_is_a_success() {
    let mouth = |method: &str, _: &Value| match method {
        "broadcast_tx_sync" => Ok(checked(code::REPLAYED)),
        _ => Ok(query(0, &LANDED)),
    };
    let landed = client(vec![Box::new(mouth)])
        .await
        .submit(b"tx", LATER)
        .await;
    assert!(landed.is_ok());
}

#[tokio::test]
async fn what_no_block_takes_is_not_seen() {
    let mouth = |method: &str, _: &Value| match method {
        "broadcast_tx_sync" => Ok(checked(0)),
        _ => Ok(query(code::ABSENT, &[])),
    };
    let refused = client(vec![Box::new(mouth)])
        .await
        .submit(b"tx", SOON)
        .await;
    assert!(matches!(refused, Err(ClientError::NotSeen(_))));
}

#[tokio::test]
async fn what_a_mempool_dropped_is_refused_when_it_is_offered_again() {
    let mut codes = [0, 1_212].into_iter();
    let mouth = move |method: &str, _: &Value| match method {
        "broadcast_tx_sync" => Ok(checked(codes.next().unwrap_or(1_212))),
        _ => Ok(query(code::ABSENT, &[])),
    };
    let refused = client(vec![Box::new(mouth)])
        .await
        .submit(b"tx", LATER)
        .await;
    assert!(matches!(
        refused,
        Err(ClientError::Refused {
            code: 1212,
            height: None,
            ..
        })
    ));
}

#[tokio::test]
async fn what_comes_too_early_is_made_anew() {
    let mut codes = [1412, 109, 0].into_iter();
    let mouth = move |method: &str, _: &Value| match method {
        "broadcast_tx_sync" => Ok(checked(codes.next().unwrap_or(0))),
        _ => Ok(query(0, &LANDED)),
    };
    let client = client(vec![Box::new(mouth)]).await;
    let mut made = 0_u8;
    let sign = || {
        made = made.saturating_add(1);
        Ok::<_, ClientError>(vec![made])
    };
    client
        .submit_renewed(sign, LATER)
        .await
        .expect("accepted at last");
    assert_eq!(made, 3);
}

#[tokio::test]
async fn one_node_that_takes_it_is_enough() {
    let dead = |_: &str, _: &Value| Err("down for repair".to_owned());
    let alive = |method: &str, _: &Value| match method {
        "broadcast_tx_sync" => Ok(checked(0)),
        _ => Ok(query(0, &LANDED)),
    };
    let client = client(vec![Box::new(dead), Box::new(alive)]).await;
    assert!(client.submit(b"tx", LATER).await.is_ok());
}
