//! What another node says, read: the engine's words around it, what a height led to, a node of the state tree.
//! Who was asked is `source.rs`'s. It needs no network and no store, since the octets may be anybody's.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use ktr_core::id::Sha256;
use ktr_wire::digest::app_hash;
use prost::Message;
use serde_json::Value;

use crate::query::{At, Branch};

/// What a node says to a question.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Said {
    /// Of codespace `ktr.query`; 0 is an answer.
    pub(super) code: u64,
    /// Why it does not answer, in its own words.
    pub(super) log: String,
    /// The answer.
    pub(super) value: Vec<u8>,
}

/// The field `result` of an engine's `abci_query`; `None` if it is none.
pub(super) fn said(result: &Value) -> Option<Said> {
    let response = result.get("response")?;
    let text = |name| response.get(name).and_then(Value::as_str).unwrap_or("");
    let code = response.get("code").and_then(Value::as_u64).unwrap_or(0);
    let value = STANDARD.decode(text("value")).ok()?;
    let log = text("log").to_owned();
    Some(Said { code, log, value })
}

/// What a height led to: it fits together, and is of the height that was asked for, if one was.
pub(super) fn at(value: &[u8], height: Option<u64>) -> Option<At> {
    let at = At::decode(value).ok()?;
    let is_asked_for = height.is_none_or(|height| height == at.height);
    (is_asked_for && fits(&at)).then_some(at)
}

/// A node of the state tree whose children can be gone down to.
pub(super) fn branch(value: &[u8]) -> Option<Branch> {
    let branch = Branch::decode(value).ok()?;
    rises(&branch).then_some(branch)
}

/// Whether an answer's roots lead to its app hash.
pub(super) fn fits(at: &At) -> bool {
    let roots = [&at.log_root, &at.state_root].map(|root| Sha256::from_slice(root));
    let [Some(log), Some(state)] = roots else {
        return false;
    };
    app_hash(at.log_size, &log, &state).0 == at.app_hash[..]
}

/// Whether a node's children are nibbles, each once: others would be asked for without an end.
pub(super) fn rises(branch: &Branch) -> bool {
    let nibbles = branch.children.iter().map(|child| child.nibble);
    nibbles.clone().is_sorted_by(|one, next| one < next) && nibbles.max() < Some(16)
}
