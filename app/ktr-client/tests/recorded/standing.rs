//! Where a node stands by its own word; and where by its stores alone, when no engine runs over them and `cometbft inspect` shows them.
//! Neither is proven.

use ktr_client::NodeStanding;
use serde_json::Value;

use crate::node::{Mouth, answers, client};

/// How a node stands that knows no method but these, of which it gives the recorded answer.
async fn standing(methods: &'static [&'static str]) -> NodeStanding {
    let last = answers()["commit 134"].clone();
    let mouth = move |method: &str, params: &Value| {
        if methods.contains(&method) && params["height"].is_null() {
            Ok(last.clone())
        } else {
            Err("Method not found".to_owned())
        }
    };
    let mouth: Box<Mouth> = Box::new(mouth);
    let standings = client(vec![mouth]).await.standings().await;
    let [standing] = <[NodeStanding; 1]>::try_from(standings).expect("one node");
    standing
}

#[tokio::test]
async fn stores_without_an_engine_stand_at_their_last_block() {
    let stands = standing(&["commit"]).await;
    assert!(stands.up && !stands.catching_up, "{stands:?}");
    assert_eq!(stands.height, 134);
    let header = &answers()["commit 134"]["signed_header"]["header"];
    let text = |name: &str| header[name].as_str().unwrap().to_lowercase();
    assert_eq!(stands.chain, text("chain_id"));
    assert_eq!(stands.app_hash, text("app_hash"));
    assert!(stands.time > 0, "{stands:?}");
}

#[tokio::test]
async fn who_shows_no_block_either_is_down() {
    let stands = standing(&[]).await;
    assert!(!stands.up, "{stands:?}");
    assert_eq!(stands.height, 0);
}
