//! A localnet of four real engines in a temporary folder, handled with `ktr` as a person would.
//! It is stopped when it goes out of scope.

use std::{
    io::{Read, Write},
    net::TcpStream,
    process::Command,
    time::Duration,
};

use serde_json::{Value, json};

use crate::programs;

/// Runs `ktr` on a network that is stopped when this goes.
pub(crate) struct Net {
    pub(crate) folder: tempfile::TempDir,
}

impl Net {
    pub(crate) fn up() -> Self {
        let net = Self {
            folder: tempfile::tempdir().expect("a folder"),
        };
        net.ktr(&["localnet", "up"]);
        net
    }

    pub(crate) fn ktr(&self, words: &[&str]) -> Value {
        let output = Command::new(programs().join("ktr"))
            .args(["--output", "json", "--home"])
            .arg(self.folder.path())
            .args(words)
            .output()
            .expect("ktr runs");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "ktr {}: {said}", words.join(" "));
        serde_json::from_slice(&output.stdout).unwrap_or(json!(null))
    }

    /// The secret key of a role, as `localnet up` made it.
    pub(crate) fn key(&self, role: &str) -> String {
        let path = self.folder.path().join(format!("keys/{role}.asc"));
        path.display().to_string()
    }

    /// The URLs of the engines.
    pub(crate) fn rpc(&self) -> Vec<String> {
        let urls = std::fs::read_to_string(self.folder.path().join("rpc.txt")).expect("URLs");
        urls.lines().map(str::to_owned).collect()
    }

    /// What `localnet up` remembers of its sites.
    pub(crate) fn sites(&self) -> Value {
        let text = std::fs::read(self.folder.path().join("sites.json")).expect("sites");
        serde_json::from_slice(&text).expect("JSON")
    }

    /// Changes what it remembers.
    pub(crate) fn remember(&self, sites: &Value) {
        let path = self.folder.path().join("sites.json");
        std::fs::write(path, format!("{sites:#}\n")).expect("written");
    }

    /// What it remembers of one of them.
    pub(crate) fn site(&self, name: &str) -> Value {
        let sites = self.sites();
        let sites = sites["sites"].as_array().expect("a list");
        let site = sites.iter().find(|site| site["name"] == name);
        site.unwrap_or_else(|| panic!("no site {name}")).clone()
    }

    /// Asks the first site's engine by plain HTTP, as `curl` would.
    pub(crate) fn engine(&self, path: &str) -> Value {
        let urls = self.rpc();
        let host = urls.first().and_then(|url| url.strip_prefix("http://"));
        asked(host.expect("an http URL"), path)
    }

    /// Asks the engine of one site.
    pub(crate) fn engine_of(&self, name: &str, path: &str) -> Value {
        asked(&format!("127.0.0.1:{}", self.site(name)["rpc"]), path)
    }
}

fn asked(host: &str, path: &str) -> Value {
    let mut stream = TcpStream::connect(host).expect("the engine listens");
    // An engine that says nothing ends the test, and not the night.
    let silence = stream.set_read_timeout(Some(Duration::from_secs(30)));
    silence.expect("more than none");
    write!(stream, "GET {path} HTTP/1.0\r\nHost: {host}\r\n\r\n").expect("asked");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("answered");
    let (_, body) = answer.split_once("\r\n\r\n").expect("HTTP");
    serde_json::from_str(body).expect("JSON")
}

impl Drop for Net {
    fn drop(&mut self) {
        self.ktr(&["localnet", "down"]);
    }
}
