//! What a node answers to a client: the opening of the app hash, proofs, paths, pages and places are read as they stand there, or refused.
//!
//! The reader is the client's own file; the rest of that crate, and HTTP with it, is compiled in no fuzz target.

#![no_main]

#[path = "../../../app/ktr-client/src/answer.rs"]
#[expect(dead_code, reason = "what an opening is good for is asked elsewhere")]
mod answer;
#[path = "../../../app/ktr-client/src/limits.rs"]
#[expect(dead_code, reason = "the reader asks for one of them")]
mod limits;

mod error {
    /// The one of them that the reader knows.
    #[derive(Clone, Copy, PartialEq, Eq, Debug)]
    pub(crate) enum Unproven {
        Shape,
    }
}

use answer::{Landed, Opening, consistency, page, path, record_proof};
use base64::{Engine, engine::general_purpose::STANDARD};
use error::Unproven;
use ktr_core::id::Sha256;
use libfuzzer_sys::fuzz_target;
use serde_json::Value;
use tendermint::merkle::proof::{ProofOp, ProofOps};

fuzz_target!(|octets: &[u8]| {
    // As a node writes it.
    let answer = serde_json::from_slice::<Value>(octets);
    if let Some(written) = answer.ok().as_ref().and_then(ops) {
        hold(Some(&written));
    }
    // One operation of each kind that holds these octets, and two.
    let op = |kind: &str| ProofOp {
        field_type: kind.to_owned(),
        key: Vec::new(),
        data: octets.to_vec(),
    };
    let once = ProofOps {
        ops: KINDS.map(op).to_vec(),
    };
    hold(Some(&once));
    assert_eq!(Opening::read(Some(&once)).is_ok(), octets.len() == 72);
    assert_eq!(path(Some(&once)).is_ok(), octets.len() % 32 == 0);
    assert_eq!(consistency(Some(&once)), path(Some(&once)));
    assert_eq!(record_proof(Some(&once)), Ok(octets));
    let twice = ProofOps {
        ops: [once.ops.clone(), once.ops].concat(),
    };
    assert_eq!(record_proof(Some(&twice)), Err(Unproven::Shape));
    assert_eq!(Opening::read(Some(&twice)), Err(Unproven::Shape));
    // As a value.
    if let Ok(leaves) = page(octets) {
        assert!(leaves.len() <= limits::PAGE as usize);
        assert!(leaves.iter().map(Vec::len).sum::<usize>() <= octets.len());
    }
    if let Ok(landed) = Landed::read(SOME, octets) {
        assert_eq!(landed.hash, SOME);
    }
});

/// The operations of an answer. The library's own reader panics over some text that is no base64; the client takes that for no answer.
fn ops(answer: &Value) -> Option<ProofOps> {
    let octets = |text: &Value| STANDARD.decode(text.as_str()?).ok();
    let op = |op: &Value| {
        Some(ProofOp {
            field_type: op.get("type")?.as_str()?.to_owned(),
            key: octets(op.get("key")?)?,
            data: octets(op.get("data")?)?,
        })
    };
    let ops = answer.pointer("/response/proofOps/ops")?.as_array()?;
    let ops: Option<Vec<ProofOp>> = ops.iter().map(op).collect();
    ops.map(|ops| ProofOps { ops })
}

/// What was read of the operations is what the one of its kind holds.
fn hold(ops: Option<&ProofOps>) {
    let held = |kind: &str, octets: &[u8]| {
        let of_kind = ops.into_iter().flat_map(|ops| &ops.ops);
        let of_kind = of_kind.filter(|op| op.field_type == kind);
        let data: Vec<&[u8]> = of_kind.map(|op| op.data.as_slice()).collect();
        assert_eq!(data, [octets]);
    };
    let [app_hash, record, of_event, of_log] = KINDS;
    if let Ok(opening) = Opening::read(ops) {
        let size = opening.log_size.to_be_bytes();
        let roots = [opening.log_root.0, opening.state_root.0].concat();
        held(app_hash, &[&size[..], &roots].concat());
    }
    if let Ok(proof) = record_proof(ops) {
        held(record, proof);
    }
    for (kind, read) in [(of_event, path(ops)), (of_log, consistency(ops))] {
        if let Ok(hashes) = read {
            let hashes: Vec<[u8; 32]> = hashes.iter().map(|hash| hash.0).collect();
            held(kind, &hashes.concat());
        }
    }
}

const SOME: Sha256 = Sha256([7; 32]);

/// App hash, record, event, log: as `app/ktr-client/src/answer.rs` has them.
const KINDS: [&str; 4] = [
    "ktr:app-hash:1",
    "ics23:jmt",
    "ktr:rfc6962:1",
    "ktr:rfc6962-consistency:1",
];
