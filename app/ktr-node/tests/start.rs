//! What stands against a start is said in one line, with what to do, and ends with its own code; the engines here are scripts.
//! What a real engine does is `net.rs`'s.

#![expect(
    clippy::unwrap_used,
    clippy::arithmetic_side_effects,
    reason = "test code"
)]

use std::{
    fs,
    net::TcpListener,
    path::PathBuf,
    process::{Command, Stdio},
    sync::atomic::{AtomicU16, Ordering},
};

use ktr_core::time::Time;
use ktr_node::{
    engine::{Document, Lock},
    home::Home,
};
use ktr_testkit::Cast;
use tempfile::TempDir;

/// Answers like the right engine, and leaves a mark when it is started.
const RIGHT: &str = "[ \"$1\" = version ] && echo 0.38.25 && exit 0; touch \"$0.started\"; exit 1";

/// A node's folder with an engine that is a script.
struct Folder {
    temp: TempDir,
    addresses: [String; 5],
}

impl Folder {
    fn made(script: &str) -> Self {
        let temp = tempfile::Builder::new().prefix("ktr").tempdir().unwrap();
        let folder = Self {
            temp,
            addresses: addresses(),
        };
        // Written by another process: a file that this one still had open could not be run.
        let written = Command::new("sh")
            .args([
                "-c",
                "printf '#!/bin/sh\\n%s\\n' \"$2\" > \"$1\" && chmod 755 \"$1\"",
                "sh",
            ])
            .arg(folder.engine())
            .arg(script)
            .status();
        assert!(written.unwrap().success());
        let start = Time(1_800_000_000);
        let document = Document::new("ktr-start-1", start, &Cast::new(start).genesis()).unwrap();
        let genesis = folder.temp.path().join("genesis.json");
        fs::write(&genesis, document.text().unwrap()).unwrap();
        let engine = folder.engine();
        let [rpc, p2p, metrics, own_metrics, _] = &folder.addresses;
        let arguments = [
            "init",
            "--genesis",
            genesis.to_str().unwrap(),
            "--engine",
            engine.to_str().unwrap(),
            "--rpc",
            rpc,
            "--p2p",
            p2p,
            "--metrics",
            metrics,
            "--own-metrics",
            own_metrics,
        ];
        let (code, said) = folder.run(&arguments);
        assert_eq!(code, 0, "{said}");
        folder
    }

    fn engine(&self) -> PathBuf {
        self.temp.path().join("engine.sh")
    }

    fn home(&self) -> Home {
        Home::new(self.temp.path().join("node"))
    }

    /// Whether the engine was asked for more than its version.
    fn engine_started(&self) -> bool {
        self.temp.path().join("engine.sh.started").exists()
    }

    /// Changes a line of `node.toml`.
    fn set(&self, key: &str, value: &str) {
        let path = self.home().settings();
        let text = fs::read_to_string(&path).unwrap();
        let lines = text.lines().map(|line| {
            if line.starts_with(&format!("{key} =")) {
                format!("{key} = \"{value}\"")
            } else {
                line.to_owned()
            }
        });
        let lines: Vec<String> = lines.collect();
        fs::write(&path, lines.join("\n")).unwrap();
    }

    /// The exit code of a start, and its one line.
    fn start(&self) -> (i32, String) {
        self.run(&["start"])
    }

    fn run(&self, arguments: &[&str]) -> (i32, String) {
        let output = Command::new(env!("CARGO_BIN_EXE_ktr-node"))
            .arg("--home")
            .arg(self.home().path())
            .args(arguments)
            .stdin(Stdio::null())
            .output();
        let output = output.unwrap();
        let errors = String::from_utf8(output.stderr).unwrap();
        let lines: Vec<&str> = errors
            .lines()
            .filter(|line| !line.starts_with('{'))
            .collect();
        assert!(lines.len() <= 1, "{errors}");
        (output.status.code().unwrap(), lines.concat())
    }
}

/// Five addresses that nobody else uses: an address of loopback for each process, below the ports that the system hands out.
fn addresses() -> [String; 5] {
    static FOLDERS: AtomicU16 = AtomicU16::new(0);
    let [_, a, b, c] = std::process::id().to_be_bytes();
    let from = 20_000 + 5 * FOLDERS.fetch_add(1, Ordering::Relaxed);
    [0, 1, 2, 3, 4].map(|n| format!("127.{}.{b}.{c}:{}", a + 1, from + n))
}

