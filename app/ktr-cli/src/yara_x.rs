//! The program `ktr-yara-x`: YARA-X, built by the feature `yara`, which `ktr` asks one question a run as it asks `yarac`.
//! It answers by its exit code and prints nothing of a rule or a sample; who runs it bounds its time.

use std::{
    ffi::OsString,
    fs,
    io::{self, Write},
    process::ExitCode,
    time::Duration,
};

use ktr_artefact::rules::yara_x::{VERSION, compiles, fires};

fn main() -> ExitCode {
    let words: Vec<OsString> = std::env::args_os().skip(1).collect();
    match asked(&words) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(NO),
        Err(unasked) => {
            let text = match &unasked {
                Unasked::Usage => USAGE.to_owned(),
                Unasked::File(error) => error.to_string(),
            };
            // A closed pipe is nobody to complain to.
            drop(writeln!(io::stderr(), "ktr-yara-x: {text}"));
            ExitCode::from(match unasked {
                Unasked::Usage => MISUSED,
                Unasked::File(_) => FAILED,
            })
        }
    }
}

/// Why there is no answer.
enum Unasked {
    Usage,
    File(io::Error),
}

impl From<io::Error> for Unasked {
    fn from(error: io::Error) -> Self {
        Self::File(error)
    }
}

fn asked(words: &[OsString]) -> Result<bool, Unasked> {
    match words {
        [flag] if flag == "--version" => {
            writeln!(io::stdout(), "{VERSION}")?;
            Ok(true)
        }
        [verb, rules] if verb == "compile" => Ok(compiles(&fs::read_to_string(rules)?)),
        [verb, secs, rules, sample] if verb == "scan" => {
            let secs = secs.to_str().and_then(|secs| secs.parse().ok());
            let within = Duration::from_secs(secs.ok_or(Unasked::Usage)?);
            let text = fs::read_to_string(rules)?;
            Ok(fires(&text, &fs::read(sample)?, within))
        }
        _ => Err(Unasked::Usage),
    }
}

const USAGE: &str =
    "--version, compile RULES, or scan SECONDS RULES SAMPLE; ends with 0 for yes and 1 for no";

/// Exit codes beside 0.
const NO: u8 = 1;
const FAILED: u8 = 2;
const MISUSED: u8 = 64;
