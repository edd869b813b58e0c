//! The only file of this program that prints: answers on stdout, progress, questions and errors on stderr.
//! It shapes lines; what they say is decided elsewhere.

use std::io::{IsTerminal, Write};
use std::process::ExitCode;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use ktr_artefact::finding::Rule;
use ktr_client::code;
use ktr_os::harmless;
use serde_json::{Value, json};

use crate::cli::Format;
use crate::error::{CliError, USAGE};

/// Prints one answer: its lines for people, its value for programs.
pub(crate) fn answer(format: Format, text: &str, value: &Value) {
    match format {
        Format::Text => line(text),
        Format::Json => line(&value.to_string()),
    }
}

/// Prints why a command failed and gives its exit code.
pub(crate) fn failure(error: &CliError, format: Format) -> ExitCode {
    if format == Format::Json && error.exit_code() == USAGE {
        return misused(&error.to_string());
    }
    if let CliError::Verdict(verdict) = error {
        answer(format, &verdict.text, &verdict.value);
        return ExitCode::from(error.exit_code());
    }
    note(&format!("ktr: {error}"));
    if format == Format::Json {
        let mut refusal = refusal(error);
        if let (Some(report), Some(members)) = (error.report(), refusal.as_object_mut()) {
            members.insert("report".to_owned(), json!(report));
        }
        line(&refusal.to_string());
    } else {
        // What the line above says in full is not said again.
        let findings = error.findings();
        for finding in findings.iter().filter(|_finding| findings.len() > 1) {
            note(finding);
        }
    }
    ExitCode::from(error.exit_code())
}

/// Prints what the parser says: help is an answer, everything else wrong usage, 64.
pub(crate) fn usage(error: &clap::Error, format: Format) -> ExitCode {
    if error.use_stderr() && format == Format::Json {
        return misused(error.render().to_string().trim());
    }
    // A closed pipe is nobody to complain to.
    drop(error.print());
    if error.use_stderr() {
        ExitCode::from(USAGE)
    } else {
        ExitCode::SUCCESS
    }
}

/// Wrong usage for programs: one JSON value on stderr, so that stdout holds answers alone.
fn misused(text: &str) -> ExitCode {
    note(&shape(text, None, None, &[]).to_string());
    ExitCode::from(USAGE)
}

/// What programs are told of a failure: `code` is the chain's, `rule` an artefact's, `name` that of either.
pub(crate) fn refusal(error: &CliError) -> Value {
    let findings = error.findings();
    shape(&error.to_string(), error.code(), error.rule(), &findings)
}

/// The shape of every failure in JSON.
fn shape(text: &str, code: Option<u32>, rule: Option<Rule>, findings: &[String]) -> Value {
    let name = code.map(code::name).or(rule.map(Rule::name));
    json!({
        "ok": false,
        "error": text,
        "code": code,
        "rule": rule.map(Rule::code),
        "name": name,
        "findings": findings,
    })
}

/// Says something beside the answer.
#[expect(
    clippy::print_stderr,
    reason = "the one place where this program prints"
)]
pub(crate) fn note(text: &str) {
    eprintln!("{}", harmless(text));
}

#[expect(
    clippy::print_stdout,
    reason = "the one place where this program prints"
)]
fn line(text: &str) {
    println!("{}", harmless(text));
}

/// Shows that somebody waits; invisible where no person looks.
pub(crate) fn waiting(text: &str) -> ProgressBar {
    if !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let spinner = ProgressBar::new_spinner().with_message(text.to_owned());
    spinner.enable_steady_tick(Duration::from_millis(120));
    spinner
}

/// Shows how far a long reading has come.
pub(crate) fn counting(text: &str, total: u64) -> ProgressBar {
    if !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let style = ProgressStyle::with_template("{msg} {wide_bar} {pos}/{len}");
    let bar = ProgressBar::new(total).with_message(text.to_owned());
    match style {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}

/// Asks before what cannot be undone. Where nobody can be asked, the flag `--yes` must have answered.
pub(crate) fn confirm(question: &str) -> Result<(), CliError> {
    if !std::io::stdin().is_terminal() {
        return Err(CliError::Usage(format!(
            "{question}: say --yes, nobody can be asked here"
        )));
    }
    note(&format!("{question}? Type yes:"));
    let mut typed = String::new();
    drop(std::io::stderr().flush());
    let read = std::io::stdin().read_line(&mut typed);
    if read.is_ok() && typed.trim() == "yes" {
        Ok(())
    } else {
        Err(CliError::NotThere(
            "not confirmed, nothing was sent".to_owned(),
        ))
    }
}