#[test]
fn a_taken_port_is_named_with_its_key_before_the_engine_starts() {
    for key in [
        "rpc_laddr",
        "p2p_laddr",
        "metrics_laddr",
        "node_metrics_laddr",
    ] {
        // given somebody on the port
        let folder = Folder::made(RIGHT);
        let address = &folder.addresses[4];
        let other = TcpListener::bind(address).unwrap();
        folder.set(key, address);
        // when
        let (code, said) = folder.start();
        // then
        let wanted = format!(
            "ktr-node: {key}: port {} is taken; stop the process that listens there, or set another port as {key} in node.toml",
            address.rsplit(':').next().unwrap()
        );
        assert_eq!((code, said), (12, wanted));
        assert!(!folder.engine_started());
        // and a start once it is free gets as far as the engine
        drop(other);
        assert_eq!(folder.start().0, 12);
        assert!(folder.engine_started());
    }
}

#[test]
fn one_port_under_two_keys_is_named() {
    let folder = Folder::made(RIGHT);
    let address = &folder.addresses[4];
    folder.set("rpc_laddr", address);
    folder.set("metrics_laddr", address);
    let (code, said) = folder.start();
    assert_eq!(code, 12);
    assert!(said.starts_with("ktr-node: metrics_laddr: port "), "{said}");
}

#[test]
fn an_address_of_another_machine_is_named() {
    let folder = Folder::made(RIGHT);
    folder.set("p2p_laddr", "192.0.2.1:26656");
    let (code, said) = folder.start();
    assert_eq!(code, 12);
    assert!(
        said.starts_with("ktr-node: p2p_laddr: port 26656 cannot be listened on: ")
            && said.ends_with("; correct p2p_laddr in node.toml"),
        "{said}"
    );
}

#[test]
fn an_engine_that_is_missing_is_named() {
    let folder = Folder::made(RIGHT);
    folder.set("engine_binary", "/nowhere/cometbft");
    let (code, said) = folder.start();
    assert_eq!(code, 12);
    assert!(
        said.starts_with("ktr-node: the engine /nowhere/cometbft cannot be run: ")
            && said.ends_with("scripts/setup installs it, engine_binary in node.toml names it"),
        "{said}"
    );
}

#[test]
fn a_program_that_is_no_engine_is_named_and_not_repeated() {
    for script in [
        "echo 'ERROR: unknown flag'",
        "exit 3",
        "echo 0.38.25; exit 1",
        "echo 1.2",
    ] {
        let folder = Folder::made(script);
        let wanted = format!(
            "ktr-node: the engine {} does not say its version; name CometBFT v0.38.25 as engine_binary in node.toml, scripts/setup installs it",
            folder.engine().display()
        );
        assert_eq!(folder.start(), (12, wanted), "{script}");
    }
}

#[test]
fn an_engine_of_another_version_is_named_with_both() {
    for version in ["0.38.24", "0.38.25-dev", "1.0.1", "0.34.24"] {
        let folder = Folder::made(&format!("echo {version}"));
        let wanted = format!(
            "ktr-node: the engine {} is version {version}, the Relay runs 0.38.25; name the right one as engine_binary in node.toml, scripts/setup installs it",
            folder.engine().display()
        );
        assert_eq!(folder.start(), (12, wanted));
    }
}

#[test]
fn an_engine_that_ends_at_once_ends_the_node() {
    let folder = Folder::made(RIGHT);
    let (code, said) = folder.start();
    assert_eq!(code, 12);
    assert!(
        said.starts_with("ktr-node: the engine ended by itself (exit status: 1)"),
        "{said}"
    );
}

#[test]
fn a_node_that_runs_already_is_named() {
    let folder = Folder::made(RIGHT);
    let _held = Lock::take(&folder.home()).unwrap();
    let (code, said) = folder.start();
    assert_eq!(code, 12);
    assert!(said.starts_with("ktr-node: a node runs in "), "{said}");
    assert!(!folder.engine_started());
}

#[test]
fn a_validator_that_forgot_what_it_signed_ends_with_the_guard_s_code() {
    let folder = Folder::made(RIGHT);
    fs::create_dir(folder.home().block_store()).unwrap();
    fs::remove_file(folder.home().validator_state()).unwrap();
    let (code, said) = folder.start();
    assert_eq!(code, 13);
    assert!(
        said.contains("priv_validator_state.json is missing beside a block store"),
        "{said}"
    );
    assert!(!folder.engine_started());
}

#[test]
fn a_file_in_the_way_of_the_socket_is_named() {
    let folder = Folder::made(RIGHT);
    fs::write(folder.home().path().join("abci.sock"), "mine").unwrap();
    let (code, said) = folder.start();
    assert_eq!(code, 12);
    assert!(
        said.ends_with("abci.sock is in the way and is no socket"),
        "{said}"
    );
}

#[test]
fn a_folder_without_configuration_is_refused() {
    let folder = Folder::made(RIGHT);
    fs::remove_file(folder.home().settings()).unwrap();
    let (code, said) = folder.start();
    assert_eq!(code, 1);
    assert!(said.contains("node.toml"), "{said}");
}
