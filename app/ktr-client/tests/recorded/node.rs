//! A node that is only a mouth: answers JSON-RPC over HTTP as it is told.
//! Judges nothing.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use ktr_client::{Client, Trust};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

const GENESIS: &[u8] = include_bytes!("data/genesis.json");
const ANSWERS: &str = include_str!("data/answers.json");

/// What a node says to a method with its parameters: a result, or the text of an error.
pub(crate) type Mouth = dyn FnMut(&str, &Value) -> Result<Value, String> + Send;

/// The recorded answers.
pub(crate) fn answers() -> Value {
    serde_json::from_str(ANSWERS).expect("recorded JSON")
}

/// A mouth that replays `answers`.
pub(crate) fn replay(answers: Value) -> impl FnMut(&str, &Value) -> Result<Value, String> + Send {
    move |method, params| {
        let text = |name: &str| params[name].as_str().unwrap_or_default().to_owned();
        let key = match method {
            "abci_query" => format!(
                "abci_query {} {}",
                text("path"),
                text("data").to_lowercase()
            ),
            "commit" => format!("commit {}", text("height")),
            other => other.to_owned(),
        };
        let found = answers.get(&key).cloned();
        found.ok_or_else(|| {
            "height must be less than or equal to the current blockchain height".to_owned()
        })
    }
}

/// A client of nodes with these mouths, in this order.
pub(crate) async fn client(mouths: Vec<Box<Mouth>>) -> Client {
    let mut urls = Vec::new();
    for mouth in mouths {
        urls.push(serve(mouth).await);
    }
    let trust = Trust::read(GENESIS, None).expect("a genesis");
    let client = Client::new(&urls, trust).expect("urls");
    // Nothing is on its way here.
    client.with_patience(Duration::from_millis(50))
}

/// The URL of a node that nobody runs.
pub(crate) async fn nobody() -> Client {
    let free = TcpListener::bind(("127.0.0.1", 0)).await.expect("a port");
    let url = format!("http://{}", free.local_addr().expect("an address"));
    drop(free);
    Client::new(&[url], Trust::read(GENESIS, None).expect("a genesis")).expect("a url")
}

async fn serve(mouth: Box<Mouth>) -> String {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    let mouth = Arc::new(Mutex::new(mouth));
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(converse(stream, Arc::clone(&mouth)));
        }
    });
    url
}

async fn converse(mut stream: TcpStream, mouth: Arc<Mutex<Box<Mouth>>>) {
    let Some(asked) = read(&mut stream).await else {
        return;
    };
    let method = asked["method"].as_str().unwrap_or_default();
    let said = mouth.lock().expect("no panic before")(method, &asked["params"]);
    let id = &asked["id"];
    let body = match said {
        Ok(result) => json!({"jsonrpc": "2.0", "id": id, "result": result}),
        Err(text) => json!({
            "jsonrpc": "2.0",
            "id": id,
            "error": {"code": -32603, "message": "Internal error", "data": text},
        }),
    };
    let body = body.to_string();
    let head = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
        body.len()
    );
    let written = stream.write_all([head, body].concat().as_bytes()).await;
    written.expect("the client listens");
}

/// Reads one request: head, then as many octets as it names.
async fn read(stream: &mut TcpStream) -> Option<Value> {
    let mut octets = Vec::new();
    loop {
        let mut part = [0; 4_096];
        let count = stream
            .read(&mut part)
            .await
            .ok()
            .filter(|count| *count > 0)?;
        octets.extend(&part[..count]);
        let text = String::from_utf8_lossy(&octets);
        let Some((head, body)) = text.split_once("\r\n\r\n") else {
            continue;
        };
        let length = head
            .lines()
            .filter_map(|line| line.split_once(':'))
            .find(|(name, _)| name.eq_ignore_ascii_case("content-length"))
            .and_then(|(_, value)| value.trim().parse::<usize>().ok())?;
        if body.len() >= length {
            return serde_json::from_str(body).ok();
        }
    }
}
