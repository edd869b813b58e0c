//! Two heads that the asker has: a proof between them is judged here, whichever node shows it.
//! Heads and hashes are those of the vectors.

use base64::{Engine, engine::general_purpose::STANDARD};
use ktr_client::{ClientError, Head, NotConsistent, Unproven, code};
use ktr_core::id::Sha256;
use serde_json::{Value, json};

use crate::{node::client, proof::hex_octets};

const LOG: &str = include_str!("../../../../tests/vectors/log.json");

/// What a leaf of the vectors has under a name.
fn hash(leaf: usize, name: &str) -> Sha256 {
    let log: Value = serde_json::from_str(LOG).expect("recorded JSON");
    let octets = hex_octets(log[leaf][name].as_str().unwrap());
    Sha256::from_slice(&octets).unwrap()
}

/// The log of two leaves, and that of three: the third leaf's hash is the whole proof.
fn heads() -> [Head; 2] {
    [(2, 1), (3, 2)].map(|(size, leaf)| Head {
        size,
        root: hash(leaf, "root"),
    })
}

/// A node that answers this question, and no other, with a code and these hashes.
fn mouth<const N: usize>(
    code: u32,
    steps: [Sha256; N],
) -> impl FnMut(&str, &Value) -> Result<Value, String> + Send {
    let steps: Vec<u8> = steps.into_iter().flat_map(|step| step.0).collect();
    let sizes = "00000000000000020000000000000003";
    move |_, params| {
        if params["path"] != "/log/consistency" || params["data"] != sizes {
            return Err("nobody asks for this".to_owned());
        }
        let op = json!({
            "type": "ktr:rfc6962-consistency:1",
            "key": STANDARD.encode(hex_octets(sizes)),
            "data": STANDARD.encode(&steps),
        });
        Ok(json!({"response": {
            "code": code, "log": "", "info": "", "index": "0", "key": null,
            "value": "", "proofOps": {"ops": [op]}, "height": "9", "codespace": "",
        }}))
    }
}

#[tokio::test]
async fn a_proof_between_two_heads_is_given_out_once_it_holds() {
    let [before, after] = heads();
    let right = [hash(2, "leaf")];
    let client = client(vec![Box::new(mouth(0, right))]).await;
    let steps = client.consistency_between(&before, &after).await;
    assert_eq!(steps.expect("proven"), right);
}

#[tokio::test]
async fn who_is_behind_or_lies_is_passed_over_where_another_proves_it() {
    let [before, after] = heads();
    let right = [hash(2, "leaf")];
    let wrong = [hash(0, "leaf")];
    let client = client(vec![
        Box::new(mouth(code::ABSENT, [])),
        Box::new(mouth(0, wrong)),
        Box::new(mouth(0, [])),
        Box::new(mouth(0, right)),
    ])
    .await;
    let steps = client.consistency_between(&before, &after).await;
    assert_eq!(steps.expect("proven by the last"), right);
}

#[tokio::test]
async fn another_log_is_not_hidden_by_a_node_that_is_behind() {
    let [mut before, after] = heads();
    before.root.0[0] ^= 1;
    let shown = mouth(0, [hash(2, "leaf")]);
    let behind = mouth(code::ABSENT, []);
    let client = client(vec![Box::new(shown), Box::new(behind)]).await;
    let refused = client.consistency_between(&before, &after).await;
    let why = Unproven::Consistency(NotConsistent::OtherAfter);
    assert!(
        matches!(&refused, Err(ClientError::Unproven { why: found, .. }) if *found == why),
        "{refused:?}"
    );
}
