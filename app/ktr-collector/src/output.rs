//! The only file of this program that prints: answers on stdout, one line of error on stderr.
//! No number leaves it without its label.

use std::{path::Path, process::ExitCode};

use ktr_collector::status::Standing;
use ktr_os::{harmless, pages::Written};

use crate::cli::Format;

/// Prints what `init` made.
pub(crate) fn made(home: &Path, format: Format) {
    match format {
        Format::Text => line(&format!(
            "{}: collector.toml and the state folder are there; put genesis.json and collector.pgp (mode 0600) beside them",
            home.display()
        )),
        Format::Json => line(&serde_json::json!({ "home": home }).to_string()),
    }
}

/// Prints the ended buckets.
pub(crate) fn standing(standing: &Standing, format: Format) {
    match format {
        Format::Json => line(&serde_json::json!(standing).to_string()),
        Format::Text => {
            let running = if standing.running {
                "running, or killed"
            } else {
                "stopped"
            };
            line(&format!("role {}, {running}", standing.role));
            for ended in &standing.buckets {
                let hits = ended
                    .hits
                    .map_or_else(|| "withheld".to_owned(), |hits| hits.to_string());
                let flag = if ended.interrupted {
                    ", interrupted"
                } else {
                    ""
                };
                line(&format!(
                    "{} bucket {}: {hits}{flag}",
                    ended.beacon, ended.bucket
                ));
            }
            line(standing.label);
            if !standing.timing.is_empty() {
                line(&format!(
                    "not the usual times: {}",
                    standing.timing.join(" ")
                ));
            }
        }
    }
}

/// Prints why the program stops.
#[expect(
    clippy::print_stderr,
    reason = "the one place where this program prints"
)]
pub(crate) fn failure(error: &dyn std::error::Error) -> ExitCode {
    eprintln!("ktr-collector: {}", harmless(&error.to_string()));
    ExitCode::FAILURE
}

/// Prints a shell's completions, or how many man pages there are now.
pub(crate) fn pages(written: &Written, format: Format) {
    match format {
        Format::Text => line(&written.text),
        Format::Json => line(&written.value.to_string()),
    }
}

/// Prints what the parser says: help is an answer, everything else wrong usage, 64.
pub(crate) fn usage(error: &clap::Error) -> ExitCode {
    // A closed pipe is nobody to complain to.
    drop(error.print());
    if error.use_stderr() {
        ExitCode::from(64)
    } else {
        ExitCode::SUCCESS
    }
}

#[expect(
    clippy::print_stdout,
    reason = "the one place where this program prints"
)]
fn line(text: &str) {
    println!("{}", harmless(text));
}
