//! The stage: where the play's files lie, how its programs are run, and what is ended when it is over.
//! What the programs are asked is the acts' affair.

use std::{
    collections::BTreeMap,
    ffi::OsStr,
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
    thread,
    time::Duration,
};

use serde_json::Value;
use tempfile::TempDir;

use super::{
    Failure, Figures, Pace, blow::Blow, company::Company, ground, passes::Token, rooms::Place,
    scan::Canaries,
};

/// Where the play happens.
pub(crate) struct Stage {
    /// What an outsider looks at: `target/quickstart`.
    pub(crate) out: PathBuf,
    /// The network's home: genesis, keys, sites.
    pub(crate) net: PathBuf,
    /// Everybody's keys that genesis does not name.
    pub(crate) keys: PathBuf,
    /// A short folder for `GnuPG` and sockets, gone with the play.
    pub(crate) temp: TempDir,
    /// All times of the play are multiplied by this.
    pub(crate) pace: Pace,
    /// The members that act 2 admitted.
    pub(crate) members: Vec<Member>,
    /// Who runs beside the network.
    pub(crate) company: Company,
    /// Where each county's servers listen, by county.
    pub(crate) places: Vec<Place>,
    /// Base URL of the collector.
    pub(crate) collector: String,
    /// A blow that is still to fall in this act.
    pub(crate) blow: Option<Blow>,
    /// What the blow came to, once it has fallen.
    pub(crate) struck: Figures,
    /// What the members' passes held in act 6.
    pub(crate) tokens: Vec<Token>,
    /// What stands in the release in clear.
    pub(crate) plaintext: Canaries,
    /// What names each county's room and its posts, by county.
    pub(crate) traces: Vec<Canaries>,
    /// The cases that act 3 nominated.
    pub(crate) cases: Vec<Case>,
    /// What `ktr` finds in its environment: who runs the sites, once another version does.
    pub(crate) environment: BTreeMap<&'static str, String>,
    programs: PathBuf,
}

/// A member of the cast and how it signs.
#[derive(Clone, Debug)]
pub(crate) struct Member {
    /// Its random id.
    pub(crate) id: String,
    /// Its home county.
    pub(crate) county: u8,
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
    pub(crate) fn set(out: &Path, programs: &Path, pace: Pace) -> Result<Self, Failure> {
        if out.exists() {
            ground::down(out, programs)?;
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
            pace,
            members: Vec::new(),
            company: Company::default(),
            places: Vec::new(),
            collector: String::new(),
            blow: None,
            struck: Figures::new(),
            tokens: Vec::new(),
            plaintext: Canaries::default(),
            traces: Vec::new(),
            cases: Vec::new(),
            environment: BTreeMap::new(),
            programs,
        })
    }

    /// Seconds of the design's timeline at this play's pace.
    #[must_use]
    pub(crate) const fn secs(&self, secs: u64) -> u64 {
        self.pace.secs(secs)
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
            .envs(&self.environment)
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

    /// RPC URLs of the network, with commas between them.
    pub(crate) fn rpc(&self) -> Result<String, Failure> {
        let urls = fs::read_to_string(self.net.join("rpc.txt"))?;
        Ok(urls.split_whitespace().collect::<Vec<_>>().join(","))
    }

    /// The ports of the sites' engines.
    pub(crate) fn ports(&self) -> Result<Vec<u16>, Failure> {
        let rpc = self.rpc()?;
        let ports = rpc
            .split(',')
            .map(|url| url.rsplit(':').next()?.parse().ok());
        let ports: Option<Vec<u16>> = ports.collect();
        ports.ok_or_else(|| Failure::new("rpc.txt names no ports"))
    }

    /// The port of the first site's engine.
    pub(crate) fn port(&self) -> Result<u16, Failure> {
        let first = self.ports()?.first().copied();
        first.ok_or_else(|| Failure::new("rpc.txt is empty"))
    }

    /// Where a county's servers listen.
    pub(crate) fn place(&self, county: u8) -> Result<&Place, Failure> {
        let place = self.places.get(usize::from(county).saturating_sub(1));
        place.ok_or_else(|| Failure::new(format!("county {county} has no room")))
    }

    /// Makes a sidecar's folder by its own `init`, and its times as slow as the play.
    pub(crate) fn init(&self, program: &str, home: &Path, words: &[&str]) -> Result<(), Failure> {
        fs::create_dir_all(home)?;
        let output = Command::new(self.program(program))
            .arg("--home")
            .arg(home)
            .arg("init")
            .args(words)
            .output()
            .map_err(|error| Failure::of(program, error))?;
        if output.status.success() {
            return self.pace.apply(home);
        }
        Err(Failure::of(
            program,
            String::from_utf8_lossy(&output.stderr).trim(),
        ))
    }

    /// Starts a sidecar that runs until the play ends.
    pub(crate) fn start(&mut self, name: &str, program: &str, home: &Path) -> Result<(), Failure> {
        let (logs, program) = (self.out.join("logs"), self.program(program));
        self.company.start(&logs, name, &program, home)
    }

    /// Looks again and again until `seen` gives something, for at most `secs` at this play's pace.
    pub(crate) fn until<T>(
        &mut self,
        what: &str,
        secs: u64,
        mut seen: impl FnMut(&Self) -> Result<Option<T>, Failure>,
    ) -> Result<T, Failure> {
        let tries = self.secs(secs).saturating_mul(4);
        for _ in 0..tries {
            let found = seen(self)?;
            if let Some(blow) = self.blow.take() {
                self.struck = blow.strike(self)?.figures()?;
                continue;
            }
            if let Some(found) = found {
                return Ok(found);
            }
            self.company.is_alive()?;
            thread::sleep(Duration::from_millis(250));
        }
        Err(Failure::new(format!(
            "{what} was not seen within {} s",
            self.secs(secs)
        )))
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
