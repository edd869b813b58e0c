//! The stage: where the play's files lie, how its programs are run, and what is ended when it is over.
//! What the programs are asked is the acts' affair.

use std::{
    ffi::OsStr,
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
    thread,
};

use serde_json::Value;
use tempfile::TempDir;

use super::Failure;

/// Where the play happens.
#[derive(Debug)]
pub(crate) struct Stage {
    /// What an outsider looks at: `target/quickstart`.
    pub(crate) out: PathBuf,
    /// The network's home: genesis, keys, sites.
    pub(crate) net: PathBuf,
    /// Everybody's keys that genesis does not name.
    pub(crate) keys: PathBuf,
    /// A short folder for `GnuPG` and sockets, gone with the play.
    pub(crate) temp: TempDir,
    /// All times of the play are multiplied by this many per cent.
    pub(crate) pace_percent: u64,
    /// The members that act 2 admitted.
    pub(crate) members: Vec<Member>,
    /// The cases that act 3 nominated.
    pub(crate) cases: Vec<Case>,
    programs: PathBuf,
}

/// A member of the cast and how it signs.
#[derive(Clone, Debug)]
pub(crate) struct Member {
    /// Its random id.
    pub(crate) id: String,
    /// The flag of `ktr` that names its key, and the key.
    pub(crate) signer: [String; 2],
}

/// A nominated case.
#[derive(Clone, Debug)]
pub(crate) struct Case {
    /// Its id on the chain.
    pub(crate) commitment: String,
    /// The case, encrypted to the board.
    pub(crate) envelope: String,
}

impl Stage {
    /// Clears the folder of an earlier play and lays out the files of this one.
    ///
    /// # Errors
    /// [`Failure`] if a folder cannot be made.
    pub(crate) fn set(out: &Path, programs: &Path, pace_percent: u64) -> Result<Self, Failure> {
        if out.exists() {
            fs::remove_dir_all(out).map_err(|error| Failure::of(out.display(), error))?;
        }
        let keys = out.join("keys");
        for folder in [
            out,
            &keys,
            &out.join("audit"),
            &out.join("logs"),
            &out.join("chain"),
        ] {
            fs::create_dir_all(folder).map_err(|error| Failure::of(folder.display(), error))?;
        }
        let temp = tempfile::Builder::new().prefix("ktr").tempdir()?;
        let (out, programs) = (out.to_path_buf(), programs.to_path_buf());
        Ok(Self {
            net: out.join("net"),
            out,
            keys,
            temp,
            pace_percent,
            members: Vec::new(),
            cases: Vec::new(),
            programs,
        })
    }

    /// Seconds of the design's timeline at this play's pace.
    #[must_use]
    pub(crate) const fn secs(&self, secs: u64) -> u64 {
        secs.saturating_mul(self.pace_percent) / 100
    }

    /// Runs `ktr` on the network and reads its JSON answer.
    ///
    /// # Errors
    /// [`Failure`] with the program's own words if it does not end with 0.
    pub(crate) fn ktr<S: AsRef<OsStr>>(&self, words: &[S]) -> Result<Value, Failure> {
        let (code, answer, said) = self.run(words)?;
        if code == 0 {
            Ok(answer)
        } else {
            Err(Failure::new(said))
        }
    }

    /// Runs `ktr` where it must be refused, and gives the refusal's number.
    ///
    /// # Errors
    /// [`Failure`] if it is not refused.
    pub(crate) fn refused<S: AsRef<OsStr>>(&self, words: &[S]) -> Result<u64, Failure> {
        let (exit, answer, said) = self.run(words)?;
        let number = answer.get("code").and_then(Value::as_u64);
        match (exit, number) {
            (1, Some(number)) => Ok(number),
            (1, None) => Ok(0),
            (exit, _) => Err(Failure::new(format!("not refused but exit {exit}: {said}"))),
        }
    }

    fn run<S: AsRef<OsStr>>(&self, words: &[S]) -> Result<(i32, Value, String), Failure> {
        let Output {
            status,
            stdout,
            stderr,
        } = Command::new(self.programs.join("ktr"))
            .args(["--output", "json", "--home"])
            .arg(&self.net)
            .args(words)
            .env("GNUPGHOME", self.gnupg())
            .output()
            .map_err(|error| Failure::of("ktr", error))?;
        let answer = serde_json::from_slice(&stdout).unwrap_or(Value::Null);
        let words: Vec<_> = words
            .iter()
            .map(|word| word.as_ref().to_string_lossy())
            .collect();
        let said = format!(
            "ktr {}: {}",
            words.join(" "),
            String::from_utf8_lossy(&stderr).trim()
        );
        Ok((status.code().unwrap_or(-1), answer, said))
    }

    /// Runs a foreign program that must succeed, and gives what it wrote.
    ///
    /// # Errors
    /// [`Failure`] with the program's own words.
    pub(crate) fn peer<S: AsRef<OsStr>>(
        &self,
        program: &str,
        words: &[S],
    ) -> Result<Vec<u8>, Failure> {
        let output = Command::new(program)
            .args(words)
            .env("GNUPGHOME", self.gnupg())
            .output()
            .map_err(|error| Failure::of(program, error))?;
        if output.status.success() {
            return Ok(output.stdout);
        }
        Err(Failure::of(
            program,
            String::from_utf8_lossy(&output.stderr).trim(),
        ))
    }

    /// A secret key of the network's genesis, such as `seat-1`.
    #[must_use]
    pub(crate) fn role_key(&self, role: &str) -> String {
        self.net
            .join("keys")
            .join(format!("{role}.asc"))
            .display()
            .to_string()
    }

    /// A program of the product, by name.
    #[must_use]
    pub(crate) fn program(&self, name: &str) -> PathBuf {
        self.programs.join(name)
    }

    /// Home of the `GnuPG` user in the cast.
    #[must_use]
    pub(crate) fn gnupg(&self) -> PathBuf {
        self.temp.path().join("gnupg")
    }
}

/// A text field of an answer.
///
/// # Errors
/// [`Failure`] that names the missing field.
pub(crate) fn text<'a>(answer: &'a Value, field: &str) -> Result<&'a str, Failure> {
    answer[field]
        .as_str()
        .ok_or_else(|| Failure::new(format!("the answer has no {field}")))
}

/// A number of an answer.
///
/// # Errors
/// [`Failure`] that names the missing field.
pub(crate) fn number(answer: &Value, field: &str) -> Result<u64, Failure> {
    answer[field]
        .as_u64()
        .ok_or_else(|| Failure::new(format!("the answer has no {field}")))
}

/// What a thread of the play came to.
///
/// # Errors
/// [`Failure`] of the thread, or that it panicked.
pub(crate) fn joined<T>(
    handle: thread::ScopedJoinHandle<'_, Result<T, Failure>>,
) -> Result<T, Failure> {
    handle
        .join()
        .unwrap_or_else(|_| Err(Failure::new("a thread of the play panicked")))
}
