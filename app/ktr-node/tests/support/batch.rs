//! Some transactions in one request to an engine, over a connection that is kept.
//! What its answers mean is for whoever asked.

#![expect(clippy::unwrap_used, reason = "test code")]

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Value, json};

use super::rpc::Rpc;

/// What an engine says to a transaction.
pub(crate) enum Said {
    /// The application's code, and its codespace.
    Code(u64, String),
    /// Its own refusal, in words.
    Engine(String),
}

/// A connection to an engine, which closes it only if something is wrong.
pub(crate) struct Batch(BufReader<TcpStream>);

impl Batch {
    pub(crate) fn to(site: &Rpc) -> Self {
        let stream = TcpStream::connect(site.address()).unwrap();
        stream.set_nodelay(true).unwrap();
        Self(BufReader::new(stream))
    }

    /// Submits two or more at once, which an engine takes one after the other; a list of one it answers as if it were none.
    pub(crate) fn submit(&mut self, txs: &[&[u8]]) -> Vec<Said> {
        let call = |(id, tx): (usize, &&[u8])| {
            json!({
                "jsonrpc": "2.0",
                "id": id,
                "method": "broadcast_tx_sync",
                "params": {"tx": STANDARD.encode(tx)},
            })
        };
        let calls: Vec<Value> = txs.iter().enumerate().map(call).collect();
        let answer = self.post(&serde_json::to_vec(&calls).unwrap());
        let answers = answer.as_array().unwrap();
        assert_eq!(answers.len(), txs.len(), "{answer}");
        answers.iter().map(said).collect()
    }

    /// One request, and the JSON of an answer that is short enough to have its length before it.
    fn post(&mut self, body: &[u8]) -> Value {
        let head = format!(
            "POST / HTTP/1.1\r\nHost: site\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n",
            body.len()
        );
        let request = [head.as_bytes(), body].concat();
        self.0.get_mut().write_all(&request).unwrap();
        let mut length: Option<usize> = None;
        loop {
            let mut line = String::new();
            assert!(self.0.read_line(&mut line).unwrap() > 0, "the engine left");
            let line = line.trim().to_ascii_lowercase();
            if line.is_empty() {
                break;
            }
            if let Some(value) = line.strip_prefix("content-length:") {
                length = Some(value.trim().parse().unwrap());
            }
        }
        let mut answer = vec![0; length.unwrap()];
        self.0.read_exact(&mut answer).unwrap();
        serde_json::from_slice(&answer).unwrap()
    }
}

fn said(answer: &Value) -> Said {
    let text = |path: &str| {
        let text = answer.pointer(path).and_then(Value::as_str);
        text.unwrap_or("").to_owned()
    };
    match answer.pointer("/result/code").and_then(Value::as_u64) {
        Some(code) => Said::Code(code, text("/result/codespace")),
        None => Said::Engine(text("/error/data")),
    }
}
