//! Somebody who follows pages of the book: types the commands that they show, where `net` is the network's folder and the roles' keys lie.
//! What the commands lead to, the sentences judge.

use std::{
    fs,
    os::unix::fs::{DirBuilderExt, symlink},
    path::PathBuf,
    process::{Command, Output},
};

use ktr_testkit::{page::commands, wait};
use ktr_tests::play;
use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use serde_json::Value;
use tempfile::TempDir;

use crate::{localnet::Net, programs};

/// What a page leaves open: a word of it, and what is meant.
pub(crate) type Words<'a> = &'a [(&'a str, &'a str)];

/// Where somebody sits and types.
pub(crate) struct Desk<'a> {
    pub(crate) net: &'a Net,
    folder: TempDir,
}

impl<'a> Desk<'a> {
    pub(crate) fn beside(net: &'a Net) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        symlink(net.folder.path(), folder.path().join("net")).expect("linked");
        for key in fs::read_dir(net.folder.path().join("keys")).expect("keys") {
            let key = key.expect("a file");
            fs::copy(key.path(), folder.path().join(key.file_name())).expect("copied");
        }
        let mut private = fs::DirBuilder::new();
        private.mode(0o700);
        private
            .create(folder.path().join("gnupg"))
            .expect("a home of GnuPG");
        Self { net, folder }
    }

    /// A file on the desk.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Types a line of a page, which must succeed; gives the answer, null where it is no JSON.
    pub(crate) fn types(&self, line: &str, words: Words<'_>) -> Value {
        let output = self.run(line, words);
        let said = String::from_utf8_lossy(&output.stderr);
        let printed = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success(), "{line}: {said}{printed}");
        serde_json::from_slice(&output.stdout).unwrap_or(Value::Null)
    }

    /// Types a line that the chain must refuse; gives the code.
    pub(crate) fn is_refused(&self, line: &str) -> u64 {
        let output = self.run(line, &[]);
        assert!(!output.status.success(), "{line} is not refused");
        let answer: Value = serde_json::from_slice(&output.stdout).unwrap_or(Value::Null);
        let said = String::from_utf8_lossy(&output.stderr);
        answer["code"]
            .as_u64()
            .unwrap_or_else(|| panic!("{line}: {said}"))
    }

    /// Types a line; gives all that its program leaves.
    pub(crate) fn run(&self, line: &str, words: Words<'_>) -> Output {
        let line = meant(line, words);
        Command::new("sh")
            .args(["-c", &format!("PATH=\"$0:$PATH\"; {line}")])
            .arg(programs())
            .env("KTR_OUTPUT", "json")
            .env("KTR_NODE_OUTPUT", "json")
            .env("GNUPGHOME", self.path("gnupg"))
            .current_dir(self.folder.path())
            .output()
            .expect("a shell")
    }

    /// Types lines in their order. A hash is the one that the last line gave, a digest the one of the last proposal that was shown. Gives the
    /// last answer.
    pub(crate) fn follows(&self, lines: &[String], words: Words<'_>) -> Value {
        let (mut hash, mut digest) = (String::new(), String::new());
        let mut last = Value::Null;
        for line in lines {
            let open = [("HASH", hash.as_str()), ("DIGEST", digest.as_str())];
            last = self.types(line, &[words, &open[..]].concat());
            if let Some(of_tx) = last["hash"].as_str() {
                of_tx.clone_into(&mut hash);
            }
            if let Some(of_proposal) = last["record"]["digest"].as_str() {
                of_proposal.clone_into(&mut digest);
            }
        }
        last
    }

    /// Signs a body, sends it and waits, as the page of keys says of every command; gives the height of its block.
    pub(crate) fn sends(&self, body: &str, key: &str) -> u64 {
        let answer = self.follows(&steps(body, key), &[]);
        answer["height"].as_u64().expect("a height")
    }

    /// The code by which the chain refuses a command of this key. One of a key that counts is refused by a rule of its own, and changes
    /// nothing.
    pub(crate) fn judged(&self, command: &str, key: &str) -> u64 {
        let build = format!("ktr --home net tx build --out probe.body {command}");
        self.types(&build, &[]);
        let [sign, broadcast, _] = steps("probe.body", key);
        self.types(&sign, &[]);
        self.is_refused(&broadcast)
    }

    /// Waits until every site is above a height: one that is behind would still take what the others refuse.
    pub(crate) fn settles_above(&self, height: u64) {
        wait::until("every site is above the height", 60, || {
            let status = self.net.ktr(&["status"]);
            let nodes = status["nodes"].as_array().cloned()?;
            let above = |node: &Value| node["height"].as_u64() > Some(height);
            nodes.iter().all(above).then_some(())
        });
    }

    /// Stops a site's node, as its supervisor would.
    pub(crate) fn stops(&self, name: &str) {
        let site = self.net.site(name);
        let pid = site["pid"].as_i64().and_then(|pid| i32::try_from(pid).ok());
        kill(Pid::from_raw(pid.expect("a process")), Signal::SIGTERM).expect("it runs");
        wait::until("the node has stopped", 60, || {
            (!play::runs(&site)).then_some(())
        });
    }

    /// Starts what does not run.
    pub(crate) fn starts(&self) {
        self.net.ktr(&["localnet", "up"]);
    }
}

impl Drop for Desk<'_> {
    fn drop(&mut self) {
        // Where no agent runs there is none to end.
        drop(
            Command::new("gpgconf")
                .args(["--kill", "all"])
                .env("GNUPGHOME", self.path("gnupg"))
                .output(),
        );
    }
}

/// A command that a page has within a sentence.
pub(crate) fn said<'a>(page: &str, command: &'a str) -> &'a str {
    assert!(page.contains(&format!("`{command}`")), "{command}");
    command
}

/// The three steps after `build`, for a body and a key.
fn steps(body: &str, key: &str) -> [String; 3] {
    let before = KEYS.split("\n## ").next().expect("there is a first part");
    let steps = <[String; 3]>::try_from(commands(before)).expect("three steps");
    let tx = body.replace(".body", ".tx");
    steps.map(|step| {
        let step = step.replace("t.body", body).replace("t.tx", &tx);
        step.replace("county-1.asc", key)
    })
}

/// The line with what is meant in the place of each word that the page leaves open.
fn meant(line: &str, words: Words<'_>) -> String {
    let mut typed = String::new();
    let mut rest = line;
    while let Some(first) = rest.chars().next() {
        let of_word = |c: char| c.is_ascii_alphanumeric();
        let ends = rest.find(|c: char| of_word(c) != of_word(first));
        let (run, after) = rest.split_at(ends.unwrap_or(rest.len()));
        let open = words.iter().find(|(word, _)| *word == run);
        typed.push_str(open.map_or(run, |(_, meant)| *meant));
        rest = after;
    }
    typed
}

/// The page that has the steps of every command.
const KEYS: &str = include_str!("../../docs/src/operating/keys.md");
