//! The load: batches of transactions over HTTP to every site at once, each connection in its own order, the next when the last is answered.
//! The same program, the same number of connections and the same size for every network.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    sync::atomic::{AtomicBool, AtomicU64, Ordering},
    thread,
    time::Duration,
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Value, json};

/// Connections to each site.
pub(crate) const CONNECTIONS: usize = 16;
/// Transactions of one HTTP request: the engine's default for a batch.
const BATCH: usize = 10;
/// How long a connection waits where the mempool is full.
const FULL: Duration = Duration::from_millis(20);

/// What became of the load so far.
#[derive(Default)]
pub(crate) struct Load {
    ended: AtomicBool,
    taken: AtomicU64,
    refused: AtomicU64,
    exhausted: AtomicBool,
}

impl Load {
    /// Sends every queue over a connection of its own until all are empty, or until told to end.
    pub(crate) fn run(&self, sites: &[String], queues: &[Vec<Vec<u8>>]) {
        thread::scope(|scope| {
            for (queue, site) in queues.iter().zip(sites.iter().cycle()) {
                scope.spawn(move || self.send(site, queue));
            }
        });
    }

    pub(crate) fn end(&self) {
        self.ended.store(true, Ordering::SeqCst);
    }

    /// Whether a connection had nothing more to send before the end.
    pub(crate) fn is_exhausted(&self) -> bool {
        self.exhausted.load(Ordering::SeqCst)
    }

    /// How many the sites took, and how many they refused.
    pub(crate) fn counts(&self) -> (u64, u64) {
        let count = |counter: &AtomicU64| counter.load(Ordering::SeqCst);
        (count(&self.taken), count(&self.refused))
    }

    fn send(&self, site: &str, queue: &[Vec<u8>]) {
        let mut connection = Connection::to(site);
        for batch in queue.chunks(BATCH) {
            let mut open: Vec<&Vec<u8>> = batch.iter().collect();
            while !open.is_empty() {
                if self.ended.load(Ordering::SeqCst) {
                    return;
                }
                let answers = connection.call(&body(&open));
                let is_full = |answer: &Value| answer.get("error").is_some();
                let answers = answers.as_array().cloned().unwrap_or_default();
                for answer in answers.iter().filter(|answer| !is_full(answer)) {
                    let code = answer.pointer("/result/code").and_then(Value::as_u64);
                    let counter = if code == Some(0) {
                        &self.taken
                    } else {
                        &self.refused
                    };
                    counter.fetch_add(1, Ordering::SeqCst);
                }
                open = open
                    .into_iter()
                    .zip(&answers)
                    .filter(|(_, answer)| is_full(answer))
                    .map(|(tx, _)| tx)
                    .collect();
                if !open.is_empty() {
                    thread::sleep(FULL);
                }
            }
        }
        self.exhausted.store(true, Ordering::SeqCst);
    }
}

fn body(txs: &[&Vec<u8>]) -> Vec<u8> {
    let call = |(id, tx): (usize, &&Vec<u8>)| {
        json!({
            "jsonrpc": "2.0",
            "id": id,
            "method": "broadcast_tx_sync",
            "params": {"tx": STANDARD.encode(tx)},
        })
    };
    let calls: Vec<Value> = txs.iter().enumerate().map(call).collect();
    serde_json::to_vec(&calls).unwrap()
}

/// A kept connection to an engine.
pub(crate) struct Connection(BufReader<TcpStream>);

impl Connection {
    pub(crate) fn to(site: &str) -> Self {
        let stream = TcpStream::connect(site).unwrap();
        stream.set_nodelay(true).unwrap();
        Self(BufReader::new(stream))
    }

    /// One POST; the answer's JSON.
    pub(crate) fn call(&mut self, body: &[u8]) -> Value {
        let head = format!(
            "POST / HTTP/1.1\r\nHost: site\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n",
            body.len()
        );
        let request = [head.as_bytes(), body].concat();
        self.0.get_mut().write_all(&request).unwrap();
        let mut length = 0;
        loop {
            let mut line = String::new();
            assert!(
                self.0.read_line(&mut line).unwrap() > 0,
                "connection closed"
            );
            let line = line.trim().to_ascii_lowercase();
            if line.is_empty() {
                break;
            }
            if let Some(value) = line.strip_prefix("content-length:") {
                length = value.trim().parse().unwrap();
            }
        }
        let mut answer = vec![0; length];
        self.0.read_exact(&mut answer).unwrap();
        serde_json::from_slice(&answer).unwrap()
    }

    /// One method with its parameters; its result.
    pub(crate) fn ask(&mut self, method: &str, params: &Value) -> Value {
        let call = json!({"jsonrpc": "2.0", "id": 0, "method": method, "params": params});
        let answer = self.call(&serde_json::to_vec(&call).unwrap());
        answer.get("result").unwrap().clone()
    }
}
