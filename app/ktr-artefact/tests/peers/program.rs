//! Runs outside programs in a short temporary home of their own.
//! Judges nothing.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

use tempfile::TempDir;

/// A temporary folder that is also a GnuPG home; its agent is ended with it.
pub(crate) struct Home(TempDir);

impl Home {
    pub(crate) fn new() -> Self {
        // Agents listen on a socket inside: the path must stay short.
        let folder = tempfile::Builder::new()
            .prefix("k")
            .tempdir_in("/tmp")
            .unwrap();
        Self(folder)
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    /// Writes a file and gives its path.
    pub(crate) fn file(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.path().join(name);
        fs::write(&path, bytes).unwrap();
        path
    }

    /// Runs a program here; it must exist.
    pub(crate) fn run(&self, program: &str, arguments: &[&str]) -> Output {
        Command::new(program)
            .args(arguments)
            .current_dir(self.path())
            .env("GNUPGHOME", self.path())
            .env("HOME", self.path())
            .env("SEQUOIA_HOME", self.path())
            .output()
            .unwrap_or_else(|error| panic!("{program} is needed by this test: {error}"))
    }

    pub(crate) fn gpg(&self, arguments: &[&str]) -> Output {
        let fixed = [
            "--no-options",
            "--batch",
            "--quiet",
            "--pinentry-mode",
            "loopback",
            "--passphrase",
            "",
        ];
        self.run("gpg", &[&fixed[..], arguments].concat())
    }

    /// Runs gpg and gives what it wrote; it must succeed.
    pub(crate) fn gpg_ok(&self, arguments: &[&str]) -> Vec<u8> {
        let output = self.gpg(arguments);
        let words = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "gpg {arguments:?}: {words}");
        output.stdout
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        let _ended = Command::new("gpgconf")
            .args(["--kill", "all"])
            .env("GNUPGHOME", self.path())
            .output();
    }
}
