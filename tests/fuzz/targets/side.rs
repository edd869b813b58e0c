//! What `ktr-node diff` hears from another node: it is no answer, or a height's roots lead to its app hash, and a node's children are nibbles,
//! each once.
//!
//! Readers and messages are the node's own files; the rest of that crate, and RocksDB and HTTP with it, is compiled in no fuzz target.

#![no_main]

#[path = "../../../app/ktr-node/src/diff/answer.rs"]
mod answer;
#[path = "../../../app/ktr-node/src/engine/answer.rs"]
mod answered;
#[path = "../../../app/ktr-node/src/query/message.rs"]
mod message;

mod query {
    pub(crate) use crate::message::{At, Branch};
}

use answer::Said;
use base64::{Engine, engine::general_purpose::STANDARD};
use ktr_core::{id::Sha256, time::Time};
use ktr_wire::digest::app_hash;
use libfuzzer_sys::fuzz_target;
use prost::Message;
use query::{At, Branch};
use serde_json::{Value, json};

fuzz_target!(|octets: &[u8]| {
    // The whole answer, as it comes over the connection.
    if let Some(answered) = answered::read(&String::from_utf8_lossy(octets)) {
        let _unwanted = answered::number(&answered.result, "/sync_info/latest_block_height");
        hear(&answered.result);
    }
    // The field `result` of one.
    if let Ok(result) = serde_json::from_slice::<Value>(octets) {
        hear(&result);
    }
    // The value of one.
    hold(octets);
    mended(octets);
});

/// What was heard is written as it was read, and its value is read on.
fn hear(result: &Value) {
    let Some(said) = answer::said(result) else {
        return;
    };
    let Said { code, log, value } = &said;
    let response = json!({"code": code, "log": log, "value": STANDARD.encode(value)});
    let text = format!("{HEAD}{}", json!({"result": {"response": response}}));
    let answered = answered::read(&text).expect("what was written can be read");
    assert_eq!(answered.date, Some(DATE));
    assert_eq!(answer::said(&answered.result).as_ref(), Some(&said));
    hold(value);
}

/// What a value is taken for has what the comparison rests on.
fn hold(value: &[u8]) {
    if let Some(at) = answer::at(value, None) {
        assert_eq!(hash(&at).as_deref(), Some(&at.app_hash[..]));
        assert_eq!(answer::at(value, Some(at.height)), Some(at));
    }
    if let Some(branch) = answer::branch(value) {
        let nibbles: Vec<u32> = branch.children.iter().map(|child| child.nibble).collect();
        assert!(nibbles.is_sorted_by(|one, next| one < next));
        assert!(nibbles.iter().all(|nibble| *nibble < 16));
        let again = Branch::decode(branch.encode_to_vec().as_slice());
        assert_eq!(again.as_ref(), Ok(&branch));
    }
}

/// A height with the app hash that it must have is an answer to whoever asked for it, or for the last one, and to nobody else; with another, to
/// nobody.
fn mended(octets: &[u8]) {
    let Ok(mut at) = At::decode(octets) else {
        return;
    };
    let Some(hash) = hash(&at) else {
        assert_eq!(answer::at(octets, None), None);
        return;
    };
    at.app_hash = hash;
    let written = at.encode_to_vec();
    assert_eq!(answer::at(&written, None).as_ref(), Some(&at));
    assert_eq!(answer::at(&written, Some(at.height)).as_ref(), Some(&at));
    assert_eq!(answer::at(&written, Some(at.height ^ 1)), None);
    at.app_hash[0] ^= 1;
    assert_eq!(answer::at(&at.encode_to_vec(), None), None);
}

/// The app hash of the roots of a height, if they are roots.
fn hash(at: &At) -> Option<Vec<u8>> {
    let log = Sha256::from_slice(&at.log_root)?;
    let state = Sha256::from_slice(&at.state_root)?;
    Some(app_hash(at.log_size, &log, &state).0.to_vec())
}

/// What an engine writes before a body, as far as it is read, and the second that it names.
const HEAD: &str = "HTTP/1.0 200 OK\r\nDate: Sat, 28 Nov 2026 17:23:41 GMT\r\n\r\n";
const DATE: Time = Time(1_795_886_621);
