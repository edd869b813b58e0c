//! Another county, as this node's questions see it: two lines of HTTP before a few answers of an engine.
//! It judges nothing; the sentences do.

use std::{
    io::{BufRead, BufReader, Write},
    net::TcpListener,
    sync::mpsc::Sender,
    thread,
};

use serde_json::{Value, json};

/// A county whose engine answers: its validator, its height, one commit with one signature, its genesis, its peers, and its clock.
pub(crate) struct County {
    pub(crate) validator: String,
    pub(crate) height: u64,
    pub(crate) signed: Option<(u64, String)>,
    /// Heights for which it has no answer.
    pub(crate) silent: Vec<u64>,
    pub(crate) network: &'static str,
    pub(crate) catches_up: bool,
    pub(crate) date: String,
    pub(crate) genesis: Value,
    /// The ids of those that its engine is connected to.
    pub(crate) peers: Vec<String>,
    /// Hears of each path that was asked for and answered.
    pub(crate) listener: Option<Sender<String>>,
}

impl County {
    pub(crate) fn honest() -> Self {
        Self {
            validator: "00".repeat(20),
            height: 500,
            signed: None,
            silent: Vec::new(),
            network: "ktr-start-1",
            catches_up: false,
            date: String::new(),
            genesis: Value::Null,
            peers: vec![peer()],
            listener: None,
        }
    }

    /// Serves until the test ends.
    pub(crate) fn serve(self, address: &str) {
        let listener = TcpListener::bind(address).unwrap();
        thread::spawn(move || {
            for stream in listener.incoming() {
                let stream = stream.unwrap();
                let mut request = String::new();
                let mut reader = BufReader::new(stream);
                reader.read_line(&mut request).unwrap();
                reader.read_line(&mut String::new()).unwrap();
                let path = request.split(' ').nth(1).unwrap();
                let of = |height: &u64| path == format!("/commit?height={height}");
                let is_silent = self.silent.iter().any(of);
                let body = if is_silent {
                    json!({ "error": "height is not available" })
                } else {
                    json!({ "result": self.answer(path) })
                };
                let date = if self.date.is_empty() {
                    String::new()
                } else {
                    format!("Date: {}\r\n", self.date)
                };
                write!(reader.get_mut(), "HTTP/1.0 200 OK\r\n{date}\r\n{body}").unwrap();
                if let Some(listener) = &self.listener {
                    // Once the sentence is over nobody listens.
                    drop(listener.send(path.to_owned()));
                }
            }
        });
    }

    fn answer(&self, path: &str) -> Value {
        let height = path
            .strip_prefix("/commit?height=")
            .map(|height| height.parse::<u64>().unwrap());
        match (path, height) {
            ("/status", _) => json!({
                "node_info": {"network": self.network},
                "validator_info": {"address": self.validator},
                "sync_info": {
                    "latest_block_height": self.height.to_string(),
                    "catching_up": self.catches_up,
                },
            }),
            (_, Some(height)) => {
                let signed = self.signed.as_ref().filter(|(at, _)| *at == height);
                let by = signed.map_or("", |(_, by)| by);
                json!({"signed_header": {"commit": {"signatures": [
                    {"validator_address": ""}, {"validator_address": by},
                ]}}})
            }
            ("/genesis", _) => json!({"genesis": self.genesis}),
            ("/net_info", _) => {
                let of = |id: &String| json!({"node_info": {"id": id}});
                let peers: Vec<Value> = self.peers.iter().map(of).collect();
                json!({"n_peers": peers.len().to_string(), "peers": peers})
            }
            _ => json!({}),
        }
    }
}

/// The id of the peer that a folder's configuration names.
pub(crate) fn peer() -> String {
    "ab".repeat(20)
}
