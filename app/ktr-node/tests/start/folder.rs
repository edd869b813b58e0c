//! A node's folder with an engine that is a script, and what the program says about it.
//! It judges nothing; the sentences do.

use std::{
    fs::{self, File},
    path::PathBuf,
    process::{Child, Command, Stdio},
    sync::atomic::{AtomicU16, Ordering},
};

use ktr_core::time::Time;
use ktr_node::{engine::Document, home::Home};
use ktr_testkit::Cast;
use tempfile::TempDir;

/// Answers like the right engine, and leaves a mark when it is started.
pub(crate) const RIGHT: &str =
    "[ \"$1\" = version ] && echo 0.38.25 && exit 0; touch \"$0.started\"; exit 1";

/// Answers like the right engine, and stays until it is told to go.
pub(crate) const STAYS: &str = "[ \"$1\" = version ] && echo 0.38.25 && exit 0; exec sleep 60";

/// The chain of these folders.
pub(crate) const CHAIN_ID: &str = "ktr-start-1";

/// When its first term begins.
pub(crate) const START: Time = Time(1_800_000_000);

/// A node's folder with an engine that is a script.
pub(crate) struct Folder {
    temp: TempDir,
    addresses: [String; 6],
}

impl Folder {
    pub(crate) fn made(script: &str) -> Self {
        let temp = tempfile::Builder::new().prefix("ktr").tempdir().unwrap();
        let folder = Self {
            temp,
            addresses: addresses(),
        };
        folder.engine_says(script);
        let document = Document::new(CHAIN_ID, START, &Cast::new(START).genesis()).unwrap();
        let (code, said) = folder.init(&document.text().unwrap(), &[]);
        assert_eq!(code, 0, "{said}");
        folder
    }

    /// The exit code of `init` with a genesis and further arguments, and its one line of error.
    pub(crate) fn init(&self, text: &str, further: &[&str]) -> (i32, String) {
        let genesis = self.temp.path().join("genesis.json");
        fs::write(&genesis, text).unwrap();
        let engine = self.engine();
        let [rpc, p2p, metrics, own_metrics, ..] = &self.addresses;
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
        self.run(&[arguments.as_slice(), further].concat())
    }

    pub(crate) fn engine(&self) -> PathBuf {
        self.temp.path().join("engine.sh")
    }

    pub(crate) fn home(&self) -> Home {
        Home::new(self.temp.path().join("node"))
    }

    /// Whether the engine was asked for more than its version.
    pub(crate) fn engine_started(&self) -> bool {
        self.temp.path().join("engine.sh.started").exists()
    }

    /// Changes a line of `node.toml`.
    pub(crate) fn set(&self, key: &str, value: &str) {
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
    pub(crate) fn start(&self) -> (i32, String) {
        self.run(&["start"])
    }

    /// The exit code of a rollback, and its one line.
    pub(crate) fn roll_back(&self) -> (i32, String) {
        self.run(&["rollback"])
    }

    /// A start that is not waited for.
    pub(crate) fn launch(&self) -> Child {
        let log = File::create(self.temp.path().join("node.log")).unwrap();
        let mut command = self.command(&["start"]);
        command.stdout(log.try_clone().unwrap()).stderr(log);
        command.spawn().unwrap()
    }

    /// What a launched node and its engine said.
    pub(crate) fn log(&self) -> String {
        fs::read_to_string(self.temp.path().join("node.log")).unwrap()
    }

    /// Where the node shows its own metrics.
    pub(crate) fn own_metrics(&self) -> &str {
        &self.addresses[3]
    }

    /// Puts another script in the engine's place.
    pub(crate) fn engine_says(&self, script: &str) {
        // Written by another process: a file that this one still had open could not be run.
        let written = Command::new("sh")
            .args([
                "-c",
                "printf '#!/bin/sh\\n%s\\n' \"$2\" > \"$1\" && chmod 755 \"$1\"",
                "sh",
            ])
            .arg(self.engine())
            .arg(script)
            .status();
        assert!(written.unwrap().success());
    }

    /// Where the engine answers.
    pub(crate) fn rpc(&self) -> &str {
        &self.addresses[0]
    }

    /// An address that nobody has.
    pub(crate) fn spare(&self) -> &str {
        &self.addresses[4]
    }

    /// Puts another county beside this one: `serve` gets the address that the configuration names.
    pub(crate) fn beside(&self, serve: impl FnOnce(&str)) {
        let address = &self.addresses[5];
        serve(address);
        self.guarded_by(&[address.as_str()]);
    }

    /// Two of them, one at the spare address.
    pub(crate) fn beside_two(&self, serve: impl Fn(&str)) {
        let two: [&str; 2] = [&self.addresses[4], &self.addresses[5]];
        for address in two {
            serve(address);
        }
        self.guarded_by(&two);
    }

    fn guarded_by(&self, counties: &[&str]) {
        let path = self.home().settings();
        let text = fs::read_to_string(&path).unwrap();
        let named = text.replace("guard_rpc = []", &format!("guard_rpc = {counties:?}"));
        assert_ne!(named, text);
        fs::write(&path, named).unwrap();
    }

    /// The exit code of a command, and what it prints.
    pub(crate) fn answer(&self, arguments: &[&str]) -> (i32, String) {
        let output = self.command(arguments).output().unwrap();
        (
            output.status.code().unwrap(),
            String::from_utf8(output.stdout).unwrap(),
        )
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_ktr-node"));
        command.arg("--home").arg(self.home().path());
        command.args(arguments).stdin(Stdio::null());
        command
    }

    fn run(&self, arguments: &[&str]) -> (i32, String) {
        let output = self.command(arguments).output().unwrap();
        let errors = String::from_utf8(output.stderr).unwrap();
        let lines: Vec<&str> = errors
            .lines()
            .filter(|line| !line.starts_with('{'))
            .collect();
        assert!(lines.len() <= 1, "{errors}");
        (output.status.code().unwrap(), lines.concat())
    }
}

/// Six addresses that nobody else uses: an address of loopback for each process, below the ports that the system hands out.
fn addresses() -> [String; 6] {
    static FOLDERS: AtomicU16 = AtomicU16::new(0);
    let [_, a, b, c] = std::process::id().to_be_bytes();
    let from = 20_000 + 6 * FOLDERS.fetch_add(1, Ordering::Relaxed);
    [0, 1, 2, 3, 4, 5].map(|n| format!("127.{}.{b}.{c}:{}", a + 1, from + n))
}
