//! A real CometBFT in a folder of its own: written, started, asked over HTTP, killed.
//! It knows nothing of the application behind the socket.

#![expect(
    clippy::unwrap_used,
    clippy::arithmetic_side_effects,
    reason = "test code"
)]

use std::{
    fs::{self, File},
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use serde_json::Value;
use tempfile::TempDir;

use super::until;

const VERSION: &str = "0.38.25";

/// An engine's folder, and its process while it runs. Killed when dropped.
pub(crate) struct Engine {
    program: PathBuf,
    home: PathBuf,
    rpc: String,
    process: Option<Child>,
}

impl Engine {
    /// A new chain of one validator, whose application is behind `socket`.
    pub(crate) fn new(folder: &TempDir, socket: &Path) -> Self {
        let program = program();
        let home = folder.path().join("engine");
        let made = Command::new(&program)
            .arg("init")
            .arg("--home")
            .arg(&home)
            .stdout(Stdio::null())
            .status()
            .unwrap();
        assert!(made.success());
        let rpc = free_address();
        configure(&home.join("config/config.toml"), socket, &rpc);
        Self {
            program,
            home,
            rpc,
            process: None,
        }
    }

    /// Starts it and waits until it answers.
    pub(crate) fn start(&mut self) {
        let log = File::options()
            .create(true)
            .append(true)
            .open(self.home.join("engine.log"))
            .unwrap();
        let process = Command::new(&self.program)
            .arg("start")
            .arg("--home")
            .arg(&self.home)
            .stdout(log.try_clone().unwrap())
            .stderr(log)
            .spawn()
            .unwrap();
        self.process = Some(process);
        until("the engine has a block", 30, || {
            self.try_height().filter(|height| *height > 0)
        });
    }

    /// SIGKILL, and gone.
    pub(crate) fn kill(&mut self) {
        if let Some(mut process) = self.process.take() {
            process.kill().unwrap();
            process.wait().unwrap();
        }
    }

    /// SIGTERM, and gone in order.
    pub(crate) fn terminate(&mut self) {
        let mut process = self.process.take().unwrap();
        kill(
            Pid::from_raw(process.id().try_into().unwrap()),
            Signal::SIGTERM,
        )
        .unwrap();
        process.wait().unwrap();
    }

    /// Submits a transaction and waits until it is in a block.
    pub(crate) fn commit(&self, tx: &str) {
        let answer = self
            .ask(&format!("/broadcast_tx_commit?tx=%22{tx}%22"))
            .unwrap();
        assert_eq!(
            answer.pointer("/tx_result/code"),
            Some(&0.into()),
            "{answer}{}",
            self.log()
        );
    }

    /// Submits a transaction and waits until it is in the mempool.
    pub(crate) fn submit(&self, tx: &str) {
        let answer = self
            .ask(&format!("/broadcast_tx_sync?tx=%22{tx}%22"))
            .unwrap();
        assert_eq!(answer.pointer("/code"), Some(&0.into()), "{answer}");
    }

    pub(crate) fn height(&self) -> i64 {
        self.try_height().unwrap()
    }

    /// The app hash in the newest header: the state after the block before it.
    pub(crate) fn header_app_hash(&self) -> Vec<u8> {
        let answer = self.ask("/block").unwrap();
        let digits = answer
            .pointer("/block/header/app_hash")
            .unwrap()
            .as_str()
            .unwrap()
            .to_owned();
        digits
            .as_bytes()
            .chunks(2)
            .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap())
            .collect()
    }

    fn try_height(&self) -> Option<i64> {
        let answer = self.ask("/status")?;
        answer
            .pointer("/sync_info/latest_block_height")?
            .as_str()?
            .parse()
            .ok()
    }

    /// One request of HTTP/1.0, whose answer comes in one piece and ends with the connection.
    fn ask(&self, path: &str) -> Option<Value> {
        let mut stream = TcpStream::connect(&self.rpc).ok()?;
        write!(stream, "GET {path} HTTP/1.0\r\n\r\n").ok()?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).ok()?;
        let (_, body) = answer.split_once("\r\n\r\n")?;
        let mut body: Value = serde_json::from_str(body).ok()?;
        body.get_mut("result").map(Value::take)
    }

    fn log(&self) -> String {
        fs::read_to_string(self.home.join("engine.log")).unwrap()
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        self.kill();
    }
}

/// The engine's program, of exactly the version that the Relay runs.
fn program() -> PathBuf {
    #[expect(clippy::disallowed_methods, reason = "a test has no arguments")]
    let named = std::env::var("KTR_COMETBFT").map(PathBuf::from);
    #[expect(clippy::disallowed_methods, reason = "a test has no arguments")]
    let program = named.unwrap_or_else(|_| {
        PathBuf::from(std::env::var("HOME").unwrap()).join(".cache/ktr/bin/cometbft")
    });
    let asked = Command::new(&program).arg("version").output();
    let found = asked.map(|output| String::from_utf8(output.stdout).unwrap().trim().to_owned());
    assert!(
        found.as_deref().is_ok_and(|found| found == VERSION),
        "these tests need CometBFT {VERSION} and {} is {found:?}: get it with `go install \
         github.com/cometbft/cometbft/cmd/cometbft@v{VERSION}` and name the program in KTR_COMETBFT",
        program.display()
    );
    program
}

fn free_address() -> String {
    TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .to_string()
}

fn configure(path: &Path, socket: &Path, rpc: &str) {
    let proxy_app = format!("unix://{}", socket.display());
    let changes = [
        ("", "proxy_app", proxy_app.as_str()),
        ("", "abci", "socket"),
        ("", "db_backend", "goleveldb"),
        ("[rpc]", "laddr", &format!("tcp://{rpc}")),
        ("[p2p]", "laddr", &format!("tcp://{}", free_address())),
        ("[consensus]", "timeout_propose", "500ms"),
        ("[consensus]", "timeout_commit", "50ms"),
        ("[consensus]", "create_empty_blocks", "false"),
        ("[consensus]", "create_empty_blocks_interval", "1s"),
    ];
    let mut left = changes.len();
    let mut section = "";
    let mut text = String::new();
    let before = fs::read_to_string(path).unwrap();
    for line in before.lines() {
        if line.starts_with('[') {
            section = line;
        }
        let key = line.split_once(" = ").map_or("", |(key, _)| key);
        let change = changes
            .iter()
            .find(|change| (change.0, change.1) == (section, key));
        if let Some((_, key, value)) = change {
            let quote = if *value == "false" { "" } else { "\"" };
            text.extend([key, " = ", quote, value, quote, "\n"]);
            left -= 1;
        } else {
            text.extend([line, "\n"]);
        }
    }
    assert_eq!(left, 0, "a key of the configuration is missing");
    fs::write(path, text).unwrap();
}
