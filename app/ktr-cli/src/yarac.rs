//! The engine that judges YARA rules beside the parser: Debian's `yarac`, and its sister `yara`.
//! Texts and samples lie in a folder that only this user reads, and no longer than the trial.

use std::ffi::OsStr;
use std::fs::Permissions;
use std::io::ErrorKind;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::Duration;

use clap::Args;
use ktr_artefact::{
    finding::Finding,
    form::{Answer, Document, Engine, Nomination, try_yara},
    rules::RuleKind,
    stix::{Contents, Object, PatternType},
};
use tempfile::TempDir;

use crate::error::CliError;
use crate::file;
use crate::limits;
use crate::within;

/// Which engine judges YARA rules.
#[derive(Debug, Args)]
pub(crate) struct YaracArgs {
    /// The compiler of YARA 4.2 or later, its scanner yara beside it; without it, both from the path.
    #[arg(long, env = "KTR_YARAC", value_name = "FILE")]
    yarac: Option<PathBuf>,
}

impl YaracArgs {
    /// Tries the YARA rules of a form, if there are any; an engine that is missing is an error only if it was named.
    pub(crate) fn try_if_there(
        &self,
        document: &Document,
        nomination: &Nomination,
    ) -> Result<(), CliError> {
        if !has_yara(nomination) {
            return Ok(());
        }
        let Some(yarac) = self.find()? else {
            return Ok(());
        };
        let findings = try_yara(document, nomination, &yarac)?;
        if findings.is_empty() {
            Ok(())
        } else {
            Err(CliError::Form(findings))
        }
    }

    /// Tries the YARA rules of a form; nothing if there are none.
    ///
    /// # Errors
    /// [`CliError::Program`] without an engine.
    pub(crate) fn judge(
        &self,
        document: &Document,
        nomination: &Nomination,
    ) -> Result<Option<Trial>, CliError> {
        if !has_yara(nomination) {
            return Ok(None);
        }
        let yarac = self.required()?;
        Ok(Some(Trial {
            findings: try_yara(document, nomination, &yarac)?,
            engine: yarac.version,
        }))
    }

    /// Compiles the YARA rules of a bundle and names the engine; nothing if there are none.
    ///
    /// # Errors
    /// [`CliError::Program`] without an engine, or with one that refuses a rule or does not come to an end with it.
    pub(crate) fn compile(&self, contents: &Contents) -> Result<Option<String>, CliError> {
        let objects = contents.objects.iter();
        let rules = objects.filter_map(|object| {
            if let Object::Indicator(indicator) = object {
                (indicator.pattern_type == PatternType::Yara).then_some(indicator)
            } else {
                None
            }
        });
        let mut rules = rules.peekable();
        if rules.peek().is_none() {
            return Ok(None);
        }
        let yarac = self.required()?;
        for indicator in rules {
            let said = match yarac.compiles(indicator.pattern.as_str())? {
                Answer::Yes => continue,
                Answer::No => "refuses",
                Answer::Late => "was ended before it was done with",
            };
            return Err(yarac.failed(format!("{said} the rule of {}", indicator.id)));
        }
        Ok(Some(yarac.version))
    }

    fn required(&self) -> Result<Yarac, CliError> {
        self.find()?.ok_or_else(|| CliError::Program {
            program: PROGRAM.to_owned(),
            text: "not found; YARA rules are sealed only if it takes them: install the package yara, or name it with --yarac"
                .to_owned(),
        })
    }

    fn find(&self) -> Result<Option<Yarac>, CliError> {
        let program = self.yarac.clone().unwrap_or_else(|| PathBuf::from(PROGRAM));
        let mut yarac = Yarac {
            scanner: program.with_file_name("yara"),
            compiler: program,
            version: String::new(),
        };
        let said = within::output(Command::new(&yarac.compiler).arg("--version"), WITHIN);
        match said {
            Ok(Some(output)) if output.status.success() => {
                let number = String::from_utf8_lossy(&output.stdout);
                yarac.version = yarac.named(number.trim())?;
                Ok(Some(yarac))
            }
            Ok(Some(_)) => Err(yarac.failed("does not say its version".to_owned())),
            Ok(None) => Err(yarac.failed(format!(
                "does not say its version within {} s",
                limits::YARA_ENGINE_SECS
            ))),
            Err(error) if error.kind() == ErrorKind::NotFound && self.yarac.is_none() => Ok(None),
            Err(error) => Err(yarac.failed(error.to_string())),
        }
    }
}

const PROGRAM: &str = "yarac";

/// The first version that knows the whole language that [`ktr_artefact::rules`] lets pass: major and minor number.
const OLDEST: (u32, u32) = (4, 2);

const WITHIN: Duration = Duration::from_secs(limits::YARA_ENGINE_SECS);

fn has_yara(nomination: &Nomination) -> bool {
    let mut rules = nomination.rules.iter();
    rules.any(|rule| rule.kind() == RuleKind::Yara)
}

/// What an engine said of a form's YARA rules.
pub(crate) struct Trial {
    /// Its name and version.
    pub(crate) engine: String,
    /// What it found; nothing if every rule compiles and fires.
    pub(crate) findings: Vec<Finding>,
}

/// Both programs, and what the compiler calls itself.
#[derive(Debug)]
struct Yarac {
    compiler: PathBuf,
    scanner: PathBuf,
    version: String,
}

impl Yarac {
    fn failed(&self, text: String) -> CliError {
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
        if (major, minor) < OLDEST {
            let (least, under) = OLDEST;
            return Err(self.failed(format!(
                "is version {major}.{minor}, too old to judge YARA rules: install YARA {least}.{under} or later, or name it with --yarac"
            )));
        }
        Ok(format!("{PROGRAM} {version}"))
    }

