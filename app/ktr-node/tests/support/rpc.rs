//! Questions to an engine over HTTP: its blocks, its mempool, the application behind it.
//! One that is down answers nothing; what this means is for whoever asked.

#![expect(clippy::unwrap_used, reason = "test code")]

use std::{
    io::{Read, Write},
    net::TcpStream,
    time::Duration,
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use ktr_core::id::Sha256;
use serde_json::Value;

/// Where an engine answers.
#[derive(Clone, Debug)]
pub(crate) struct Rpc(String);

/// The answer to a query with its proof.
pub(crate) struct Answered {
    pub(crate) code: u64,
    pub(crate) height: u64,
    pub(crate) value: Vec<u8>,
    pub(crate) ops: Vec<(String, Vec<u8>)>,
}

impl Rpc {
    pub(crate) const fn new(address: String) -> Self {
        Self(address)
    }

    pub(crate) fn address(&self) -> &str {
        &self.0
    }

    /// Submits a transaction; gives the code of `CheckTx`.
    pub(crate) fn submit(&self, tx: &[u8]) -> Option<u64> {
        let path = format!("/broadcast_tx_sync?tx=0x{}", hex::encode(tx));
        self.ask(&path)?.pointer("/code")?.as_u64()
    }

    /// The app hash in a header: what led to the block before.
    pub(crate) fn header_app_hash(&self, height: u64) -> Option<Sha256> {
        let answer = self.ask(&format!("/block?height={height}"))?;
        let digits = answer.pointer("/block/header/app_hash")?.as_str()?;
        Sha256::from_slice(&hex::decode(digits).ok()?)
    }

    /// The hash of a block.
    pub(crate) fn block_hash(&self, height: u64) -> Option<String> {
        let answer = self.ask(&format!("/commit?height={height}"))?;
        let hash = answer.pointer("/signed_header/commit/block_id/hash")?;
        hash.as_str().map(str::to_owned)
    }

    /// The app hash that this site's own application answered a block with.
    pub(crate) fn own_app_hash(&self, height: u64) -> Option<Sha256> {
        let answer = self.ask(&format!("/block_results?height={height}"))?;
        let text = answer.pointer("/app_hash")?.as_str()?;
        Sha256::from_slice(&STANDARD.decode(text).ok()?)
    }

    /// Height, round and step at which this site waits, and which power has prevoted in it.
    pub(crate) fn waits_at(&self) -> Option<(String, String)> {
        let answer = self.ask("/consensus_state")?;
        let state = answer.pointer("/round_state")?;
        let step = state.get("height/round/step")?.as_str()?;
        let round = step.split('/').nth(1)?;
        let votes = state.pointer(&format!("/height_vote_set/{round}/prevotes_bit_array"))?;
        Some((step.to_owned(), votes.as_str()?.to_owned()))
    }

    /// One query with proof.
    pub(crate) fn query(&self, path: &str, data: &[u8]) -> Option<Answered> {
        let data = hex::encode(data);
        let path = format!("/abci_query?path=%22{path}%22&data=0x{data}&prove=true");
        let answer = self.ask(&path)?;
        let response = answer.pointer("/response")?;
        let octets = |value: Option<&Value>| {
            let text = value.and_then(Value::as_str).unwrap_or("");
            STANDARD.decode(text).unwrap()
        };
        let ops = response.pointer("/proofOps/ops").and_then(Value::as_array);
        let ops = ops.into_iter().flatten().map(|op| {
            let kind = op.get("type").unwrap().as_str().unwrap().to_owned();
            (kind, octets(op.get("data")))
        });
        Some(Answered {
            code: response.get("code")?.as_u64()?,
            height: response.get("height")?.as_str()?.parse().ok()?,
            value: octets(response.get("value")),
            ops: ops.collect(),
        })
    }

    /// The height of the last block.
    pub(crate) fn height(&self) -> Option<u64> {
        let answer = self.ask("/status")?;
        let height = answer.pointer("/sync_info/latest_block_height")?;
        height.as_str()?.parse().ok()
    }

    pub(crate) fn ask(&self, path: &str) -> Option<Value> {
        let mut body = self.whole(path)?;
        body.get_mut("result").map(Value::take)
    }

    /// The whole answer: where it is a refusal, why.
    pub(crate) fn whole(&self, path: &str) -> Option<Value> {
        serde_json::from_str(&get(&self.0, path)?).ok()
    }
}

/// One request of HTTP/1.0, whose answer comes in one piece and ends with the connection. Nothing for as long as [`SILENCE`] is no answer.
pub(super) fn get(address: &str, path: &str) -> Option<String> {
    let mut stream = TcpStream::connect(address).ok()?;
    stream.set_read_timeout(Some(SILENCE)).ok()?;
    write!(stream, "GET {path} HTTP/1.0\r\n\r\n").ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).ok()?;
    let (_, body) = answer.split_once("\r\n\r\n")?;
    Some(body.to_owned())
}

/// From a question to its answer, at most; a loaded machine needs seconds.
const SILENCE: Duration = Duration::from_secs(30);
