//! The only file of this program that prints: answers on stdout, one line of error on stderr.
//! Ids, codes and file names only.

use std::process::ExitCode;

use ktr_agent::{config::Measure, init::Made, standing::Standing};
use ktr_core::id::ReleaseId;
use ktr_os::{harmless, pages::Written};

use crate::cli::Format;

/// Prints what `init` made and how the key is registered.
pub(crate) fn made(made: &Made, format: Format) {
    let certificate = made.certificate.display();
    let command = format!(
        "ktr member add-key --member {} --purpose room --cert {certificate} --key MEMBER-SIGNING-KEY",
        made.member
    );
    match format {
        Format::Text => {
            line(&format!(
                "room key {}; register it with the member's signing key:",
                made.room_key
            ));
            line(&format!("  {command}"));
            line("put genesis.json, alliance.json and alliance.pgp beside agent.toml");
        }
        Format::Json => {
            let room_key = made.room_key.to_string();
            let value = serde_json::json!({
                "member": made.member.to_string(), "room_key": room_key, "certificate": made.certificate, "command": command,
            });
            line(&value.to_string());
        }
    }
}

/// Prints what is on disk.
pub(crate) fn standing(standing: &Standing, format: Format) {
    match format {
        Format::Json => line(&serde_json::json!(standing).to_string()),
        Format::Text => {
            match &standing.session {
                None => line("no session at hand"),
                Some(seen) => {
                    let code = seen
                        .code
                        .as_ref()
                        .map_or_else(String::new, |code| format!(", last trouble {code}"));
                    line(&format!("session {}: {}{code}", seen.session, seen.phase));
                }
            }
            for release in &standing.signed {
                line(&format!("signed {release}"));
            }
            for verdict in &standing.quarantine {
                line(&format!(
                    "quarantine {} {} {}",
                    verdict.release, verdict.code, verdict.rule
                ));
            }
            line(&format!("measure {}", chosen(standing.measure)));
            if !standing.timing.is_empty() {
                line(&format!(
                    "not the usual times: {}",
                    standing.timing.join(" ")
                ));
            }
        }
    }
}

/// Prints that a release is marked.
pub(crate) fn marked(release: ReleaseId, measure: Measure, format: Format) {
    match format {
        Format::Text => line(&format!("{release}: ingested; measure {}", chosen(measure))),
        Format::Json => {
            let value = serde_json::json!({"release": release.to_string(), "ingested": true, "measure": measure});
            line(&value.to_string());
        }
    }
}

const fn chosen(measure: Measure) -> &'static str {
    match measure {
        Measure::Off => "off: nothing is sent",
        Measure::Hit => "hit: one plain hit",
    }
}

/// Prints why the program stops.
#[expect(
    clippy::print_stderr,
    reason = "the one place where this program prints"
)]
pub(crate) fn failure(error: &dyn std::error::Error) -> ExitCode {
    eprintln!("ktr-agent: {}", harmless(&error.to_string()));
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