    /// Runs one of the programs; nothing if it had to be ended. One that a signal ended has judged nothing.
    fn run<A: AsRef<OsStr>>(
        &self,
        program: &Path,
        words: &[A],
    ) -> Result<Option<Output>, CliError> {
        let ran = within::output(Command::new(program).args(words), WITHIN);
        let output = ran.map_err(|error| self.failed(error.to_string()))?;
        match output {
            Some(output) if output.status.code().is_none() => {
                Err(self.failed(output.status.to_string()))
            }
            other => Ok(other),
        }
    }
}

/// What an engine's end says to a question.
fn answer(output: Option<Output>, yes: impl FnOnce(&Output) -> bool) -> Answer {
    match output {
        Some(output) if yes(&output) => Answer::Yes,
        Some(_) => Answer::No,
        None => Answer::Late,
    }
}

impl Engine for Yarac {
    type Error = CliError;

    fn compiles(&self, text: &str) -> Result<Answer, CliError> {
        let (folder, rules) = laid(text.as_bytes())?;
        let words = [
            Path::new("--fail-on-warnings"),
            &rules,
            &folder.path().join("compiled"),
        ];
        let output = self.run(&self.compiler, &words)?;
        Ok(answer(output, |output| output.status.success()))
    }

    fn fires(&self, text: &str, sample: &[u8]) -> Result<Answer, CliError> {
        let (folder, rules) = laid(text.as_bytes())?;
        let path = folder.path().join("sample");
        file::put_new(&path, sample)?;
        let timeout = format!("--timeout={}", limits::YARA_WITHIN_SECS);
        let words = [
            Path::new("--no-warnings"),
            Path::new(&timeout),
            &rules,
            &path,
        ];
        let output = self.run(&self.scanner, &words)?;
        // One line for each rule that matches and is not private.
        Ok(answer(output, |output| {
            output.status.success() && !output.stdout.is_empty()
        }))
    }
}

/// A text in a folder of its own.
fn laid(text: &[u8]) -> Result<(TempDir, PathBuf), CliError> {
    let private = Permissions::from_mode(0o700);
    let folder = tempfile::Builder::new().permissions(private).tempdir();
    let folder = folder.map_err(file::failed(Path::new("temporary folder")))?;
    let path = folder.path().join("rules.yar");
    file::put_new(&path, text)?;
    Ok((folder, path))
}

#[cfg(test)]
mod tests {
    use std::{
        fs::{self, Permissions},
        os::unix::fs::PermissionsExt,
        path::Path,
    };

    use super::{Answer, Engine, YaracArgs, laid};

    const RULE: &str = "rule r { strings: $a = \"abcd\" condition: $a }";

    #[test]
    fn an_engine_that_was_named_and_is_not_there_is_an_error_and_one_on_the_path_is_not() {
        let named = YaracArgs {
            yarac: Some("/nowhere/yarac".into()),
        };
        let refused = named.find().unwrap_err().to_string();
        assert!(refused.starts_with("/nowhere/yarac: "), "{refused}");
        let other = YaracArgs {
            yarac: Some("/bin/false".into()),
        };
        assert!(other.find().is_err());
    }

    #[test]
    fn an_engine_that_is_too_old_or_says_no_number_is_refused_with_what_to_do() {
        let folder = tempfile::tempdir().unwrap();
        let saying = |version: &str| {
            let yarac = folder.path().join("yarac");
            fs::write(&yarac, format!("#!/bin/sh\necho '{version}'\n")).unwrap();
            fs::set_permissions(&yarac, Permissions::from_mode(0o700)).unwrap();
            let named = YaracArgs { yarac: Some(yarac) };
            named.find().map(|found| found.unwrap().version)
        };
        for (said, named) in [
            ("4.2.3", "yarac 4.2.3"),
            ("4.10", "yarac 4.10"),
            ("5.0.0", "yarac 5.0.0"),
        ] {
            assert_eq!(saying(said).unwrap(), named);
        }
        for old in ["4.1.9", "3.11.0"] {
            let refused = saying(old).unwrap_err().to_string();
            assert!(
                refused.contains("install YARA 4.2 or later"),
                "{old}: {refused}"
            );
        }
        for none in ["", "four", "4"] {
            let refused = saying(none).unwrap_err().to_string();
            assert!(
                refused.ends_with("does not say its version"),
                "{none}: {refused}"
            );
        }
    }

    #[test]
    fn what_is_tried_lies_where_only_this_user_reads() {
        let (folder, rules) = laid(RULE.as_bytes()).unwrap();
        let mode = |path: &Path| path.metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(folder.path()), mode(&rules)), (0o700, 0o600));
    }

    #[test]
    fn the_engine_compiles_warns_fires_and_stays_silent() {
        let Some(yarac) = YaracArgs { yarac: None }.find().unwrap() else {
            println!("SKIPPED 1: yarac is not installed");
            return;
        };
        assert!(yarac.version.starts_with("yarac "), "{}", yarac.version);
        assert_eq!(yarac.compiles(RULE).unwrap(), Answer::Yes);
        for (wrong, warned) in [("$a = \"abcd\"", "$a = /ab.*cd/"), ("$a }", "$b }")] {
            let answer = yarac.compiles(&RULE.replace(wrong, warned)).unwrap();
            assert_eq!(answer, Answer::No, "{warned}");
        }
        let private = RULE.replace("rule r", "private rule r");
        for (text, sample, answer) in [
            (RULE, b"xx abcd", Answer::Yes),
            (RULE, b"xx abce", Answer::No),
            (&private, b"xx abcd", Answer::No),
            ("rule r {", b"xx abcd", Answer::No),
        ] {
            assert_eq!(yarac.fires(text, sample).unwrap(), answer, "{text}");
        }
    }
}
