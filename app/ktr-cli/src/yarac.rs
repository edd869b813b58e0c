//! The engine that judges YARA rules beside the parser: Debian's `yarac`, and its sister `yara`.
//! Texts and samples lie in a folder that only this user reads, and no longer than the trial.

use std::ffi::OsStr;
use std::fs::Permissions;
use std::io::ErrorKind;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use clap::Args;
use ktr_artefact::{
    finding::Finding,
    form::{Document, Engine, Nomination, try_yara},
    rules::RuleKind,
    stix::{Contents, Object, PatternType},
};
use tempfile::TempDir;

use crate::error::CliError;
use crate::file;
use crate::limits;

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
    /// [`CliError::Program`] without an engine, or with one that refuses a rule.
    pub(crate) fn compile(&self, contents: &Contents) -> Result<Option<String>, CliError> {
        let mut version = None;
        for object in &contents.objects {
            let Object::Indicator(indicator) = object else {
                continue;
            };
            if indicator.pattern_type != PatternType::Yara {
                continue;
            }
            let yarac = self.required()?;
            if !yarac.compiles(indicator.pattern.as_str())? {
                return Err(yarac.failed(format!("refuses the rule of {}", indicator.id)));
            }
            version = Some(yarac.version);
        }
        Ok(version)
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
        match Command::new(&yarac.compiler).arg("--version").output() {
            Ok(output) if output.status.success() => {
                let number = String::from_utf8_lossy(&output.stdout);
                yarac.version = format!("{PROGRAM} {}", number.trim());
                Ok(Some(yarac))
            }
            Ok(_) => Err(yarac.failed("does not say its version".to_owned())),
            Err(error) if error.kind() == ErrorKind::NotFound && self.yarac.is_none() => Ok(None),
            Err(error) => Err(yarac.failed(error.to_string())),
        }
    }
}

const PROGRAM: &str = "yarac";

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

    /// Runs one of the programs; one that a signal ended has judged nothing.
    fn run<A: AsRef<OsStr>>(&self, program: &Path, words: &[A]) -> Result<Output, CliError> {
        let ran = Command::new(program).args(words).output();
        let output = ran.map_err(|error| self.failed(error.to_string()))?;
        if output.status.code().is_some() {
            Ok(output)
        } else {
            Err(self.failed(output.status.to_string()))
        }
    }
}

impl Engine for Yarac {
    type Error = CliError;

    fn compiles(&self, text: &str) -> Result<bool, CliError> {
        let (folder, rules) = laid(text.as_bytes())?;
        let words = [
            Path::new("--fail-on-warnings"),
            &rules,
            &folder.path().join("compiled"),
        ];
        Ok(self.run(&self.compiler, &words)?.status.success())
    }

    fn fires(&self, text: &str, sample: &[u8]) -> Result<bool, CliError> {
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
        Ok(output.status.success() && !output.stdout.is_empty())
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
    use std::{os::unix::fs::PermissionsExt, path::Path};

    use super::{Engine, YaracArgs, laid};

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
        assert!(yarac.compiles(RULE).unwrap());
        for (wrong, warned) in [("$a = \"abcd\"", "$a = /ab.*cd/"), ("$a }", "$b }")] {
            assert!(
                !yarac.compiles(&RULE.replace(wrong, warned)).unwrap(),
                "{warned}"
            );
        }
        assert!(yarac.fires(RULE, b"xx abcd").unwrap());
        assert!(!yarac.fires(RULE, b"xx abce").unwrap());
        let private = RULE.replace("rule r", "private rule r");
        assert!(!yarac.fires(&private, b"abcd").unwrap());
        assert!(!yarac.fires("rule r {", b"abcd").unwrap());
    }
}
