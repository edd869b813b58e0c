//! An engine as the program it is: how it is asked, and what its end says.
//! Texts and samples lie in a folder that only this user reads, and no longer than the trial.

use std::ffi::OsStr;
use std::fs::Permissions;
use std::io::ErrorKind;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::Duration;

use ktr_artefact::form::{Answer, Engine};
use tempfile::TempDir;

use crate::error::CliError;
use crate::file;
use crate::limits;
use crate::within;

/// Which of the two engines it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Make {
    Yarac,
    YaraX,
}

impl Make {
    pub(super) const fn program(self) -> &'static str {
        match self {
            Self::Yarac => "yarac",
            Self::YaraX => "ktr-yara-x",
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Yarac => "yarac",
            Self::YaraX => "yara-x",
        }
    }

    /// The first version that knows the whole language that [`ktr_artefact::rules`] lets pass: major and minor number.
    const fn oldest(self) -> (u32, u32) {
        match self {
            Self::Yarac => (4, 2),
            Self::YaraX => (1, 22),
        }
    }

    const fn remedy(self) -> &'static str {
        match self {
            Self::Yarac => "install YARA 4.2 or later, or name it with --yarac",
            Self::YaraX => "build ktr-yara-x anew, or name it with --yara-x",
        }
    }

    /// What the end of a program says: YARA's ends with anything but 0 for what it does not take, `ktr-yara-x` with 1. A program that was ended
    /// for its time has come to no end.
    fn answer(self, output: Option<&Output>, yes: impl Fn(&Output) -> bool) -> Option<Answer> {
        let Some(output) = output else {
            return Some(Answer::Late);
        };
        // One that a signal ended has judged nothing.
        match (self, output.status.code()?) {
            (Self::Yarac | Self::YaraX, 0) if yes(output) => Some(Answer::Yes),
            (Self::Yarac, _) | (Self::YaraX, 0 | 1) => Some(Answer::No),
            (Self::YaraX, _) => None,
        }
    }
}

/// An engine: its programs, and what it calls itself.
#[derive(Debug)]
pub(super) struct Judge {
    make: Make,
    compiler: PathBuf,
    scanner: PathBuf,
    pub(super) version: String,
}

impl Judge {
    pub(super) fn new(make: Make, compiler: PathBuf) -> Self {
        let scanner = match make {
            Make::Yarac => compiler.with_file_name("yara"),
            Make::YaraX => compiler.clone(),
        };
        Self {
            make,
            compiler,
            scanner,
            version: String::new(),
        }
    }

    /// The same, with its version; nothing if there is no such program.
    pub(super) fn asked(mut self) -> Result<Option<Self>, CliError> {
        let said = within::output(Command::new(&self.compiler).arg("--version"), WITHIN);
        match said {
            Ok(Some(output)) if output.status.success() => {
                let number = String::from_utf8_lossy(&output.stdout);
                self.version = self.named(number.trim())?;
                Ok(Some(self))
            }
            Ok(Some(_)) => Err(self.failed("does not say its version".to_owned())),
            Ok(None) => Err(self.failed(format!(
                "does not say its version within {} s",
                limits::YARA_ENGINE_SECS
            ))),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(self.failed(error.to_string())),
        }
    }

    pub(super) fn failed(&self, text: String) -> CliError {
        CliError::Program {
            program: self.compiler.display().to_string(),
            text,
        }
    }

    /// Name and version, if that is new enough.
    fn named(&self, version: &str) -> Result<String, CliError> {
        let mut numbers = version.split('.').map(|number| number.parse().ok());
        let (major, minor) = (numbers.next().flatten(), numbers.next().flatten());
        let (Some(major), Some(minor)) = (major, minor) else {
            return Err(self.failed("does not say its version".to_owned()));
        };
        if (major, minor) < self.make.oldest() {
            return Err(self.failed(format!(
                "is version {major}.{minor}, too old to judge YARA rules: {}",
                self.make.remedy()
            )));
        }
        Ok(format!("{} {version}", self.make.name()))
    }

    /// Runs one of the programs and hears what its end says.
    fn run<A: AsRef<OsStr>>(
        &self,
        program: &Path,
        words: &[A],
        yes: impl Fn(&Output) -> bool,
    ) -> Result<Answer, CliError> {
        let ran = within::output(Command::new(program).args(words), WITHIN);
        let output = ran.map_err(|error| self.failed(error.to_string()))?;
        let answer = self.make.answer(output.as_ref(), yes);
        answer.ok_or_else(|| {
            let status = output.map(|output| output.status.to_string());
            self.failed(status.unwrap_or_default())
        })
    }
}

impl Engine for Judge {
    type Error = CliError;

    fn compiles(&self, text: &str) -> Result<Answer, CliError> {
        let (folder, rules) = laid(text.as_bytes())?;
        let compiled = folder.path().join("compiled");
        let words = match self.make {
            Make::Yarac => vec![
                OsStr::new("--fail-on-warnings"),
                rules.as_os_str(),
                compiled.as_os_str(),
            ],
            Make::YaraX => vec![OsStr::new("compile"), rules.as_os_str()],
        };
        self.run(&self.compiler, &words, |_output| true)
    }

    fn fires(&self, text: &str, sample: &[u8]) -> Result<Answer, CliError> {
        let (folder, rules) = laid(text.as_bytes())?;
        let path = folder.path().join("sample");
        file::put_new(&path, sample)?;
        let secs = limits::YARA_WITHIN_SECS;
        let asked = match self.make {
            Make::Yarac => ["--no-warnings".to_owned(), format!("--timeout={secs}")],
            Make::YaraX => ["scan".to_owned(), secs.to_string()],
        };
        let mut words: Vec<&OsStr> = asked.iter().map(OsStr::new).collect();
        words.extend([rules.as_os_str(), path.as_os_str()]);
        self.run(&self.scanner, &words, |output| match self.make {
            // One line for each rule that matches and is not private.
            Make::Yarac => !output.stdout.is_empty(),
            Make::YaraX => true,
        })
    }
}

/// A text in a folder of its own.
pub(super) fn laid(text: &[u8]) -> Result<(TempDir, PathBuf), CliError> {
    let private = Permissions::from_mode(0o700);
    let folder = tempfile::Builder::new().permissions(private).tempdir();
    let folder = folder.map_err(file::failed(Path::new("temporary folder")))?;
    let path = folder.path().join("rules.yar");
    file::put_new(&path, text)?;
    Ok((folder, path))
}

const WITHIN: Duration = Duration::from_secs(limits::YARA_ENGINE_SECS);
